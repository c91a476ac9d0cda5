import { write } from 'node:fs';

/** More than this waiting, and the source is asked to pause; below the second it goes on. */
const HIGH_BYTES = 1024 * 1024;
const LOW_BYTES = 256 * 1024;
/** A terminal that another program made non-blocking is asked again after this. */
const RETRY_MS = 4;

export interface OutputFlow {
  readonly pause: () => void;
  readonly resume: () => void;
}

/**
 * Writes bytes to a descriptor in order, without ever holding the event loop: a terminal that does not read must not
 * keep signals and keys from being handled. When the reader is gone the rest is dropped.
 */
export class OutputQueue {
  readonly #fd: number;
  readonly #flow: OutputFlow;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #busy = false;
  #paused = false;
  #gone = false;
  #whenEmpty: (() => void)[] = [];

  constructor(fd: number, flow: OutputFlow) {
    this.#fd = fd;
    this.#flow = flow;
  }

  push(bytes: Buffer): void {
    if (this.#gone || bytes.length === 0) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (!this.#paused && this.#waitingBytes > HIGH_BYTES) {
      this.#paused = true;
      this.#flow.pause();
    }
    if (!this.#busy) this.#next();
  }

  /** Resolves when everything was written, or cannot be any more. */
  empty(): Promise<void> {
    if (!this.#busy) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }

  #next(): void {
    const [only] = this.#waiting;
    if (only === undefined) {
      this.#busy = false;
      for (const tell of this.#whenEmpty.splice(0)) tell();
      return;
    }
    this.#busy = true;
    const bytes = this.#waiting.length === 1 ? only : Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#write(bytes);
  }

  #write(bytes: Buffer): void {
    write(this.#fd, bytes, (error, written) => {
      if (error !== null && error.code !== 'EAGAIN') {
        this.#gone = true;
        this.#waiting = [];
        this.#waitingBytes = 0;
      } else {
        const done = error === null ? written : 0;
        this.#waitingBytes -= done;
        if (done < bytes.length) {
          const rest = bytes.subarray(done);
          if (error === null) this.#write(rest);
          else
            setTimeout(() => {
              this.#write(rest);
            }, RETRY_MS);
          return;
        }
      }
      if (this.#paused && this.#waitingBytes < LOW_BYTES) {
        this.#paused = false;
        this.#flow.resume();
      }
      this.#next();
    });
  }
}
