/** The time, as a thing that can be passed in and faked. */
export interface Clock {
  /** Epoch milliseconds; may jump when the system clock is set. */
  readonly nowMs: () => number;
  /** Milliseconds that only ever grow; for measuring and for timeouts. */
  readonly monotonicMs: () => number;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
