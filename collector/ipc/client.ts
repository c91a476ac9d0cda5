import { createConnection, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  createMessageConnection,
  type DataCallback,
  type Disposable,
  ErrorCodes,
  type MessageConnection,
  ResponseError,
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
/** The slowest request, a check of every page of a large store, takes about this long. */
const CALL_TIMEOUT_MS = 60_000;

/** Turns of the event loop for what came last; a chunk of the socket holds fewer messages. */
const MAX_LAST_TURNS = 10_000;

/** No collector answers at the address. */
export class NotRunningError extends Error {
  constructor(cause?: unknown) {
    super('the collector is not running; start it with `reeve run`', { cause });
    this.name = 'NotRunningError';
  }
}

/** The collector was reached and did not give an answer that can be used. */
export class NoAnswerError extends Error {
  constructor(what: string, cause?: unknown) {
    super(`the collector ${what}`, { cause });
    this.name = 'NoAnswerError';
  }
}

/** Counts messages as they come in: each is dealt with in a turn of its own. */
class CountingReader extends StreamMessageReader {
  received = 0;

  override listen(callback: DataCallback): Disposable {
    return super.listen((message) => {
      this.received += 1;
      callback(message);
    });
  }
}

/** One connection to the collector's local API. */
export class IpcClient {
  readonly #socket: Socket;
  readonly #connection: MessageConnection;
  readonly #gone: Promise<void>;

  private constructor(socket: Socket, connection: MessageConnection, gone: Promise<void>) {
    this.#socket = socket;
    this.#connection = connection;
    this.#gone = gone;
  }

  /** @throws NotRunningError when nobody listens; a
   *   ResponseError when the token or the protocol does not fit, NoAnswerError when the listener is no collector. */
  static async connect(address: string, token: string): Promise<IpcClient> {
    const socket = await openSocket(address);
    const reader = new CountingReader(socket);
    let handled = 0;
    const connection = createMessageConnection(reader, new StreamMessageWriter(socket), undefined, {
      messageStrategy: {
        handleMessage: (message, next) => {
          handled += 1;
          return next(message);
        },
      },
    });
    connection.onError(() => socket.destroy());
    socket.on('error', () => socket.destroy());
    const closed = new Promise<void>((resolve) =>
      socket.once('close', () => {
        resolve();
      }),
    );
    const gone = closed.then(async () => {
      // The last words, such as that the collector stops, come together with the end: they are heard first.
      for (let turn = 0; handled < reader.received && turn < MAX_LAST_TURNS; turn++) await nextTurn();
      // Requests that wait for an answer then fail; the library by itself would leave them waiting for ever.
      connection.dispose();
    });
    connection.listen();
    const client = new IpcClient(socket, connection, gone);
    try {
      await client.#request('hello', { token, protocolVersion: PROTOCOL_VERSION }, CONNECT_TIMEOUT_MS);
    } catch (error) {
      client.close();
      throw error;
    }
    return client;
  }

  /** @throws ResponseError when the collector refuses, NoAnswerError when it is silent, gone or not understood. */
  async call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  async call(method: Method, params: unknown): Promise<unknown> {
    return this.#request(method, params, CALL_TIMEOUT_MS);
  }

  on<N extends Notification>(name: N, listener: (body: NotificationBody<N>) => void): void;
  on(name: Notification, listener: (body: never) => void): void {
    this.#connection.onNotification(name, (body: unknown) => {
      const parsed = NOTIFICATIONS[name].safeParse(body);
      if (parsed.success) Reflect.apply(listener, undefined, [parsed.data]);
    });
  }

  /** Resolves when the connection is gone, whoever ended it, and everything that came before that was told. */
  closed(): Promise<void> {
    return this.#gone;
  }

  close(): void {
    this.#connection.dispose();
    this.#socket.destroy();
  }

  async #request(method: Method, params: unknown, timeoutMs: number): Promise<unknown> {
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort();
      this.close();
    }, timeoutMs);
    try {
      const answer: unknown = await this.#connection.sendRequest(method, params);
      const parsed = METHODS[method].result.safeParse(answer);
      if (parsed.success) return parsed.data;
      throw new NoAnswerError('gave an answer that is not understood; restart it after an update');
    } catch (error) {
      if (late.signal.aborted) throw new NoAnswerError(`did not answer within ${timeoutMs / 1_000} s`, error);
      if (this.#socket.destroyed && !isAnswer(error)) throw new NoAnswerError('ended the connection', error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The other side refused with a reason, as opposed to going away. */
function isAnswer(error: unknown): boolean {
  return error instanceof ResponseError && error.code !== ErrorCodes.PendingResponseRejected;
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
