import { type Asked, type EarlySocket, greet, HELLO_ID, requestText } from './early-socket.ts';
import { type LinkState, RequestError, type Transport } from './transport.ts';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** A healthy collector answers in milliseconds; a first scan of a large history may keep it busy for seconds. */
const ANSWER_TIMEOUT_MS = 30_000;
/** Closed with this code, the collector knows us not: asking again with the same cookie helps nobody. */
const NOT_LET_IN = 4_401;

interface Waiting {
  readonly method: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: RequestError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

interface Unsent {
  readonly id: number;
  readonly text: string;
  /** See `Transport.call`. */
  readonly early: boolean;
}

/**
 * JSON-RPC 2.0 over a WebSocket that comes back by itself: with growing pauses and jitter, at once when the page is
 * shown again or the network returns. Requests made meanwhile wait for the connection; those on their way when it
 * breaks are rejected, since whether they were done is not known.
 */
export class WebSocketTransport implements Transport {
  readonly #url: string;
  /** Of the first connection only: since when this page was told nothing. */
  #since: string;
  /** Of the first connection only: opened by the page. */
  #early: EarlySocket | undefined;
  /** Asked on it already, by what was asked. */
  readonly #asked: Map<string, number>;
  readonly #noticeListeners = new Set<(name: string, body: unknown) => void>();
  readonly #stateListeners = new Set<(state: LinkState) => void>();
  readonly #waiting = new Map<number, Waiting>();
  #unsent: Unsent[] = [];
  /** Something was told, or may have been, and nobody listened yet. */
  #unheard = false;
  #greetings = 0;
  #state: LinkState = { kind: 'connecting' };
  #socket: WebSocket | undefined;
  #nextId: number;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param url `ws://…/api`; the cookie of the page lets us in
   * @param since `?since=…` with the mark of the answers that came in the page; empty when none came
   * @param early the connection that the page has opened already, to that address
   */
  constructor(url: string, since = '', early?: EarlySocket) {
    this.#url = url;
    this.#since = since;
    this.#early = early;
    this.#asked = new Map(early?.asked.map((asked) => [keyOf(asked), asked.id]));
    this.#nextId = HELLO_ID + 1 + this.#asked.size;
    const comeBack = (): void => {
      if (document.visibilityState === 'visible' && this.#state.kind === 'lost') this.#connect();
    };
    addEventListener('online', comeBack);
    document.addEventListener('visibilitychange', comeBack);
    this.#connect();
  }

  call(method: string, params: unknown, early = false): Promise<unknown> {
    const askedId = this.#takeAsked(method, params);
    const id = askedId ?? this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        this.#unsent = this.#unsent.filter((item) => item.id !== id);
        reject(new RequestError(method, 0, 'The collector did not answer in time.'));
      }, ANSWER_TIMEOUT_MS);
      this.#waiting.set(id, { method, resolve, reject, timer });
      if (askedId !== undefined) return;
      const text = requestText({ id, method, params });
      if (this.#state.kind === 'open') this.#socket?.send(text);
      else this.#unsent.push({ id, text, early });
    });
  }

  #takeAsked(method: string, params: unknown): number | undefined {
    if (this.#asked.size === 0) return undefined;
    const key = keyOf({ method, params });
    const id = this.#asked.get(key);
    this.#asked.delete(key);
    return id;
  }

  onNotice(listener: (name: string, body: unknown) => void): () => void {
    this.#noticeListeners.add(listener);
    if (this.#unheard) listener('resync', {});
    this.#unheard = false;
    return () => this.#noticeListeners.delete(listener);
  }

  onState(listener: (state: LinkState) => void): () => void {
    this.#stateListeners.add(listener);
    listener(this.#state);
    return () => this.#stateListeners.delete(listener);
  }

  #connect(): void {
    clearTimeout(this.#retry);
    if (this.#socket !== undefined) return;
    const early = this.#early;
    this.#early = undefined;
    const socket = early?.socket ?? new WebSocket(this.#url + this.#since);
    this.#since = '';
    this.#socket = socket;
    const heard = (event: Event): void => {
      this.#hear(socket, event);
    };
    if (early !== undefined) {
      early.handOver(heard);
      // What nobody took in this turn was asked for a page that was left: its answer is dropped, and must not be waited for.
      queueMicrotask(() => {
        this.#asked.clear();
      });
      return;
    }
    socket.addEventListener('open', () => {
      greet(socket);
    });
    for (const name of ['open', 'message', 'close']) socket.addEventListener(name, heard);
  }

  #hear(socket: WebSocket, event: Event): void {
    if (event.type === 'open') this.#send(socket, ({ early }) => early);
    else if (event instanceof MessageEvent) {
      if (typeof event.data === 'string') this.#receive(socket, event.data);
    } else if (event instanceof CloseEvent) {
      this.#socket = undefined;
      this.#asked.clear();
      this.#abandon();
      if (event.code === NOT_LET_IN) this.#set({ kind: 'refused' });
      else this.#tryAgain();
    }
  }

  /** The collector knows us: what waited goes out, in order. */
  #greeted(socket: WebSocket): void {
    this.#failures = 0;
    // What happened while there was no connection was told to nobody.
    if (this.#greetings++ > 0 && this.#noticeListeners.size === 0) this.#unheard = true;
    this.#set({ kind: 'open' });
    this.#send(socket, () => true);
  }

  #send(socket: WebSocket, which: (item: Unsent) => boolean): void {
    const texts = this.#unsent.filter(which);
    this.#unsent = this.#unsent.filter((item) => !which(item));
    for (const { text } of texts) socket.send(text);
  }

  #tryAgain(): void {
    if (this.#state.kind === 'open' || this.#state.kind === 'connecting')
      this.#set({ kind: 'lost', sinceMs: Date.now() });
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures++);
    this.#retry = setTimeout(
      () => {
        this.#connect();
      },
      longest / 2 + Math.random() * (longest / 2),
    );
  }

  /** What was on its way is lost; what was never sent still waits. */
  #abandon(): void {
    const unsent = new Set(this.#unsent.map((item) => item.id));
    for (const [id, waiting] of this.#waiting) {
      if (unsent.has(id)) continue;
      this.#waiting.delete(id);
      clearTimeout(waiting.timer);
      waiting.reject(new RequestError(waiting.method, 0, 'The connection to the collector broke.'));
    }
  }

  #receive(socket: WebSocket, data: string): void {
    const message: unknown = JSON.parse(data);
    if (!isRecord(message)) return;
    const { id, method, params, result, error } = message;
    if (typeof method === 'string') {
      if (this.#noticeListeners.size === 0) this.#unheard = true;
      for (const listener of this.#noticeListeners) listener(method, params);
      return;
    }
    if (typeof id !== 'number') return;
    if (id === HELLO_ID) {
      if (isRecord(error)) this.#set({ kind: 'mismatch', detail: toError('hello', error).message });
      else this.#greeted(socket);
      return;
    }
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (isRecord(error)) waiting.reject(toError(waiting.method, error));
    else waiting.resolve(result);
  }

  #set(state: LinkState): void {
    this.#state = state;
    for (const listener of this.#stateListeners) listener(state);
  }
}

function keyOf({ method, params }: Omit<Asked, 'id'>): string {
  return `${method} ${JSON.stringify(params)}`;
}

function toError(method: string, error: Readonly<Record<string, unknown>>): RequestError {
  const { code, message } = error;
  return new RequestError(
    method,
    typeof code === 'number' ? code : -32_603,
    typeof message === 'string' ? message : 'The collector could not do this.',
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
