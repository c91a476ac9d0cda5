import type { BridgeState } from './bridge-shape.ts';
import { CONNECT, pauseMs, START } from './backoff.ts';
import { METHODS, type Method, NOTIFICATIONS, type Notification } from '../collector/contract/ipc.ts';
import { IpcClient, NotRunningError } from '../collector/ipc/client.ts';
import { judgeVersion } from './version.ts';

/** One that stayed this long is well: later trouble is new trouble. */
const WELL_AFTER_MS = 60_000;

export interface LinkOptions {
  readonly address: string;
  /** Read anew for each try: every collector makes its own. */
  readonly readToken: () => string | undefined;
  /** Of this app, and of the collector it brings along. */
  readonly version: string;
  readonly starter: {
    readonly isRunning: boolean;
    readonly isInstalled: boolean;
    readonly problem: string | undefined;
    /** Process id of the last one it started that ended because it was told to. */
    readonly endedInOrder: number | undefined;
    start(): boolean;
  };
  readonly nowMs: () => number;
  readonly random: () => number;
}

/** The request did not reach the collector, or no answer came back. */
export class LinkLostError extends Error {
  readonly code = 0;

  constructor() {
    super('The collector is not running.');
    this.name = 'LinkLostError';
  }
}

/**
 * The app's one connection to the collector. Finds the running one or starts it, replaces one that is older than the
 * app, and comes back by itself with growing pauses. A collector that a person stopped stays stopped until they start
 * it again: `start()`.
 */
