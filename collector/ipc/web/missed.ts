import { randomBytes } from 'node:crypto';

/** Between a page and its connection lie some hundred milliseconds; longer than this, and it asks again anyway. */
const LISTEN_MS = 30_000;

/**
 * Tells whether anything happened between the answers in a page and the moment its connection stands. While a page is
 * awaited, notices are made although nobody follows yet, and counted.
 */
export class Missed {
  /** An earlier run of the collector counted from zero too. */
  readonly #run = randomBytes(8).toString('base64url');
  readonly #nowMs: () => number;
  #count = 0;
  #untilMs = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Is a page awaited? Then notices count. */
  get listens(): boolean {
    return this.#nowMs() < this.#untilMs;
  }

  /** Stands in a page, taken before its answers are made. */
  mark(): string {
    // Nobody listened meanwhile: older marks say nothing any more.
    if (!this.listens) this.#count += 1;
    this.#untilMs = this.#nowMs() + LISTEN_MS;
    return `${this.#run}.${this.#count}`;
  }

  told(): void {
    this.#count += 1;
  }

  /** Was nothing told since this mark was taken? */
  isCurrent(mark: string): boolean {
    return this.listens && mark === `${this.#run}.${this.#count}`;
  }
}
