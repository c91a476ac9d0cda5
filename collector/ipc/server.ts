import { chmodSync, existsSync, mkdirSync, unlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { timingSafeEqual } from 'node:crypto';
import {
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { METHODS, type Handlers, type Method, type Notice, PROTOCOL_VERSION } from '../contract/ipc.ts';

const UNAUTHENTICATED = -32001;
const INVALID_PARAMS = -32602;
const INTERNAL = -32603;
const MAX_CLIENTS = 64;
/** A client that does not read is cut off rather than allowed to fill the collector's memory. */
const MAX_PENDING_BYTES = 16 * 1024 * 1024;
const HELLO_TIMEOUT_MS = 5_000;

export interface IpcServerOptions {
  readonly address: string;
  readonly token: string;
  readonly version: string;
  readonly handlers: Omit<Handlers, 'hello'>;
  readonly onError: (error: unknown, method: string) => void;
}

interface Client {
  readonly socket: Socket;
  readonly connection: MessageConnection;
  greeted: boolean;
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
      mkdirSync(dirname(options.address), { recursive: true, mode: 0o700 });
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

  /** Tells every greeted client; one that does not keep up is disconnected. */
  publish({ name, body }: Notice): void {
    for (const client of this.#clients) {
      if (!client.greeted) continue;
      if (client.socket.writableLength > MAX_PENDING_BYTES) client.socket.destroy();
      else void client.connection.sendNotification(name, body).catch(() => client.socket.destroy());
    }
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
      new StreamMessageWriter(socket),
    );
    const client: Client = { socket, connection, greeted: false };
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
    connection.onError(() => socket.destroy());
    connection.onRequest((method: string, params: unknown) => this.#handle(client, method, params));
    connection.listen();
  }

  async #handle(client: Client, method: string, params: unknown): Promise<unknown> {
    if (method === 'hello') return this.#hello(client, params);
    if (!client.greeted) throw new ResponseError(UNAUTHENTICATED, 'say hello with the token first');
    if (!isMethod(method)) throw new ResponseError(-32601, `no such method: ${method.slice(0, 60)}`);
    try {
      return await this.#call(method, params);
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      this.#options.onError(error, method);
      throw new ResponseError(INTERNAL, error instanceof Error ? error.message : 'failed');
    }
  }

  #call(method: Exclude<Method, 'hello'>, params: unknown): unknown {
    const parsed = METHODS[method].params.safeParse(params ?? {});
    if (!parsed.success)
      throw new ResponseError(
        INVALID_PARAMS,
        `${method}: ${parsed.error.issues[0]?.message ?? 'bad parameters'}`,
      );
    const handler: (params: never) => unknown = this.#options.handlers[method];
    return Reflect.apply(handler, undefined, [parsed.data]);
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

function isMethod(name: string): name is Exclude<Method, 'hello'> {
  return Object.hasOwn(METHODS, name) && name !== 'hello';
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