export class CollectorLink {
  readonly #options: LinkOptions;
  readonly #noticeListeners = new Set<(name: Notification, body: unknown) => void>();
  readonly #stateListeners = new Set<(state: BridgeState) => void>();
  #state: BridgeState = { kind: 'connecting' };
  #client: IpcClient | undefined;
  #wanted: readonly string[] = [];
  #closed = false;
  #stoppedByPerson = false;
  #toldProblem: string | undefined;
  /** Of the collector we were connected to last. */
  #pid: number | undefined;
  #replacedOlder = false;
  #starts = 0;
  #nextStartMs = 0;
  #wake: (() => void) | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get state(): BridgeState {
    return this.#state;
  }

  /** Why there is no collector, for a person; `undefined` when it is there or on its way. */
  get problem(): string | undefined {
    if (this.#state.kind !== 'lost') return undefined;
    if (this.#stoppedByPerson) return 'The collector was stopped.';
    return this.#options.starter.problem;
  }

  /** @returns stops it */
  onState(listener: (state: BridgeState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /** @returns stops it */
  onNotice(listener: (name: Notification, body: unknown) => void): () => void {
    this.#noticeListeners.add(listener);
    return () => this.#noticeListeners.delete(listener);
  }

  /** @throws LinkLostError, or what the collector answered; both have a `code`. */
  async call(method: Method, params: unknown): Promise<unknown> {
    const client = this.#client;
    if (client === undefined || this.#state.kind !== 'open') throw new LinkLostError();
    const answer: unknown = await Reflect.apply(client.call.bind(client), undefined, [method, params]);
    return answer;
  }

  /** From now on only these notifications come, and `resync`. */
  select(names: readonly string[]): void {
    this.#wanted = names;
    this.#tellWanted();
  }

  /** A person wants it to run: at once, whatever happened before. */
  start(): void {
    this.#stoppedByPerson = false;
    this.#pid = undefined;
    this.#starts = 0;
    this.#nextStartMs = 0;
    this.#wake?.();
  }

  /** Ends the connection; the collector goes on. */
  close(): void {
    this.#closed = true;
    this.#client?.close();
    this.#wake?.();
  }

  /** Keeps the connection until `close`. */
  async run(): Promise<void> {
    let failures = 0;
    while (!this.#isClosed()) {
      const openedMs = await this.#connectOnce();
      if (openedMs === undefined) failures++;
      else {
        failures = 0;
        if (this.#options.nowMs() - openedMs > WELL_AFTER_MS) this.#starts = 0;
      }
      if (this.#isClosed()) return;
      this.#startIfDue();
      this.#tellProblem();
      await this.#pause(pauseMs(CONNECT, failures, this.#options.random()));
    }
  }

  /** @returns when it was opened, after it ended; `undefined` when nobody was there */
  async #connectOnce(): Promise<number | undefined> {
    const token = this.#options.readToken();
    if (token === undefined) {
      this.#lost();
      return undefined;
    }
    try {
      const client = await IpcClient.connect(this.#options.address, token);
      if (!(await this.#isFit(client))) return undefined;
      const openedMs = this.#options.nowMs();
      this.#open(client);
      await client.closed();
      this.#client = undefined;
      this.#lost();
      return openedMs;
    } catch (error) {
      if (error instanceof Error && error.message.includes('speaks protocol'))
        this.#set({ kind: 'mismatch', detail: `${capital(error.message)}.` });
      else this.#lost();
      if (!(error instanceof NotRunningError)) this.#client = undefined;
      return undefined;
    }
  }

  /** An older collector is replaced by the one this app brings along, once: a managed one may be kept old on purpose. */
  async #isFit(client: IpcClient): Promise<boolean> {
    const { version, pid } = await client.call('status.get', {});
    this.#pid = pid;
    if (judgeVersion(this.#options.version, version) !== 'older') return true;
    if (this.#replacedOlder || !this.#options.starter.isInstalled) return true;
    this.#replacedOlder = true;
    await client.call('collector.stop', {});
    await client.closed();
    this.#pid = undefined;
    return false;
  }

  #open(client: IpcClient): void {
    if (this.#isClosed()) {
      client.close();
      return;
    }
    this.#client = client;
    this.#stoppedByPerson = false;
    for (const name of NAMES)
      client.on(name, (body) => {
        if (name === 'status.changed' && isStopping(body)) this.#stoppedByPerson = true;
        for (const listener of this.#noticeListeners) listener(name, body);
      });
    this.#set({ kind: 'open' });
    this.#tellWanted();
  }

  #startIfDue(): void {
    const { starter, nowMs, random } = this.#options;
    // Its last words may not have come through.
    if (this.#pid !== undefined && starter.endedInOrder === this.#pid) this.#stoppedByPerson = true;
    if (this.#stoppedByPerson || this.#state.kind !== 'lost' || starter.isRunning) return;
    if (nowMs() < this.#nextStartMs) return;
    starter.start();
    this.#nextStartMs = nowMs() + pauseMs(START, this.#starts++, random());
  }

  /** The reason is often known only after the loss itself was told. */
  #tellProblem(): void {
    const { problem } = this;
    if (problem === this.#toldProblem) return;
    this.#toldProblem = problem;
    this.#set(this.#state);
  }

  #tellWanted(): void {
    if (this.#state.kind !== 'open') return;
    const names = [...new Set([...this.#wanted, 'status.changed'])];
    this.call('notices.select', { names }).catch(() => {
      // The connection broke: the next one is told again.
    });
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  #lost(): void {
    if (this.#state.kind !== 'lost') this.#set({ kind: 'lost', sinceMs: this.#options.nowMs() });
  }

  #set(state: BridgeState): void {
    this.#state = state;
    for (const listener of this.#stateListeners) listener(state);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
    });
  }
}

const NAMES = Object.keys(NOTIFICATIONS).filter((name): name is Notification =>
  Object.hasOwn(NOTIFICATIONS, name),
);

function isStopping(body: unknown): boolean {
  const parsed = NOTIFICATIONS['status.changed'].safeParse(body);
  return parsed.success && parsed.data.phase === 'stopping';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @returns whether a name is a request of the contract */
export function isMethod(name: string): name is Method {
  return Object.hasOwn(METHODS, name);
}
