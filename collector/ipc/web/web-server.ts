import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { THEME_COOKIE } from '../../contract/first-look.ts';
import type { Notice, Notification } from '../../contract/ipc.ts';
import type { ServedHandlers } from '../dispatch.ts';
import { isPlace, type PageParts, readAsset, readPage } from './assets.ts';
import { firstAnswersElement } from './first-answers.ts';
import {
  cookieOf,
  isForeignFetch,
  isLedByOthers,
  isOwnOrigin,
  loopbackHost,
  securityHeaders,
} from './guard.ts';
import { LOGIN_MS, type Logins } from './logins.ts';
import { Missed } from './missed.ts';
import { notePage } from './note-page.ts';
import { CLOSE_LOGIN, WebConnection } from './web-connection.ts';

const MAX_CONNECTIONS = 128;
const MAX_PAGES = 32;
const MAX_MESSAGE_BYTES = 1_048_576;
const PROBE_MS = 30_000;
const CLOSE_GOING = 1001;
const HEADER_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** With the mark of the page that connects; see `SINCE_NAME`. */
const API = /^\/api(?:\?since=([\w.-]{1,60}))?$/;
const HTML = 'text/html; charset=utf-8';

export interface WebServerOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** Folder of the built window. */
  readonly root: string;
  /** Cookies of one name go to every port of this machine: each collector has its own name. */
  readonly cookieName: string;
  readonly logins: Logins;
  readonly handlers: ServedHandlers;
  readonly version: string;
  readonly nowMs: () => number;
  readonly onError: (error: unknown, method: string) => void;
  /** For tests; default 30 s. */
  readonly probeMs?: number;
}

/** The window for a browser: its files, the login, and the local API over WebSocket. Listens on 127.0.0.1 only. */
export class WebServer {
  readonly #options: WebServerOptions;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  readonly #pages = new Map<WebConnection, number>();
  readonly #probe: NodeJS.Timeout;
  readonly #missed: Missed;

