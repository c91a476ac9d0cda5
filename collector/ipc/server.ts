import { chmodSync, existsSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { timingSafeEqual } from 'node:crypto';
import {
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
} from 'vscode-jsonrpc/node';
import { METHODS, type Notice, type Notification, PROTOCOL_VERSION } from '../contract/ipc.ts';
import { dispatch, type ServedHandlers, UNAUTHENTICATED } from './dispatch.ts';
import { Follower, selectNotices } from './follower.ts';
import { SocketWriter } from './socket-writer.ts';

const MAX_CLIENTS = 64;
/**
 * A client that does not read is cut off rather than allowed to fill the collector's memory. The longest honest
 * answer, 10,000 events, must fit.
 */
const MAX_PENDING_BYTES = 64 * 1024 * 1024;
const HELLO_TIMEOUT_MS = 5_000;
/** Requests are small. More than this without a whole message is no client of ours, and must not fill the memory. */
const MAX_MESSAGE_BYTES = 1_048_576;
/** Before `hello` the caller may be anybody: room for one greeting. */
const MAX_GREETING_BYTES = 4_096;

export interface IpcServerOptions {
  readonly address: string;
  readonly token: string;
  readonly version: string;
  readonly handlers: ServedHandlers;
  readonly onError: (error: unknown, method: string) => void;
}

interface Client {
  readonly socket: Socket;
  readonly connection: MessageConnection;
  readonly follower: Follower;
  greeted: boolean;
  /** What the socket had read when the last whole message came. */
  understoodBytes: number;
}

/** The local API: JSON-RPC 2.0 over a Unix socket or a named pipe, for callers that know the owner's token. */
export class IpcServer {
  readonly #options: IpcServerOptions;
  readonly #server: Server;
  readonly #clients = new Set<Client>();

  private constructor(options: IpcServerOptions) {
    this.#options = options;
    this.#server = createServer((socket) => {
      this.#accept(socket);
    });
  }

  /** @throws when another process listens there, or the folder cannot be used. */
  static async listen(options: IpcServerOptions): Promise<IpcServer> {
    const ipc = new IpcServer(options);
    const isPipe = options.address.startsWith('\\\\');
    if (!isPipe) {
      prepareFolder(dirname(options.address));
      // Only the holder of the instance lock comes here, so a socket file that exists is a dead one.
      if (existsSync(options.address)) unlinkSync(options.address);
    }
    await new Promise<void>((resolve, reject) => {
      ipc.#server.once('error', reject);
      ipc.#server.listen(options.address, () => {
        ipc.#server.off('error', reject);
        resolve();
      });
    });
    if (!isPipe) chmodSync(options.address, 0o600);
    return ipc;
  }

  /** Tells every greeted client; one that does not keep up is told to ask again when it has caught up. */
  publish(notice: Notice): void {
    for (const client of this.#clients) {
      if (client.greeted && !client.socket.destroyed) client.follower.tell(notice);
    }
  }

  /** Is there a caller who wants notices of this name? */
  hears(name: Notification): boolean {
    for (const { greeted, follower } of this.#clients) if (greeted && follower.wants(name)) return true;
    return false;
  }

  get clients(): number {
    return this.#clients.size;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.socket.end();
    const closed = new Promise<void>((resolve) =>
      this.#server.close(() => {
        resolve();
      }),
    );
    const killer = setTimeout(() => {
      for (const client of this.#clients) client.socket.destroy();
    }, 500);
    await closed;
    clearTimeout(killer);
  }

  #accept(socket: Socket): void {
    if (this.#clients.size >= MAX_CLIENTS) {
      socket.destroy();
      return;
    }
    const connection = createMessageConnection(
      new StreamMessageReader(socket),
      new SocketWriter(socket, MAX_PENDING_BYTES),
    );
    const follower = new Follower(
      ({ name, body }) => {
        void connection.sendNotification(name, body).catch(() => socket.destroy());
      },
      () => socket.writableLength,
    );
    const client: Client = { socket, connection, follower, greeted: false, understoodBytes: 0 };
    this.#clients.add(client);
    const impatience = setTimeout(() => {
      if (!client.greeted) socket.destroy();
    }, HELLO_TIMEOUT_MS);
    const forget = (): void => {
      clearTimeout(impatience);
      this.#clients.delete(client);
      connection.dispose();
    };
    socket.once('close', forget);
    socket.on('error', () => socket.destroy());
    socket.on('drain', () => {
      follower.drained();
    });
    socket.on('data', () => {
      const limit = client.greeted ? MAX_MESSAGE_BYTES : MAX_GREETING_BYTES;
      if (socket.bytesRead - client.understoodBytes > limit) socket.destroy();
    });
    connection.onError(() => socket.destroy());
    connection.onRequest((method: string, params: unknown) => this.#handle(client, method, params));
    connection.listen();
  }

  async #handle(client: Client, method: string, params: unknown): Promise<unknown> {
    client.understoodBytes = client.socket.bytesRead;
    if (method === 'hello') return this.#hello(client, params);
    if (!client.greeted) throw new ResponseError(UNAUTHENTICATED, 'say hello with the token first');
    if (method === 'notices.select') return selectNotices(client.follower, params);
    return dispatch(this.#options.handlers, method, params, this.#options.onError);
  }

  #hello(client: Client, params: unknown): { protocolVersion: number; version: string } {
    const parsed = METHODS.hello.params.safeParse(params);
    if (!parsed.success || !sameText(parsed.data.token, this.#options.token)) {
      // Answered late and then cut: guessing tokens must not be quick.
      setTimeout(() => client.socket.destroy(), 200);
      throw new ResponseError(UNAUTHENTICATED, 'wrong token');
    }
    if (parsed.data.protocolVersion !== PROTOCOL_VERSION) {
      throw new ResponseError(
        UNAUTHENTICATED,
        `this collector speaks protocol ${PROTOCOL_VERSION}, you speak ${parsed.data.protocolVersion}; restart the collector after an update`,
      );
    }
    client.greeted = true;
    return { protocolVersion: PROTOCOL_VERSION, version: this.#options.version };
  }
}

/**
 * Makes the folder of the socket. One in a shared place, such as the temporary folder, may have been put there by
 * another user, who could then put an own socket in the place of ours.
 */
function prepareFolder(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const stat = lstatSync(dir);
  const trusted = process.getuid === undefined || stat.uid === process.getuid() || stat.uid === 0;
  if (!stat.isDirectory() || !trusted)
    throw new Error(`${dir} belongs to somebody else; remove it, or use another --state folder`);
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
