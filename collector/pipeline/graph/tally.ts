/** How often and when something was seen, with the earliest few events. The same for any order of the events. */
export interface Tally {
  count: number;
  firstMs: number;
  lastMs: number;
  /** Earliest first, by time and then id. */
  readonly earliest: { readonly timeMs: number; readonly id: string }[];
}

export function createTally(): Tally {
  return { count: 0, firstMs: Number.POSITIVE_INFINITY, lastMs: Number.NEGATIVE_INFINITY, earliest: [] };
}

export function addTo(tally: Tally, timeMs: number, id: string, keep: number): void {
  tally.count++;
  if (timeMs < tally.firstMs) tally.firstMs = timeMs;
  if (timeMs > tally.lastMs) tally.lastMs = timeMs;
  insert(tally, timeMs, id, keep);
}

/** Adds what another tally saw; events in both count twice, as two uses of one event do. */
export function mergeTally(into: Tally, from: Tally, keep: number): void {
  into.count += from.count;
  into.firstMs = Math.min(into.firstMs, from.firstMs);
  into.lastMs = Math.max(into.lastMs, from.lastMs);
  for (const { timeMs, id } of from.earliest) insert(into, timeMs, id, keep);
}

function insert(tally: Tally, timeMs: number, id: string, keep: number): void {
  const { earliest } = tally;
  const last = earliest.at(-1);
  // Nearly every event of a log is later than the first few.
  if (last !== undefined && earliest.length >= keep && !isBefore(timeMs, id, last)) return;
  let at = earliest.length;
  while (at > 0) {
    const before = earliest[at - 1];
    if (before === undefined || !isBefore(timeMs, id, before)) {
      if (before?.id === id) return;
      break;
    }
    at--;
  }
  earliest.splice(at, 0, { timeMs, id });
  if (earliest.length > keep) earliest.pop();
}

function isBefore(
  timeMs: number,
  id: string,
  other: { readonly timeMs: number; readonly id: string },
): boolean {
  return timeMs < other.timeMs || (timeMs === other.timeMs && id < other.id);
}

/** For strings of logs and files: by code unit, so the same on every machine. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function mapIn<K, A, B>(maps: Map<K, Map<A, B>>, key: K): Map<A, B> {
  let found = maps.get(key);
  if (found === undefined) {
    found = new Map<A, B>();
    maps.set(key, found);
  }
  return found;
}

export function tallyIn<K>(tallies: Map<K, Tally>, key: K): Tally {
  let found = tallies.get(key);
  if (found === undefined) {
    found = createTally();
    tallies.set(key, found);
  }
  return found;
}
