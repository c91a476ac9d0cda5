import { createHash, randomUUID } from 'node:crypto';
import { lstatSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Notice, Notification, Result } from './contract/ipc.ts';
import type { ServedHandlers } from './ipc/dispatch.ts';
import { type LoginRow, Logins } from './ipc/web/logins.ts';
import type { WebServer } from './ipc/web/web-server.ts';

/** Tried first, so that a tunnel or a bookmark set up once goes on working. No registered service uses it, and no system takes it for outgoing connections. */
export const USUAL_PORT = 27_833;
const MAX_STATE_BYTES = 20_000;

export interface BrowserWindowOptions {
  /** Where port and logins are kept between runs. */
  readonly stateFile: string;
  readonly handlers: ServedHandlers;
  readonly version: string;
  readonly nowMs: () => number;
  readonly onError: (error: unknown, method: string) => void;
  /** Default: the window built beside this program. */
  readonly root?: string;
}

const State = z.object({
  port: z.int().min(1).max(65_535),
  logins: z.array(z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/), expiresMs: z.int() })).max(100),
});

/** The window in a browser: served from the first `reeve ui` on, and again after a restart while a login holds. */
export class BrowserWindow {
  readonly #options: BrowserWindowOptions;
  readonly #logins: Logins;
  readonly #cookieName: string;
  #port: number | undefined;
  #server: WebServer | undefined;
  /** One change of the listener at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: BrowserWindowOptions) {
    this.#options = options;
    const state = readState(options.stateFile);
    this.#port = state?.port;
    this.#logins = new Logins(state?.logins ?? [], options.nowMs, () => {
      this.#save();
    });
    const name = createHash('sha256').update(options.stateFile).digest('hex').slice(0, 8);
    this.#cookieName = `reeve_${name}`;
  }

  /** Serves again what was served before, if somebody may still have it open. Never fails: `reeve ui` tells then. */
  async resume(): Promise<void> {
    if (this.#port === undefined || this.#logins.rows.length === 0) return;
    const port = this.#port;
    try {
      await this.#inTurn(() => this.#listen(port));
    } catch (error) {
      this.#options.onError(error, 'ui');
    }
  }

  /** @param port asked for by the person; otherwise the one of last time, the usual one, or any. @throws when it is taken */
  async open(port: number | undefined): Promise<Result<'ui.open'>> {
    const serving = await this.#inTurn(() => this.#ensure(port));
    const { ticket, expiresMs } = this.#logins.issue();
    const address = `http://127.0.0.1:${serving}/`;
    return { url: `${address}open?ticket=${ticket}`, address, port: serving, expiresMs };
  }

  hears(name: Notification): boolean {
    return this.#server?.hears(name) ?? false;
  }

  publish(notice: Notice): void {
    this.#server?.publish(notice);
  }

  async close(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#server?.close();
      this.#server = undefined;
    });
  }

  async #ensure(port: number | undefined): Promise<number> {
    if (this.#server !== undefined) {
      if (port === undefined || port === 0 || port === this.#server.port) return this.#server.port;
      await this.#server.close();
      this.#server = undefined;
    }
    if (port !== undefined) return this.#listen(port);
    for (const candidate of [...(this.#port === undefined ? [] : [this.#port]), USUAL_PORT]) {
      try {
        return await this.#listen(candidate);
      } catch {
        continue; // taken by another program
      }
    }
    return this.#listen(0);
  }

  async #listen(port: number): Promise<number> {
    const { handlers, version, nowMs, onError } = this.#options;
    // Loaded when somebody opens the window: a collector on its own needs no web server.
    const { WebServer } = await import('./ipc/web/web-server.ts');
    this.#server = await WebServer.listen({
      port,
      root: this.#options.root ?? builtWindow(),
      cookieName: this.#cookieName,
      logins: this.#logins,
      handlers,
      version,
      nowMs,
      onError,
    });
    this.#port = this.#server.port;
    this.#save();
    return this.#port;
  }

  /** A state that cannot be written costs the login at the next restart, nothing else. */
  #save(): void {
    if (this.#port === undefined) return;
    try {
      writeState(this.#options.stateFile, this.#port, this.#logins.rows);
    } catch (error) {
      this.#options.onError(error, 'ui');
    }
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(run);
    this.#turn = next.catch(() => undefined);
    return next;
  }
}

function readState(path: string): z.infer<typeof State> | undefined {
  try {
    const stat = lstatSync(path);
    if (!stat.isFile() || stat.size > MAX_STATE_BYTES) return undefined;
    const state = State.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return state.success ? state.data : undefined;
  } catch {
    return undefined; // none yet, or damaged: nobody is logged in
  }
}

function writeState(path: string, port: number, logins: readonly LoginRow[]): void {
  const fresh = `${path}.${randomUUID()}`;
  try {
    writeFileSync(fresh, JSON.stringify({ port, logins }), { mode: 0o600, flag: 'wx' });
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** Beside the bundle when bundled, in `dist` when run from the sources. */
function builtWindow(): string {
  const [beside, fallback] = ['./renderer/', '../dist/renderer/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return beside !== undefined && statSync(beside, { throwIfNoEntry: false })?.isDirectory() === true
    ? beside
    : (fallback ?? '');
}
