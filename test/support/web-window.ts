import { mkdirSync, writeFileSync } from 'node:fs';
import { type ClientRequestArgs, request } from 'node:http';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { WebSocket } from 'ws';
import { createReadHandlers } from '../../collector/api.ts';
import type { ServedHandlers } from '../../collector/ipc/dispatch.ts';
import { Logins } from '../../collector/ipc/web/logins.ts';
import { WebServer, type WebServerOptions } from '../../collector/ipc/web/web-server.ts';
import { Store } from '../../collector/store/store.ts';
import { tempDir } from './temp.ts';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
export const onEnd = (close: () => void | Promise<void>): void => {
  closers.push(close);
};

export const COOKIE = 'reeve_test';

/** A built window in a folder, small. */
export function builtWindow(): string {
  const root = join(tempDir(), 'renderer');
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(root, '..', 'secret.json'), '{"not":"yours"}');
  writeFileSync(
    join(root, 'index.html'),
    '<!doctype html><html data-theme="__THEME__"><meta name="csp-nonce" content="__CSP_NONCE__"><meta name="first-since" content="__SINCE__"><script type="module" src="/assets/app-1a2b.js"></script><!--first-answers--><p>the end</p>',
  );
  writeFileSync(join(root, 'assets', 'app-1a2b.js'), 'export {};');
  writeFileSync(join(root, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  return root;
}

export interface TestWindow {
  readonly server: WebServer;
  readonly logins: Logins;
  readonly store: Store;
  readonly port: number;
  readonly clock: { nowMs: number };
  /** A cookie that is let in. */
  readonly login: () => string;
}

/** A real server on a real store with the reading methods; the clock stands until the test moves it. */
export async function serveWindow(over: Partial<WebServerOptions> = {}): Promise<TestWindow> {
  const store = Store.open({ path: join(tempDir(), 'reeve.db'), nowMs: () => 1_750_000_000_000 });
  onEnd(() => {
    store.close();
  });
  const clock = { nowMs: 1_750_000_000_000 };
  const logins = new Logins([], () => clock.nowMs);
  const server = await WebServer.listen({
    port: 0,
    root: builtWindow(),
    cookieName: COOKIE,
    logins,
    // The methods that a window calls first; the contract's other ones have tests of their own.
    handlers: createReadHandlers(store) as unknown as ServedHandlers,
    version: '1.2.3',
    nowMs: () => clock.nowMs,
    onError: () => undefined,
    ...over,
  });
  onEnd(() => server.close());
  const login = (): string => {
    const answer = logins.redeem(logins.issue().ticket);
    if (!answer.ok) throw new Error(answer.why);
    return answer.cookie;
  };
  return { server, logins, store, port: server.port, clock, login };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export function get(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Answer> {
  const options: ClientRequestArgs = {
    host: '127.0.0.1',
    port,
    path,
    method,
    agent: false,
    headers: { host: `127.0.0.1:${port}`, ...headers },
  };
  return new Promise((resolve, reject) => {
    request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    })
      .on('error', reject)
      .end();
  });
}

/** A page, as far as the server can tell. */
export class Page {
  readonly socket: WebSocket;
  readonly notices: { readonly method: string; readonly params: unknown }[] = [];
  readonly closed: Promise<number>;
  readonly #waiting = new Map<number, (message: Record<string, unknown>) => void>();
  #id = 0;

  constructor(
    port: number,
    cookie: string | undefined,
    headers: Readonly<Record<string, string>> = {},
    path = '/api',
  ) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
      headers: {
        origin: `http://127.0.0.1:${port}`,
        ...(cookie !== undefined && { cookie: `other=1; ${COOKIE}=${cookie}` }),
        ...headers,
      },
    });
    onEnd(() => {
      this.socket.terminate();
    });
    this.closed = new Promise((resolve) => {
      this.socket.once('close', resolve);
    });
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString('utf8')) as Record<string, unknown>;
      if (typeof message['id'] === 'number') this.#waiting.get(message['id'])?.(message);
      else this.notices.push(message as unknown as { method: string; params: unknown });
    });
  }

  /** Resolves with `true` when it stands, with the refused status otherwise. */
  opened(): Promise<true | number> {
    return new Promise((resolve) => {
      this.socket.once('open', () => {
        resolve(true);
      });
      this.socket.once('unexpected-response', (_request, response) => {
        resolve(response.statusCode ?? 0);
      });
    });
  }

  ask(method: string, params: unknown = {}): Promise<Record<string, unknown>> {
    const id = ++this.#id;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    });
  }
}

export async function until(what: () => boolean, ms = 10_000): Promise<void> {
  const end = Date.now() + ms;
  while (!what()) {
    if (Date.now() > end) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
