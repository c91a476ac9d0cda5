import { readFileSync } from 'node:fs';
import { parseStat } from '../../platform/linux-stat.ts';

const CTRL_Z = 0x1a;
/** Ctrl-Z as programs ask for it that use the kitty keyboard protocol. */
const CTRL_Z_KITTY = '\x1b[122;5u';
/** From the key to the program having put its screen away and stopped itself. */
const KEY_WINDOW_MS = 2_000;
/** Stopping is asynchronous; long enough for it to have happened. */
const STOP_MS = 100;

/**
 * Lets Ctrl-Z work: a program that stops itself takes this process with it, so that the shell gets its prompt back,
 * and `fg` brings both back.
 *
 * Only a stop that follows the key or SIGTSTP counts. A program stopped by somebody else, such as `reeve pause`, keeps
 * its terminal, and goes on there when it is resumed.
 * Needs /proc; elsewhere programs can stop themselves, but the shell is not told.
 */
export class Suspension {
  readonly #pid: number;
  readonly #before: () => void;
  readonly #after: () => void;
  #askedMs = Number.NEGATIVE_INFINITY;

  /** @param before puts the terminal as the shell expects it; @param after undoes that */
  constructor(pid: number, before: () => void, after: () => void) {
    this.#pid = pid;
    this.#before = before;
    this.#after = after;
  }

  /** Looks at what is typed. */
  keys(bytes: Buffer): void {
    // Longer pieces are pasted: a byte in there is text.
    if (bytes.length > 64) return;
    if (bytes.includes(CTRL_Z) || bytes.includes(CTRL_Z_KITTY)) this.#askedMs = performance.now();
  }

  watch(): void {
    process.on('SIGCHLD', this.#onChild);
    process.on('SIGTSTP', this.#onStop);
  }

  unwatch(): void {
    process.off('SIGCHLD', this.#onChild);
    process.off('SIGTSTP', this.#onStop);
  }

  readonly #onChild = (): void => {
    if (performance.now() - this.#askedMs < KEY_WINDOW_MS && isStopped(this.#pid)) this.#suspend();
  };

  /**
   * The program is asked first, and then made to: its process group is an orphaned one (nobody of its session waits
   * for it), where the kernel leaves SIGTSTP without effect.
   */
  readonly #onStop = (): void => {
    signalGroup(this.#pid, 'SIGTSTP');
    setTimeout(() => {
      signalGroup(this.#pid, 'SIGSTOP');
      this.#suspend();
    }, STOP_MS);
  };

  #suspend(): void {
    this.#askedMs = Number.NEGATIVE_INFINITY;
    this.#before();
    process.off('SIGTSTP', this.#onStop);
    // The whole job: whoever started us in it, such as a wrapper, must stop too.
    process.kill(0, 'SIGTSTP');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STOP_MS);
    // Here again: continued, or never stopped because there is no shell that could continue us.
    process.on('SIGTSTP', this.#onStop);
    this.#after();
    signalGroup(this.#pid, 'SIGCONT');
  }
}

function isStopped(pid: number): boolean {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.state === 'T';
  } catch {
    return false; // ENOENT: it has ended, or there is no /proc.
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    return; // ESRCH: it has ended.
  }
}
