import { spawnSync } from 'node:child_process';

/** The kernel does what stty asks at once; a machine that takes longer has other troubles. */
const TIMEOUT_MS = 5_000;
const SAVED = /^[0-9a-f:=a-zA-Z]{10,1000}$/;

/**
 * The line settings of the own terminal (termios), by the `stty` that POSIX asks for. Node's raw mode is not enough:
 * it leaves output processing on, which turns every line feed of a full-screen program into a carriage return too.
 */
export class TerminalSettings {
  /** As `stty -g` tells them; for `stty` alone to understand. */
  readonly saved: string;
  #raw = false;

  private constructor(saved: string) {
    this.saved = saved;
  }

  /** Reads them from standard input. @returns `undefined` where there is no stty (Windows) or no terminal */
  static read(): TerminalSettings | undefined {
    const text = stty(['-g'])?.trim();
    return text !== undefined && SAVED.test(text) ? new TerminalSettings(text) : undefined;
  }

  /** From here on every byte goes through as it is, both ways. */
  makeRaw(): void {
    this.#raw = true;
    stty(['raw', '-echo', '-iexten']);
  }

  /** Safe to call at any time and more than once. */
  restore(): void {
    if (!this.#raw) return;
    this.#raw = false;
    stty([this.saved]);
  }
}

/** @returns what it printed; `undefined` when it failed */
function stty(args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('stty', args, {
    stdio: [0, 'pipe', 'ignore'],
    timeout: TIMEOUT_MS,
    maxBuffer: 64 * 1024,
    encoding: 'utf8',
  });
  return status === 0 ? stdout : undefined;
}
