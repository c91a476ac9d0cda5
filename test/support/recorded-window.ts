import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { ResponseError } from 'vscode-jsonrpc/node';
import { METHODS } from '../../collector/contract/ipc.ts';
import type { ServedHandlers } from '../../collector/ipc/dispatch.ts';
import { Logins } from '../../collector/ipc/web/logins.ts';
import { WebServer } from '../../collector/ipc/web/web-server.ts';

/** What a real collector on the demo home answered once, so that the window can be shown twice in the same state. */
export interface Recording {
  /** When it was recorded: the clock of the page stands there. */
  readonly timeMs: number;
  /** By `callKey`. */
  readonly answers: Readonly<Record<string, unknown>>;
}

const METHOD_NOT_RECORDED = -32_000;
const WINDOW = new URL('../../dist/renderer', import.meta.url).pathname;

/** Method and parameters, with the defaults of the contract filled in. */
export function callKey(method: string, params: unknown): string {
  const schema = isMethod(method) ? METHODS[method].params : undefined;
  const full: unknown = schema?.parse(params) ?? params;
  return `${method} ${JSON.stringify(sorted(full))}`;
}

export function isMethod(method: string): method is keyof typeof METHODS {
  return Object.hasOwn(METHODS, method);
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function readRecording(path: string): Recording {
  return JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as Recording;
}

/** The real server of the window; only what stands behind its methods is recorded. */
export async function serveRecording(
  recording: Recording,
): Promise<{ server: WebServer; url: string; missed: string[] }> {
  const missed: string[] = [];
  const handlers = Object.fromEntries(
    Object.keys(METHODS).map((method) => [
      method,
      (params: unknown) => {
        const key = callKey(method, params);
        if (!Object.hasOwn(recording.answers, key)) {
          missed.push(key);
          throw new ResponseError(METHOD_NOT_RECORDED, `not recorded: ${key}`);
        }
        return recording.answers[key];
      },
    ]),
  ) as unknown as ServedHandlers;
  const logins = new Logins([], Date.now);
  const server = await WebServer.listen({
    port: 0,
    root: WINDOW,
    cookieName: 'reeve_recorded',
    logins,
    handlers,
    version: '0.1.0',
    nowMs: Date.now,
    onError: (error) => {
      missed.push(String(error));
    },
  });
  return { server, url: `http://127.0.0.1:${server.port}/open?ticket=${logins.issue().ticket}`, missed };
}
