import { createConnection, type Socket } from 'node:net';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import {
  METHODS,
  type Method,
  NOTIFICATIONS,
  type Notification,
  type NotificationBody,
  type Params,
  PROTOCOL_VERSION,
  type Result,
} from '../contract/ipc.ts';

const CONNECT_TIMEOUT_MS = 3_000;

/** No collector answers at the address. */
export class NotRunningError extends Error {
  constructor(cause?: unknown) {
    super('the collector is not running; start it with `reeve run`', { cause });
    this.name = 'NotRunningError';
  }
}

/** One connection to the collector's local API. */
export class IpcClient {
  readonly #socket: Socket;
  readonly #connection: MessageConnection;

  private constructor(socket: Socket, connection: MessageConnection) {
    this.#socket = socket;
    this.#connection = connection;
  }

  /** @throws NotRunningError when nobody listens; another error when the token or the protocol does not fit. */
  static async connect(address: string, token: string): Promise<IpcClient> {
    const socket = await openSocket(address);
    const connection = createMessageConnection(
      new StreamMessageReader(socket),
      new StreamMessageWriter(socket),
    );
    connection.onError(() => socket.destroy());
    connection.listen();
    const client = new IpcClient(socket, connection);
    try {
      await client.call('hello', { token, protocolVersion: PROTOCOL_VERSION });
    } catch (error) {
      client.close();
      throw error;
    }
    return client;
  }

  async call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  async call(method: Method, params: unknown): Promise<unknown> {
    const answer: unknown = await this.#connection.sendRequest(method, params);
    return METHODS[method].result.parse(answer);
  }

  on<N extends Notification>(name: N, listener: (body: NotificationBody<N>) => void): void;
  on(name: Notification, listener: (body: never) => void): void {
    this.#connection.onNotification(name, (body: unknown) => {
      const parsed = NOTIFICATIONS[name].safeParse(body);
      if (parsed.success) Reflect.apply(listener, undefined, [parsed.data]);
    });
  }

  /** Resolves when the connection is gone, whoever ended it. */
  closed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed) resolve();
      else
        this.#socket.once('close', () => {
          resolve();
        });
    });
  }

  close(): void {
    this.#connection.dispose();
    this.#socket.destroy();
  }
}

function openSocket(address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(address);
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new NotRunningError());
    }, CONNECT_TIMEOUT_MS);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(new NotRunningError(error));
    });
  });
}
