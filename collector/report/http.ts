import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** What became of one request. */
export type SendResult =
  /** 2xx. `body` is what the receiver said, cut at 64 KiB; `complete` when all of it came. */
  | { readonly kind: 'accepted'; readonly body: Uint8Array; readonly complete: boolean }
  /** Nobody answered, or the answer asks to come back later. */
  | { readonly kind: 'later'; readonly reason: string; readonly retryAfterMs?: number }
  /** Any other server error: not a known "later", but not the data's fault for sure either. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** 413. */
  | { readonly kind: 'too-large' }
  /** A 4xx that blames the data. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Credentials, address or local files are wrong: somebody has to change a setting. */
  | { readonly kind: 'misconfigured'; readonly reason: string };

export interface Timeouts {
  /** Until the connection stands, TLS included. */
  readonly connectMs: number;
  /** From then until the status line. */
  readonly headersMs: number;
  /** For the whole exchange. */
  readonly totalMs: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = { connectMs: 10_000, headersMs: 30_000, totalMs: 60_000 };

export interface TransportConfig {
  /** OTLP base URL; `/v1/logs` is added unless it is there. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly caFile?: string | undefined;
  readonly clientCertFile?: string | undefined;
  readonly clientKeyFile?: string | undefined;
}

export interface Transport {
  /** Compresses and posts one protobuf body. Never throws and never takes longer than the total timeout. */
  send(body: Uint8Array, signal: AbortSignal): Promise<{ result: SendResult; wireBytes: number }>;
  /** Closes idle connections. */
  close(): void;
}

const MAX_ANSWER_BYTES = 65_536;
const compress = promisify(gzip);

/** The address requests go to. @throws TypeError for text that is no URL; the config schema refuses those before. */
export function logsUrl(endpoint: string): URL {
  const url = new URL(endpoint);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith('/v1/logs') ? path : `${path}/v1/logs`;
  return url;
}

/**
 * A keep-alive connection to one receiver. Redirects are not followed: the address in the settings is the one that was
 * agreed on. Proxies come from `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` in `env`.
 * @returns a reason instead when a certificate file cannot be used; the text names the file, never its content.
 */
export function openTransport(
  config: TransportConfig,
  env: Readonly<Record<string, string | undefined>>,
  timeouts: Timeouts = DEFAULT_TIMEOUTS,
): { readonly ok: true; readonly transport: Transport } | { readonly ok: false; readonly reason: string } {
  const tls = readTlsFiles(config);
  if (!tls.ok) return tls;
  const url = logsUrl(config.endpoint);
  const secure = url.protocol === 'https:';
  const agentOptions = { keepAlive: true, maxSockets: 1, proxyEnv: proxyOf(env) };
  let agent: http.Agent;
  try {
    agent = secure ? new https.Agent({ ...agentOptions, ...tls.options }) : new http.Agent(agentOptions);
  } catch (error) {
    return { ok: false, reason: `the proxy setting cannot be used: ${codeOf(error)}` };
  }
  const request = secure ? https.request : http.request;
  return {
    ok: true,
    transport: {
      async send(body, signal) {
        const packed = await compress(body);
        const headers = {
          ...config.headers,
          'content-type': 'application/x-protobuf',
          'content-encoding': 'gzip',
          'content-length': String(packed.length),
        };
        const start = (): http.ClientRequest => request(url, { method: 'POST', agent, headers });
        return { result: await exchange(start, packed, timeouts, signal), wireBytes: packed.length };
      },
      close() {
        agent.destroy();
      },
    },
  };
}

interface TlsOptions {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

function readTlsFiles(
  config: TransportConfig,
): { readonly ok: true; readonly options: TlsOptions } | { readonly ok: false; readonly reason: string } {
  const options: { ca?: Buffer; cert?: Buffer; key?: Buffer } = {};
  const files = [
    ['ca', config.caFile],
    ['cert', config.clientCertFile],
    ['key', config.clientKeyFile],
  ] as const;
  for (const [name, path] of files) {
    if (path === undefined) continue;
    try {
      options[name] = readFileSync(path);
    } catch (error) {
      return { ok: false, reason: `cannot read ${path}: ${codeOf(error)}` };
    }
  }
  return { ok: true, options };
}

/** Only the proxy variables, so that the agent sees nothing else of the environment. */
function proxyOf(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy']) {
    const value = env[name];
    if (value !== undefined && value !== '') kept[name] = value;
  }
  return kept;
}

/** One request with its three timeouts. Whatever happens first decides; the socket is closed on anything but an answer. */
function exchange(
  start: () => http.ClientRequest,
  body: Buffer,
  timeouts: Timeouts,
  signal: AbortSignal,
): Promise<SendResult> {
  return new Promise((resolve) => {
    let request: http.ClientRequest;
    try {
      request = start();
    } catch (error) {
      // Node refuses header names and values that HTTP does not allow; their text may be a secret.
      resolve({ kind: 'misconfigured', reason: `the request cannot be made: ${codeOf(error)}` });
      return;
    }
    const timers: NodeJS.Timeout[] = [];
    const after = (timeoutMs: number, what: string): void => {
      timers.push(setTimeout(finish, timeoutMs, { kind: 'later', reason: `no ${what} in ${timeoutMs} ms` }));
    };
    const stop = (): void => {
      finish({ kind: 'later', reason: 'stopped' });
    };
    function finish(result: SendResult): void {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve(result);
      // After a complete answer the socket is back in the pool and this does nothing.
      request.destroy();
    }
    after(timeouts.totalMs, 'complete answer');
    after(timeouts.connectMs, 'connection');
    const connectTimer = timers.at(-1);
    const connected = (): void => {
      clearTimeout(connectTimer);
      after(timeouts.headersMs, 'answer');
    };
    request.on('socket', (socket) => {
      if (isReady(socket)) connected();
      else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', connected);
    });
    request.on('error', (error) => {
      finish(failureOf(error));
    });
    request.on('response', (response) => {
      for (const timer of timers.slice(1)) clearTimeout(timer);
      readAnswer(response, timeouts, finish);
    });
    if (signal.aborted) stop();
    else {
      signal.addEventListener('abort', stop);
      request.end(body);
    }
  });
}

/** A socket of the pool, or one that a proxy already connected. */
function isReady(socket: Socket): boolean {
  if (socket.connecting) return false;
  // "unknown" until the handshake is over.
  return !(socket instanceof TLSSocket) || ![null, 'unknown'].includes(socket.getProtocol());
}

/** Reads at most 64 KiB of the answer. The status alone decides: a body that breaks off changes nothing about it. */
function readAnswer(
  response: http.IncomingMessage,
  timeouts: Timeouts,
  finish: (result: SendResult) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const end = (complete: boolean): void => {
    clearTimeout(timer);
    finish(resultOf(response, Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES), complete));
  };
  const timer = setTimeout(end, timeouts.headersMs, false);
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) end(false);
  });
  response.on('end', () => {
    end(response.complete);
  });
  response.on('error', () => {
    end(false);
  });
}

