import type { AgentRecord } from '../contract/agent.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
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
  const mode = home.disk.fileMode?.(path);
  return mode === undefined ? {} : modeOf(home, mode);
}
