export interface BackoffLimits {
  /** Upper bound of the first delay. */
  readonly baseMs: number;
  /** Upper bound of every delay. */
  readonly capMs: number;
}

/**
 * The delay before retry number `failures` (1 = first): anything between 0 and the bound, which doubles each time.
 * "Full jitter", so that a fleet that lost its receiver at once does not come back at once.
 * @param random a number in [0, 1)
 */
export function backoffMs(failures: number, random: number, { baseMs, capMs }: BackoffLimits): number {
  const bound = Math.min(capMs, baseMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(random * bound);
}
