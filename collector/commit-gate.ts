/** Nobody holds it longer than a large commit takes; who waited this long goes on: the store has a lock of its own. */
const MAX_WAIT_MS = 5_000;

/**
 * Lets threads take turns at the store. SQLite alone would let the second one sleep and look again, for up to a tenth
 * of a second; here it goes on reading, or is woken. Only a courtesy: nothing depends on it being kept.
 */
export class CommitGate {
  readonly #held: Int32Array;
  readonly #maxWaitMs: number;

  /** @param shared one number in shared memory, the same for all threads */
  constructor(shared: Int32Array, maxWaitMs = MAX_WAIT_MS) {
    this.#held = shared;
    this.#maxWaitMs = maxWaitMs;
  }

  get isFree(): boolean {
    return Atomics.load(this.#held, 0) === 0;
  }

  /** Blocks the thread until it is free. */
  enter(): void {
    const untilMs = performance.now() + this.#maxWaitMs;
    while (Atomics.compareExchange(this.#held, 0, 0, 1) !== 0) {
      const leftMs = untilMs - performance.now();
      if (leftMs <= 0 || Atomics.wait(this.#held, 0, 1, leftMs) === 'timed-out') return;
    }
  }

  leave(): void {
    Atomics.store(this.#held, 0, 0);
    Atomics.notify(this.#held, 0, 1);
  }
}
