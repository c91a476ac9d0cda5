import type { BaselineEntry, BaselineTarget } from './contract/baseline.ts';
import { localHours } from './lib/local-hours.ts';
import { listBaselines } from './pipeline/baseline/list.ts';
import { readBaselines } from './pipeline/baseline/rows.ts';
import type { Store } from './store/store.ts';

/** What is usual, as it was stored last. */
export function storedBaselines(
  store: Store,
  { agentId, project }: BaselineTarget,
  nowMs: number,
): BaselineEntry[] {
  const state = readBaselines(store.baseline.load().rows);
  return listBaselines(state, nowMs, localHours()).filter(
    (entry) =>
      (agentId === undefined || entry.agentId === agentId) &&
      (project === undefined || (entry.scope === 'project' && entry.name === project)),
  );
}
