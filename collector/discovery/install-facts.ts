import { statSync } from 'node:fs';
import type { AgentRecord } from '../contract/agent.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
import { OWN_DISK } from './disk.ts';
import { type HomeScan, modeOf } from './scan.ts';

/** Where a program of an agent really is, and who may replace it. Nothing for installs that are no single program. */
export function installFacts(
  agentId: string,
  { path, method }: AgentRecord['installs'][number],
  home: HomeScan,
): readonly InventoryFact[] {
  if (method !== 'command') return [];
  const realPath = home.disk.realPath(path);
  return [
    {
      kind: 'install',
      agentId,
      path,
      realPath,
      home: home.context.home,
      method,
      ...fileMode(home, realPath),
    },
  ];
}

function fileMode(home: HomeScan, path: string): { readonly mode?: number } {
  if (home.disk !== OWN_DISK) return {};
  try {
    const stat = statSync(path);
    return stat.isFile() ? modeOf(home, stat.mode & 0o777) : {};
  } catch {
    return {}; // a link to nowhere
  }
}