function resultOf(response: http.IncomingMessage, body: Buffer, complete: boolean): SendResult {
  const status = response.statusCode ?? 0;
  const type = response.headers['content-type'] ?? '';
  if (status >= 200 && status < 300) {
    // A page for people: a captive portal or a web server, not a receiver. Taking it for a yes would lose the batch.
    if (/^text\/html\b/i.test(type))
      return { kind: 'misconfigured', reason: `${status} with a web page: not an OTLP receiver` };
    return { kind: 'accepted', body, complete };
  }
  const reason = `status ${status}`;
  switch (status) {
    case 413:
      return { kind: 'too-large' };
    case 429:
    case 502:
    case 503:
    case 504: {
      const retryAfterMs = retryAfter(
        response.headers['retry-after'],
        Date.parse(response.headers.date ?? ''),
      );
      return { kind: 'later', reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    }
    case 401:
    case 403:
    case 407:
      return { kind: 'misconfigured', reason: `${reason}: the receiver does not accept our credentials` };
    case 404:
    case 405:
      return { kind: 'misconfigured', reason: `${reason}: no OTLP receiver at this address` };
    default:
      if (status >= 300 && status < 400)
        return { kind: 'misconfigured', reason: `${reason}: redirects are not followed` };
      return status >= 500 ? { kind: 'failed', reason } : { kind: 'refused', reason };
  }
}

/**
 * Milliseconds that a `Retry-After` header asks for: seconds, or an HTTP date against the receiver's own `Date`, so
 * that a wrong clock here does not matter. Undefined when absent, unreadable, or a date without a `Date` beside it.
 */
export function retryAfter(header: string | undefined, receiverMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  // Every HTTP date begins with a day's name; `Date.parse` alone would take `-1` for a year.
  if (!/^[A-Z][a-z]{2}/.test(text)) return undefined;
  const delay = Date.parse(text) - receiverMs;
  return Number.isNaN(delay) ? undefined : Math.max(0, delay);
}

/** Errors of our own side: wrong certificates do not get right by asking again soon. */
const OWN_FAULTS =
  /^(?:ERR_TLS|ERR_SSL|ERR_OSSL|ERR_INVALID|CERT_|DEPTH_ZERO|UNABLE_TO_|SELF_SIGNED|HOSTNAME_)/;

function failureOf(error: Error): SendResult {
  const code = codeOf(error);
  return OWN_FAULTS.test(code)
    ? { kind: 'misconfigured', reason: `the connection is not trusted: ${code}` }
    : { kind: 'later', reason: `connection failed: ${code}` };
}

/** The code of a system error. Messages may quote header values or addresses, so they are never passed on. */
function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
