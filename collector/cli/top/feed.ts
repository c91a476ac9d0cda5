import type { ActionResult, ActionTarget } from '../../contract/action.ts';
import type { IpcClient } from '../../ipc/client.ts';
import { HOST_WINDOW_MS, NOTHING, type TopData, withEvents, withFindings, withProcesses } from './model.ts';

/** Notifications tell what happens; only what has none is asked for, and never more often than this. */
const PROCESSES_MS = 2_000;
const AGENTS_MS = 15_000;
const SESSIONS_MS = 1_000;
const RECONNECT_MS = 2_000;
/** A burst of events is one new frame. */
const FRAME_MS = 200;
/** Screens of rows; the rest is in `reeve sessions`. */
const SESSIONS = 200;

export type Link = 'connected' | 'lost';

export interface FeedState {
  readonly link: Link;
  readonly data: TopData;
}

export type TopAction = 'pause' | 'resume' | 'kill';

/** Keeps the picture of what happens, over one connection that is made anew when it breaks. */
export class Feed {
  readonly #connect: () => Promise<IpcClient | undefined>;
  readonly #listeners = new Set<() => void>();
  #state: FeedState = { link: 'connected', data: NOTHING };
  #client: IpcClient;
  #timers: NodeJS.Timeout[] = [];
  #closed = false;
  #sessionsAreOld = false;
  #telling: NodeJS.Timeout | undefined;
  /** Questions on their way: a slow collector is not asked the same again. */
  readonly #asking = new Set<string>();

  constructor(client: IpcClient, connect: () => Promise<IpcClient | undefined>) {
    this.#client = client;
    this.#connect = connect;
    void this.#follow(client);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): FeedState => this.#state;

  /** What an action would touch. `refused` with a sentence when it cannot be had; never throws. */
  async preview(action: TopAction, target: ActionTarget): Promise<ActionResult> {
    return this.#action('actions.preview', action, target);
  }

  /** @returns a sentence for the person; never throws */
  async act(action: TopAction, target: ActionTarget): Promise<string> {
    const { detail } = await this.#action('actions.run', action, target);
    void this.#askProcesses();
    return detail;
  }

  async #action(
    method: 'actions.preview' | 'actions.run',
    action: TopAction,
    target: ActionTarget,
  ): Promise<ActionResult> {
    const refused = (detail: string): ActionResult => ({ status: 'refused', detail, processes: [] });
    if (this.#state.link === 'lost') return refused('The collector is gone; nothing was done.');
    try {
      const reason = 'asked for in reeve top';
      return await this.#client.call(method, { action, target, via: 'cli', reason });
    } catch (error) {
      return refused(error instanceof Error ? error.message : 'failed');
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#telling);
    this.#stopTimers();
    this.#client.close();
  }

  async #follow(client: IpcClient): Promise<void> {
    this.#client = client;
    client.on('events.created', ({ events }) => {
      this.#sessionsAreOld = true;
      this.#update(withEvents(this.#state.data, events, Date.now()));
    });
    client.on('findings.changed', ({ findings }) => {
      this.#update(withFindings(this.#state.data, findings));
    });
    void client.closed().then(() => {
      this.#lost();
    });
    this.#set({ link: 'connected', data: this.#state.data });
    this.#every(SESSIONS_MS, async () => {
      if (!this.#sessionsAreOld) return;
      this.#sessionsAreOld = false;
      await this.#askSessions();
    });
    this.#every(AGENTS_MS, () => this.#askAgents());
    this.#every(PROCESSES_MS, () => this.#askProcesses());
    try {
      await Promise.all([this.#askAgents(), this.#askSessions(), this.#askProcesses()]);
      const findings = await client.call('findings.list', { status: 'open', limit: SESSIONS });
      this.#update(withFindings({ ...this.#state.data, findings: [] }, findings));
      const sinceMs = Date.now() - HOST_WINDOW_MS;
      const events = await client.call('events.list', { kind: 'tool.call', sinceMs, limit: 2_000 });
      this.#update(
        withEvents(
          { ...this.#state.data, hosts: new Map(), callTimes: new Map(), lastCalls: new Map() },
          [...events].sort((a, b) => a.seq - b.seq),
          Date.now(),
        ),
      );
    } catch {
      client.close(); // It went away meanwhile, or gave no answer; a new connection begins anew.
    }
  }

  async #askAgents(): Promise<void> {
    const agents = await this.#client.call('agents.list', {});
    this.#update({ ...this.#state.data, agents });
  }

  async #askSessions(): Promise<void> {
    const sessions = await this.#client.call('sessions.list', { limit: SESSIONS });
    this.#update({ ...this.#state.data, sessions });
  }

  async #askProcesses(): Promise<void> {
    // A collector that cannot tell of processes refuses; the view says so.
    const [list, connections] = await Promise.all([
      this.#client.call('processes.list', {}).catch(() => undefined),
      this.#client.call('connections.list', {}).catch(() => []),
    ]);
    this.#update({ ...withProcesses(this.#state.data, list), connections });
  }

  #every(ms: number, work: () => Promise<void>): void {
    const name = String(ms);
    this.#timers.push(
      setInterval(() => {
        if (this.#asking.has(name)) return;
        this.#asking.add(name);
        void work()
          .catch(() => undefined) // The connection is gone: `closed` tells it.
          .finally(() => this.#asking.delete(name));
      }, ms),
    );
  }

  #lost(): void {
    this.#stopTimers();
    if (this.#closed) return;
    this.#set({ ...this.#state, link: 'lost' });
    setTimeout(() => void this.#reconnect(), RECONNECT_MS).unref();
  }

  async #reconnect(): Promise<void> {
    if (this.#isClosed()) return;
    try {
      const client = await this.#connect();
      if (client !== undefined) {
        if (this.#isClosed()) client.close();
        else await this.#follow(client);
        return;
      }
    } catch {
      // Another version, or not ready yet: tried again below.
    }
    setTimeout(() => void this.#reconnect(), RECONNECT_MS).unref();
  }

  #stopTimers(): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    this.#asking.clear();
  }

  #update(data: TopData): void {
    this.#set({ ...this.#state, data });
  }

  #set(state: FeedState): void {
    if (this.#closed) return;
    this.#state = state;
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      for (const listener of this.#listeners) listener();
    }, FRAME_MS);
  }

  #isClosed(): boolean {
    return this.#closed;
  }
}
