/** Pauses between tries: they double up to a longest one, with jitter, so that nothing is asked in step or without end. */
export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Connecting costs next to nothing, and a collector that starts should be met at once. */
export const CONNECT: Backoff = { firstMs: 100, longestMs: 5_000 };
/** A collector that ends again and again has a reason, which trying more often does not remove. */
export const START: Backoff = { firstMs: 1_000, longestMs: 300_000 };

/**
 * @param failures in a row, 0 for the first pause
 * @param random from 0 to 1
 * @returns milliseconds, from half of the pause to the whole of it
 */
export function pauseMs({ firstMs, longestMs }: Backoff, failures: number, random: number): number {
  const whole = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 30));
  return Math.round(whole / 2 + (random * whole) / 2);
}
