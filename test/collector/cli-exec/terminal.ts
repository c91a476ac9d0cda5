import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as pty from 'node-pty';
import { afterEach } from 'vitest';

const ENTRY = new URL('./entry.ts', import.meta.url).pathname;
const open: Terminal[] = [];

afterEach(() => {
  for (const terminal of open.splice(0)) terminal.kill('SIGKILL');
});

export interface TerminalEnd {
  readonly exitCode: number;
  readonly signal: number;
}

/** A terminal as a person has it, with a program of this folder's entry (or any other) running in it. */
export class Terminal {
  readonly pid: number;
  readonly ended: Promise<TerminalEnd>;
  #output = Buffer.alloc(0);
  readonly #pty: pty.IPty;

  private constructor(file: string, args: string[], size: { cols: number; rows: number }, env: object) {
    this.#pty = pty.spawn(file, args, {
      ...size,
      encoding: null,
      env: { ...process.env, TERM: 'xterm-256color', ...env },
    });
    this.pid = this.#pty.pid;
    this.#pty.onData((data: unknown) => {
      this.#output = Buffer.concat([this.#output, data as Buffer]);
    });
    this.ended = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal }) => {
        resolve({ exitCode, signal: signal ?? 0 });
      });
    });
    open.push(this);
  }

  /** `reeve <args>`, run from source. */
  static reeve(args: string[], size = { cols: 100, rows: 30 }, env: object = {}): Terminal {
    return new Terminal(process.execPath, [ENTRY, ...args], size, env);
  }

  static run(file: string, args: string[]): Terminal {
    return new Terminal(file, args, { cols: 100, rows: 30 }, {});
  }

  get bytes(): Buffer {
    return this.#output;
  }

  get text(): string {
    return this.#output.toString('utf8');
  }

  forget(): void {
    this.#output = Buffer.alloc(0);
  }

  type(keys: string | Buffer): void {
    this.#pty.write(keys);
  }

  resize(cols: number, rows: number): void {
    this.#pty.resize(cols, rows);
  }

  /** Stops reading, as a terminal over a line that stalls. */
  stall(): void {
    this.#pty.pause();
  }

  goOn(): void {
    this.#pty.resume();
  }

  kill(signal: NodeJS.Signals): void {
    try {
      process.kill(this.pid, signal);
    } catch {
      return; // It has ended.
    }
  }

  /** @throws with what was there instead */
  async waitFor(what: string | RegExp | (() => boolean), timeoutMs = 20_000): Promise<void> {
    const seen = (): boolean =>
      typeof what === 'function'
        ? what()
        : typeof what === 'string'
          ? this.text.includes(what)
          : what.test(this.text);
    const endMs = performance.now() + timeoutMs;
    while (!seen()) {
      if (performance.now() > endMs)
        throw new Error(`not seen: ${String(what)}; seen: ${JSON.stringify(this.text.slice(-2_000))}`);
      await sleep(10);
    }
  }
}

export function exec(...command: string[]): Terminal {
  return Terminal.reeve(['exec', '--', ...command]);
}

/** A zombie that its parent did not collect yet is gone. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Until it is so; the last chance decides. */
export async function eventually(check: () => boolean, timeoutMs = 10_000): Promise<boolean> {
  const endMs = performance.now() + timeoutMs;
  while (performance.now() < endMs) {
    if (check()) return true;
    await sleep(20);
  }
  return check();
}
