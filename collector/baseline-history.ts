import { setImmediate as breathe } from 'node:timers/promises';
import type { BaselineEvent, UsageWindow } from './store/baseline-rows.ts';
import type { Store } from './store/store.ts';

/** Events read at once. */
export const PAGE = 1_000;
const USAGE_PAGE = 4_000;

export interface TimePlace {
  readonly timeMs: number;
  readonly seq: number;
}

/** Tokens between two positions in order of time, added up a few thousand responses at a time. */
export async function usageInOrder(
  { baseline }: Store,
  from: number,
  to: number,
  sinceMs: number,
  isStopped: () => boolean,
): Promise<UsageWindow[]> {
  const usage: UsageWindow[] = [];
  for (let row = from; row < to && !isStopped(); row += USAGE_PAGE) {
    const end = Math.min(to, row + USAGE_PAGE);
    for (const window of baseline.usageBetween(row, end, sinceMs)) usage.push(window);
    await breathe();
  }
  return usage.sort((a, b) => a.timeMs - b.timeMs);
}

/** Events after a place, in order of time: a few are sorted here; many come sorted from an index, page by page. */
export function pageInOrder(
  { baseline }: Store,
  from: number,
  to: number,
  after: TimePlace,
): readonly BaselineEvent[] {
  if (to - from >= PAGE) return baseline.eventsBetween(from, to, after, PAGE);
  const all = [...baseline.eventsInOrder(from, to, PAGE)];
  return all.sort((a, b) => a.timeMs - b.timeMs || a.seq - b.seq);
}
