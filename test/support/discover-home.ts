import { createHash } from 'node:crypto';
import { AGENTS } from '../../collector/agents/index.ts';
import { discover } from '../../collector/discovery/discover.ts';
import type { DiscoverOptions, Inventory } from '../../collector/discovery/inventory.ts';
import { classifySecret, findSecrets } from '../../collector/pipeline/secrets/index.ts';
import type { HomeBuilder } from './home-builder.ts';

/** Discovers a built home as if it were the own one; `more` overrides. */
export function discoverHome(home: HomeBuilder, more: Partial<DiscoverOptions> = {}): Promise<Inventory> {
  return discover({
    homes: [home.context],
    specs: AGENTS,
    platform: { ownHome: home.context, listProcesses: () => Promise.resolve([]) },
    systemRoot: home.system.dir,
    fingerprint: (value) => createHash('sha256').update(`key${value}`).digest('hex').slice(0, 16),
    findSecrets: { classifySecret, findSecrets },
    clock: { nowMs: () => Date.UTC(2026, 10, 22) },
    ...more,
  });
}
