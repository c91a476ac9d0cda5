const DAY_MS = 86_400_000;

/** After this time something counts half. */
export const HALF_LIFE_MS = 30 * DAY_MS;

/** Weights grow with time from the landmark; beyond this many half-lives they are scaled back (2^8 is far from overflow). */
const REBASE_AFTER = 8;

/**
 * Weight of what happened at a time, relative to a landmark: forward decay. The present is never needed to add
 * something, so the order of adding does not matter, and a late event simply weighs less.
 */
export function weightAt(timeMs: number, landmarkMs: number): number {
  return 2 ** ((timeMs - landmarkMs) / HALF_LIFE_MS);
}

/** Factor for all weights when the landmark must move to `timeMs`; `undefined` while it may stay. */
export function rebaseFactor(timeMs: number, landmarkMs: number): number | undefined {
  return timeMs - landmarkMs > REBASE_AFTER * HALF_LIFE_MS ? 1 / weightAt(timeMs, landmarkMs) : undefined;
}

/** How fast a learned rate may make new things ordinary: at most one bit at once, and one more per this time. */
const GUARD_BIT_MS = 30 * DAY_MS;
export const GUARD_SLACK_BITS = 1;

/** Lowest rate of late, and when it was so. */
export interface Anchor {
  rate: number;
  timeMs: number;
}

/**
 * The guard against slow drift: follows a learned rate down at once, and up by at most one bit per 30 days.
 * Whoever adds new things on purpose cannot make the next one more ordinary any faster.
 * @returns the rate to use: the learned one, or less
 */
export function guarded(learned: number, anchor: Anchor, timeMs: number): number {
  return Math.min(learned, ceiling(anchor, timeMs) * 2 ** GUARD_SLACK_BITS);
}

/** Moves the anchor along with what was learned. Time never runs backwards in it. */
export function moveAnchor(learned: number, anchor: Anchor, timeMs: number): void {
  anchor.rate = Math.min(learned, ceiling(anchor, timeMs));
  anchor.timeMs = Math.max(anchor.timeMs, timeMs);
}

function ceiling(anchor: Anchor, timeMs: number): number {
  return anchor.rate * 2 ** (Math.max(0, timeMs - anchor.timeMs) / GUARD_BIT_MS);
}
