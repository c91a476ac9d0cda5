import { writeSync } from 'node:fs';
import type * as NodePty from 'node-pty';

export interface PtyOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly columns: number;
  readonly rows: number;
  readonly onOutput: (bytes: Buffer) => void;
  /** Everything that was given to `write` has been taken by the terminal. */
  readonly onDrain: () => void;
}

/** How a program ended: by itself with a code (0-255), or by the signal of that number. */
export type Ending =
  { readonly kind: 'code'; readonly code: number } | { readonly kind: 'signal'; readonly signal: number };

/** The package that makes terminals is not there, or does not fit this machine. */
export class NoPtyError extends Error {
  constructor(cause: unknown) {
    super(
      'the package node-pty is not installed, or could not be compiled here (it needs a C++ compiler, make and Python). ' +
        'Install these and run `npm ci` again',
      { cause },
    );
    this.name = 'NoPtyError';
  }
}

/** How long to leave a terminal alone that takes no more input: doubled up to this. */
const MAX_RETRY_MS = 16;
/** Enough for a keystroke or a line; more waits until the program reads. */
const ROOM_BYTES = 64 * 1024;

/**
 * A program in a terminal of its own: leader of a new session, with the terminal as its controlling one. When the
 * process that holds this ends in whatever way, the kernel closes the terminal and the program gets SIGHUP.
 */
export class PtySession {
  readonly pid: number;
  /** Resolves after the last output was handed over. */
  readonly ended: Promise<Ending>;
  readonly #pty: Pty;
  readonly #onDrain: () => void;
  readonly #pending: Buffer[] = [];
  #pendingBytes = 0;
  #open = true;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = 1;

  private constructor(pty: Pty, options: PtyOptions) {
    this.#pty = pty;
    this.pid = pty.pid;
    this.#onDrain = options.onDrain;
    pty.onData((data: unknown) => {
      // Without an encoding these are bytes, whatever the package's types say.
      options.onOutput(Buffer.isBuffer(data) ? data : Buffer.from(String(data)));
    });
    pty.onClose?.(() => {
      this.#stopWriting();
    });
    this.ended = new Promise((resolve) => {
      pty.onExit(({ exitCode, signal }) => {
        this.#stopWriting();
        resolve(
          signal === undefined || signal === 0
            ? { kind: 'code', code: exitCode }
            : { kind: 'signal', signal },
        );
      });
    });
  }

  /** @throws NoPtyError, or an error when no terminal could be had */
  static async start(options: PtyOptions): Promise<PtySession> {
    const { spawn } = await loadPty();
    const pty = spawn(options.program, [...options.args], {
      cols: options.columns,
      rows: options.rows,
      cwd: options.cwd,
      env: { ...options.env },
      name: options.env['TERM'] ?? 'dumb',
      encoding: null,
    });
    const { fd, on } = hiddenPartsOf(pty);
    return new PtySession(
      {
        pid: pty.pid,
        onData: (listener) => pty.onData(listener),
        onExit: (listener) => pty.onExit(listener),
        resize: (columns, rows) => {
          pty.resize(columns, rows);
        },
        pause: () => {
          pty.pause();
        },
        resume: () => {
          pty.resume();
        },
        write: (bytes) => {
          if (fd !== undefined && on !== undefined) return writeSync(fd, bytes);
          pty.write(bytes);
          return bytes.length;
        },
        close: () => {
          const destroy: unknown = Reflect.get(pty, 'destroy');
          if (typeof destroy === 'function') Reflect.apply(destroy, pty, []);
          else pty.kill();
        },
        ...(on !== undefined && {
          onClose: (listener) => {
            Reflect.apply(on, pty, ['close', listener]);
          },
        }),
      },
      options,
    );
  }

  /**
   * Types bytes into the terminal. What it does not take now is kept and tried again.
   * @returns `false` when the caller should wait for `onDrain` before giving more
   */
  write(bytes: Buffer): boolean {
    if (!this.#open) return true;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#retry === undefined) this.#flush();
    return this.#pendingBytes < ROOM_BYTES;
  }

  resize(columns: number, rows: number): void {
    if (!this.#open || !(columns > 0) || !(rows > 0)) return;
    this.#pty.resize(columns, rows);
  }

  /** Stops reading; the program waits as soon as the kernel's buffer is full. */
  pause(): void {
    if (this.#open) this.#pty.pause();
  }

  resume(): void {
    if (this.#open) this.#pty.resume();
  }

  /** Hangs up: the program gets SIGHUP, and its terminal is gone. */
  close(): void {
    if (!this.#open) return;
    this.#stopWriting();
    this.#pty.close();
  }

  #flush(): void {
    this.#retry = undefined;
    for (;;) {
      const next = this.#pending[0];
      if (next === undefined) break;
      let written = 0;
      try {
        written = this.#pty.write(next);
      } catch (error) {
        if (codeOf(error) !== 'EAGAIN') {
          this.#stopWriting(); // EIO, EBADF: the other side is gone; its end is told by `ended`.
          return;
        }
      }
      this.#pendingBytes -= written;
      if (written === next.length) this.#pending.shift();
      else {
        this.#pending[0] = next.subarray(written);
        this.#retryMs = written > 0 ? 1 : Math.min(this.#retryMs * 2, MAX_RETRY_MS);
        this.#retry = setTimeout(() => {
          this.#flush();
        }, this.#retryMs);
        return;
      }
    }
    this.#retryMs = 1;
    this.#onDrain();
  }

  /** The descriptor's number may belong to another file from now on. */
  #stopWriting(): void {
    this.#open = false;
    clearTimeout(this.#retry);
    this.#pending.length = 0;
    this.#pendingBytes = 0;
  }
}

interface Pty {
  readonly pid: number;
  onData(listener: (data: unknown) => void): unknown;
  onExit(listener: (ending: { exitCode: number; signal?: number }) => void): unknown;
  onClose?(listener: () => void): void;
  /** @returns how many bytes were taken; throws EAGAIN when it is none */
  write(bytes: Buffer): number;
  resize(columns: number, rows: number): void;
  pause(): void;
  resume(): void;
  close(): void;
}

async function loadPty(): Promise<typeof NodePty> {
  try {
    return await import('node-pty');
  } catch (error) {
    throw new NoPtyError(error);
  }
}

/**
 * node-pty 1.1.0 writes through a queue of its own that cannot be asked how full it is and turns the loop without
 * pause while the program does not read. So the descriptor is written to directly, where there is one (not on
 * Windows) and where its closing is told.
 */
function hiddenPartsOf(pty: object): { fd?: number; on?: (...args: unknown[]) => unknown } {
  const fd: unknown = Reflect.get(pty, 'fd');
  const on: unknown = Reflect.get(pty, 'on');
  if (typeof fd !== 'number' || fd < 0 || typeof on !== 'function') return {};
  return {
    fd,
    on: (...args): unknown => {
      const answer: unknown = Reflect.apply(on, pty, args);
      return answer;
    },
  };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
