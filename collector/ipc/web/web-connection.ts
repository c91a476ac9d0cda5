import { ResponseError } from 'vscode-jsonrpc/node';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { METHODS, type Notice, type Notification, PROTOCOL_VERSION } from '../../contract/ipc.ts';
import { BUSY, dispatch, type ServedHandlers } from '../dispatch.ts';
import { messageBytes } from '../encoded.ts';
import { Follower, selectNotices } from '../follower.ts';

/** A page asks for a handful of things at once; more than this is no page of ours. */
const MAX_PENDING = 64;
/** A browser that takes no answers is cut off at this. The longest honest answer must fit. */
const MAX_WAITING_BYTES = 64 * 1_048_576;

/** With this much unread nothing more is worked out for a page: it reads first. */
const MAX_UNREAD_BYTES = 8 * 1_048_576;

const CLOSE_UNSUPPORTED = 1003;
const CLOSE_PROTOCOL = 1002;
/** The login has expired: the page says how to log in again. */
export const CLOSE_LOGIN = 4401;

const Request = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.int(), z.string().max(100)]),
  method: z.string().max(100),
  params: z.unknown(),
});

export interface WebConnectionOptions {
  readonly handlers: ServedHandlers;
  readonly version: string;
  readonly onError: (error: unknown, method: string) => void;
}

/** One page: JSON-RPC 2.0, one message in each text frame, with the same methods as on the local socket. */
export class WebConnection {
  readonly #socket: WebSocket;
  readonly #options: WebConnectionOptions;
  readonly #follower: Follower;
  #pending = 0;
  #alive = true;

  constructor(socket: WebSocket, options: WebConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#follower = new Follower(
      ({ name, body }) => {
        this.#send({ jsonrpc: '2.0', method: name, params: body });
      },
      () => socket.bufferedAmount,
    );
    socket.on('message', (data, isBinary) => {
      this.#alive = true;
      if (isBinary) socket.close(CLOSE_UNSUPPORTED);
      else void this.#receive(data);
    });
    socket.on('pong', () => {
      this.#alive = true;
    });
    // The library closes after an error, such as a message that is too large, with the code that tells it.
    socket.on('error', () => undefined);
  }

  wants(name: Notification): boolean {
    return this.#follower.wants(name);
  }

  tell(notice: Notice): void {
    this.#follower.tell(notice);
  }

  /** Asks for a sign of life; a page that gave none since the last time is gone. */
  probe(): void {
    if (!this.#alive) this.#socket.terminate();
    else if (this.#socket.readyState === this.#socket.OPEN) {
      this.#alive = false;
      this.#socket.ping();
    }
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  async #receive(data: RawData): Promise<void> {
    const request = Request.safeParse(parseJson(textOf(data)));
    if (!request.success) {
      this.#socket.close(CLOSE_PROTOCOL, 'not a JSON-RPC 2.0 request');
      return;
    }
    const { id, method, params } = request.data;
    try {
      this.#send({ jsonrpc: '2.0', id, result: await this.#answer(method, params) });
    } catch (error) {
      const { code, message } = error instanceof ResponseError ? error : { code: -32603, message: 'failed' };
      this.#send({ jsonrpc: '2.0', id, error: { code, message } });
    }
  }

  async #answer(method: string, params: unknown): Promise<unknown> {
    if (method === 'hello') return this.#hello(params);
    if (method === 'notices.select') return selectNotices(this.#follower, params);
    if (this.#pending >= MAX_PENDING) throw new ResponseError(BUSY, 'too many requests at once');
    if (this.#socket.bufferedAmount > MAX_UNREAD_BYTES)
      throw new ResponseError(BUSY, 'read what was answered before');
    this.#pending += 1;
    try {
      const { handlers, onError } = this.#options;
      return await dispatch(handlers, method, params, onError);
    } finally {
      this.#pending -= 1;
    }
  }

  /** The cookie has said who this is; here only the versions are compared. */
  #hello(params: unknown): { protocolVersion: number; version: string } {
    const parsed = METHODS.hello.params.safeParse(params);
    if (!parsed.success) throw new ResponseError(-32602, 'hello: bad parameters');
    if (parsed.data.protocolVersion !== PROTOCOL_VERSION)
      throw new ResponseError(
        -32001,
        `this collector speaks protocol ${PROTOCOL_VERSION}, the page ${parsed.data.protocolVersion}; load the page again`,
      );
    return { protocolVersion: PROTOCOL_VERSION, version: this.#options.version };
  }

  #send(message: object): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > MAX_WAITING_BYTES) {
      this.#socket.terminate();
      return;
    }
    this.#socket.send(messageBytes(message), { binary: false }, () => {
      this.#follower.drained();
    });
  }
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return data instanceof ArrayBuffer ? Buffer.from(data).toString('utf8') : data.toString('utf8');
}