  private constructor(options: WebServerOptions) {
    this.#options = options;
    this.#missed = new Missed(options.nowMs);
    this.#http = createServer({
      headersTimeout: HEADER_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: 2_000,
    });
    this.#http.maxConnections = MAX_CONNECTIONS;
    this.#http.on('request', (request, response) => {
      this.#answer(request, response);
    });
    this.#http.on('upgrade', (request, socket, head) => {
      this.#upgrade(request, socket, head);
    });
    this.#http.on('clientError', (_error, socket) => {
      socket.destroy();
    });
    this.#probe = setInterval(() => {
      this.#look();
    }, options.probeMs ?? PROBE_MS).unref();
  }

  /** @throws the error of `listen`, such as EADDRINUSE */
  static async listen(options: WebServerOptions): Promise<WebServer> {
    const server = new WebServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#http.once('error', reject);
      server.#http.listen(options.port, '127.0.0.1', () => {
        server.#http.off('error', reject);
        resolve();
      });
    }).catch((error: unknown) => {
      clearInterval(server.#probe);
      throw error;
    });
    return server;
  }

  get port(): number {
    const address = this.#http.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get pages(): number {
    return this.#pages.size;
  }

  /** Is there a page that wants notices of this name, or will there be one in a moment? */
  hears(name: Notification): boolean {
    if (this.#missed.listens) return true;
    for (const page of this.#pages.keys()) if (page.wants(name)) return true;
    return false;
  }

  publish(notice: Notice): void {
    this.#missed.told();
    for (const page of this.#pages.keys()) page.tell(notice);
  }

  async close(): Promise<void> {
    clearInterval(this.#probe);
    for (const page of this.#pages.keys()) page.close(CLOSE_GOING, 'the collector stops');
    const closed = new Promise<void>((resolve) => {
      this.#http.close(() => {
        resolve();
      });
    });
    // A page that does not say goodbye must not hold up the end.
    const killer = setTimeout(() => {
      for (const socket of this.#sockets.clients) socket.terminate();
      this.#http.closeAllConnections();
    }, 500);
    this.#http.closeIdleConnections();
    await closed;
    clearTimeout(killer);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const host = loopbackHost(request);
    const nonce = randomBytes(16).toString('base64');
    for (const [name, value] of Object.entries(securityHeaders(host ?? 'localhost', nonce)))
      response.setHeader(name, value);
    if (host === undefined) note(response, 421, 'host');
    else if (request.method !== 'GET' && request.method !== 'HEAD') note(response, 405, 'method');
    else if (isForeignFetch(request)) note(response, 403, 'origin');
    else this.#serve(request, response, nonce);
  }

  #serve(request: IncomingMessage, response: ServerResponse, nonce: string): void {
    const url = request.url ?? '/';
    const cut = url.indexOf('?');
    const path = cut === -1 ? url : url.slice(0, cut);
    // Programs that look at links before people do ask with HEAD: that must not use the ticket up.
    if (path === '/open' && request.method === 'GET') {
      this.#login(new URLSearchParams(cut === -1 ? '' : url.slice(cut + 1)).get('ticket') ?? '', response);
      return;
    }
    const { root, logins, cookieName } = this.#options;
    if (isPlace(path)) {
      if (logins.check(cookieOf(request, cookieName)) === undefined) note(response, 401, 'login');
      else this.#servePage(request, response, nonce);
      return;
    }
    const asset = readAsset(root, path);
    if (asset === undefined) note(response, 404, 'not-found');
    else {
      const kept = asset.immutable ? 'public, max-age=31536000, immutable' : 'no-cache';
      send(response, 200, asset.body, asset.type, kept);
    }
  }

  /** The window, to a browser that is let in. Its answers follow when they are made, in the same document. */
  #servePage(request: IncomingMessage, response: ServerResponse, nonce: string): void {
    const { root, onError } = this.#options;
    const answers = request.method === 'GET' && !isLedByOthers(request);
    const page = readPage(root, {
      nonce,
      since: answers ? this.#missed.mark() : '',
      theme: cookieOf(request, THEME_COOKIE),
    });
    if (page === undefined) note(response, 503, 'no-window');
    else if (page.tail === '' || !answers)
      send(response, 200, Buffer.from(page.head + page.tail), HTML, 'no-store');
    else
      this.#stream(response, page).catch((error: unknown) => {
        onError(error, 'ui');
        response.destroy();
      });
  }

  async #stream(response: ServerResponse, { head, tail }: PageParts): Promise<void> {
    const { handlers, onError } = this.#options;
    response.writeHead(200, { 'content-type': HTML, 'cache-control': 'no-store' });
    response.write(head);
    // Out of the door before this thread works on the answers: the browser fetches the program meanwhile.
    await turn();
    response.end((await firstAnswersElement(handlers, onError)) + tail);
  }

  /** The ticket is traded for a cookie, and the address with the ticket in it is left at once. */
  #login(ticket: string, response: ServerResponse): void {
    const login = this.#options.logins.redeem(ticket);
    if (!login.ok) {
      note(response, login.why === 'later' ? 429 : 403, login.why === 'later' ? 'later' : 'ticket');
      return;
    }
    const life = `Max-Age=${Math.floor(LOGIN_MS / 1_000)}`;
    response.setHeader(
      'set-cookie',
      `${this.#options.cookieName}=${login.cookie}; HttpOnly; SameSite=Strict; Path=/; ${life}`,
    );
    response.setHeader('location', '/');
    send(response, 303, Buffer.alloc(0), 'text/plain; charset=utf-8', 'no-store');
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const host = loopbackHost(request);
    if (host === undefined) refuse(socket, '421 Misdirected Request');
    else if (!isOwnOrigin(request, host)) refuse(socket, '403 Forbidden');
    else if (!API.test(request.url ?? '')) refuse(socket, '404 Not Found');
    else if (this.#pages.size >= MAX_PAGES) refuse(socket, '503 Service Unavailable');
    else this.#accept(request, socket, head);
  }

  #accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { logins, cookieName, handlers, version, onError } = this.#options;
    const expiresMs = logins.check(cookieOf(request, cookieName));
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      // Said inside the WebSocket: a page cannot see why an upgrade was refused.
      if (expiresMs === undefined) {
        webSocket.on('error', () => undefined);
        webSocket.close(CLOSE_LOGIN, 'run `reeve ui` again');
        return;
      }
      const page = new WebConnection(webSocket, { handlers, version, onError });
      this.#pages.set(page, expiresMs);
      const since = API.exec(request.url ?? '')?.[1];
      if (since !== undefined && !this.#missed.isCurrent(since)) page.tell({ name: 'resync', body: {} });
      webSocket.once('close', () => {
        this.#pages.delete(page);
      });
    });
  }

  #look(): void {
    const nowMs = this.#options.nowMs();
    for (const [page, expiresMs] of this.#pages) {
      if (expiresMs <= nowMs) page.close(CLOSE_LOGIN, 'the login has expired');
      else page.probe();
    }
  }
}

function send(response: ServerResponse, status: number, body: Buffer, type: string, cache: string): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': cache,
  });
  // `end` leaves the body out of the answer to HEAD.
  response.end(body);
}

function note(response: ServerResponse, status: number, why: Parameters<typeof notePage>[0]): void {
  send(response, status, Buffer.from(notePage(why)), HTML, 'no-store');
}

function refuse(socket: Duplex, status: string): void {
  // The other side may keep its half open for as long as it likes.
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
