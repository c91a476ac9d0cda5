import { ResponseError } from 'vscode-jsonrpc/node';
import type { WindowMethod } from './api-window.ts';
import type { ReadMethod } from './api.ts';
import { approvablesOf, createApprovingHandlers } from './approving.ts';
import { BrowserWindow } from './browser-window.ts';
import { callDirectly } from './call-directly.ts';
import type { ActionActor } from './contract/action.ts';
import { AgentRecord } from './contract/agent.ts';
import type { Config } from './contract/config.ts';
import type { Actor } from './contract/event.ts';
import type { HealthItem } from './contract/health.ts';
import type {
  CollectorStatus,
  Handlers,
  Notice,
  Notification,
  Result,
  SequencedEvent,
} from './contract/ipc.ts';
import type { ProcessList } from './contract/process-list.ts';
import type { Witnesses } from './contract/process-record.ts';
import type { SettingResult } from './contract/setting.ts';
import {
  createDecidingHandlers,
  deciderOf,
  type DecidingOptions,
  expireSuppressions,
  REFUSED,
} from './deciding.ts';
import type { ServedHandlers } from './ipc/dispatch.ts';
import { METHODS } from './contract/ipc.ts';
import { Encoded } from './ipc/encoded.ts';
import { ReadThread } from './read-thread.ts';
import { createUndoing } from './undoing.ts';
import { Changing } from './changing.ts';
import type { Clock } from './lib/clock.ts';
import { Notices } from './notices.ts';
import { overviewOf } from './overview.ts';
import type { Platform } from './platform/platform.ts';
import type { Reporting } from './reporting.ts';
import { createSendingHandlers, sentStats } from './sending.ts';
import { readGraph } from './session-blast.ts';
import { type GraphPlace, graphPlaceOf } from './session-graph.ts';
import { changeSetting, readSettings, type SettingsPlace } from './settings.ts';
import { sightOf } from './sight.ts';
import type { Store } from './store/store.ts';

export interface WindowOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly platform: Platform;
  /** What the collector works with. */
  readonly config: Config;
  /** The user's settings file was changed by the window. */
  readonly onSettings?: () => void;
  readonly userFile: string;
  readonly actor: Actor;
  readonly version: string;
  readonly readHandlers: Pick<Handlers, ReadMethod>;
  readonly reporting: Pick<Reporting, 'stats' | 'preview' | 'wake'>;
  readonly processes: () => ProcessList['processes'];
  readonly witnesses: () => Witnesses;
  readonly status: () => Pick<CollectorStatus, 'phase' | 'startedMs' | 'files'>;
  readonly health: () => readonly HealthItem[];
  /** Where port and logins of the browser window are kept. */
  readonly uiStateFile: string;
  /** Where files are kept as they were before a change. */
  readonly asideDir: string;
  /** A file of an agent was changed: the machine is to be looked at again. */
  readonly onFileChanged: () => void;
  /** To callers on the local socket. */
  readonly send: (notice: Notice) => void;
  /** Whether one of them wants notices of this name. Default: yes. */
  readonly hears?: (name: Notification) => boolean;
  readonly onError: (error: unknown, method: string) => void;
}

const EXPIRE_EVERY_MS = 15_000;

/** What the window needs of the collector: its methods, its notices, and the way in for a browser. */
export class Window {
  readonly #options: WindowOptions;
  readonly #notices: Notices;
  readonly #settings: SettingsPlace;
  readonly #reading: ReadThread;
  readonly handlers: Pick<Handlers, WindowMethod>;
  /** The same answers as elsewhere, from a second thread: for callers that wait on a socket. */
  readonly threaded: Partial<ServedHandlers>;
  #place: GraphPlace | undefined;
  #browser: BrowserWindow | undefined;
  #expiry: NodeJS.Timeout | undefined;
  /** Every handler of the local API, from `start` on. */
  #all: ServedHandlers | undefined;

  constructor(options: WindowOptions) {
    this.#options = options;
    const { store, clock } = options;
    this.#settings = {
      policyFile: options.platform.folders.policyFile,
      userFile: options.userFile,
      get running() {
        return options.config;
      },
      apply: () => options.onSettings?.(),
    };
    this.#notices = new Notices({
      send: (notice) => {
        options.send(notice);
        this.#browser?.publish(notice);
      },
      isHeard: (name) => options.hears?.(name) !== false || this.#browser?.hears(name) === true,
      session: (id) => store.read.session(id),
      sentStats: () => sentStats({ store, clock, reporting: options.reporting }),
      approvalCounts: () => store.approvals.counts(),
    });
    this.handlers = this.#createHandlers();
    this.#reading = new ReadThread({
      storePath: store.path,
      place: () => this.#graphPlace(),
      onError: (error) => {
        options.onError(error, 'reading thread');
      },
    });
    this.threaded = this.#reading.handlers({
      ...options.readHandlers,
      'graph.get': this.handlers['graph.get'],
    });
  }

  /** @param all every handler of the local API: a browser gets the same ones */
  async start(all: ServedHandlers): Promise<void> {
    const { uiStateFile, version, clock, onError } = this.#options;
    this.#all = all;
    this.#browser = new BrowserWindow({
      stateFile: uiStateFile,
      handlers: all,
      version,
      nowMs: clock.nowMs,
      onError,
    });
    this.#expire();
    this.#expiry = setInterval(() => {
      this.#expire();
    }, EXPIRE_EVERY_MS).unref();
    await this.#browser.resume();
  }

  publish(notice: Notice): void {
    this.#notices.publish(notice);
  }

  /** These sessions have got processes, or have none any more. */
  running(sessionIds: readonly string[]): void {
    this.#notices.touchSessions(sessionIds);
  }

  /** Something was sent to the receiver. */
  sent(): void {
    this.#notices.touch('sent.changed');
  }

  /** The machine was looked at: what can be approved may have changed. @throws StoreError */
  looked(
    inventory: Parameters<typeof approvablesOf>[0],
    changed: readonly { readonly type: string }[],
  ): void {
    const { store, clock } = this.#options;
    const kinds = INVENTORY_KINDS.filter((kind) => changed.some(({ type }) => type === kind));
    if (kinds.length > 0) this.publish({ name: 'inventory.changed', body: { kinds: [...kinds] } });
    if (store.approvals.sync(approvablesOf(inventory), clock.nowMs()))
      this.#notices.touch('approvals.changed');
  }

  /** The address for a browser; see `ui.open`. */
  async open(port?: number): Promise<Awaited<ReturnType<BrowserWindow['open']>>> {
    if (this.#browser === undefined) throw new ResponseError(REFUSED, 'The collector is still starting.');
    try {
      return await this.#browser.open(port);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      throw new ResponseError(REFUSED, `Port ${port ?? 'for the window'} cannot be used: ${code}.`);
    }
  }

  /** Another store is in the place of the old one. */
  async storeReplaced(): Promise<void> {
    await this.#reading.reset();
  }

  async close(): Promise<void> {
    clearInterval(this.#expiry);
    await this.#reading.close();
    this.#notices.close();
    await this.#browser?.close();
  }

  #createHandlers(): Pick<Handlers, WindowMethod> {
    const { store, clock, actor, reporting } = this.#options;
    const deciding = createDecidingHandlers(this.#deciding());
    const changing = this.#createChanging();
    return {
      ...changing,
      ...deciding,
      ...createSendingHandlers({ store, clock, reporting }),
      ...createApprovingHandlers({
        store,
        clock,
        actor,
        onDecided: (events) => {
          this.#recorded(events);
          this.#notices.touch('approvals.changed');
          this.publish({ name: 'inventory.changed', body: { kinds: ['agent'] } });
        },
      }),
      'overview.get': ({ sinceMs }) => this.#overview(sinceMs),
      'graph.get': ({ sessionId }) => this.#graph(sessionId),
      'settings.get': () => readSettings(this.#settings),
      'settings.set': ({ key, value, via }) => this.#set(key, value, via),
      'health.list': () => [...this.#options.health()],
      'ui.open': ({ port }) => this.open(port),
    };
  }

  #createChanging(): Pick<
    Handlers,
    'privileges.apply' | 'quarantine.add' | 'actions.undo' | 'actions.undoable'
  > {
    const { store, clock, actor, asideDir, platform } = this.#options;
    const options = {
      store,
      clock,
      actor,
      asideDir,
      ground: { uid: process.getuid?.(), home: platform.ownHome.home },
      onChanged: (event: SequencedEvent) => {
        this.#recorded([event]);
        this.#options.onFileChanged();
      },
    };
    const changing = new Changing({ ...options, privileges: () => this.#privileges() });
    const undoing = createUndoing({
      ...options,
      changing,
      onDecided: this.#deciding().onDecided,
      resume: async (target, via) => {
        const answer = await this.#all?.['actions.run']({ action: 'resume', target, via });
        return answer === undefined || answer instanceof Encoded
          ? { status: 'refused', detail: 'The collector is still starting.' }
          : answer;
      },
    });
    return { ...changing.handlers, ...undoing };
  }

  /** As the window got them, from the same thread. */
  async #privileges(): Promise<Result<'privileges.get'>> {
    const answer = await this.threaded['privileges.get']?.({});
    if (answer === undefined) return this.#options.readHandlers['privileges.get']({});
    if (!(answer instanceof Encoded)) return answer;
    const { result } = METHODS['privileges.get'];
    return result.parse(JSON.parse(new TextDecoder().decode(answer.bytes)));
  }

  #overview(sinceMs: number | undefined): ReturnType<typeof overviewOf> {
    const { store, clock, reporting, status, health, witnesses } = this.#options;
    const { phase, startedMs, files } = status();
    const sending = reporting.stats();
    const agentIds = store.inventory.list('agent').flatMap(({ value }) => {
      const agent = AgentRecord.shape.id.safeParse(Reflect.get(Object(value), 'id'));
      return agent.success ? [agent.data] : [];
    });
    return overviewOf(
      {
        store,
        nowMs: clock.nowMs(),
        phase,
        startedMs,
        files,
        processes: this.#options.processes(),
        pausedPids: new Set(store.pausedProcesses().paused.map(({ pid }) => pid)),
        sending,
        coverage: sightOf({
          agentIds,
          witnesses: witnesses(),
          health: health(),
          logFiles: files.known,
          sending,
        }),
      },
      sinceMs,
    );
  }

  #graph(sessionId: string): Promise<Result<'graph.get'>> {
    const { readHandlers, store } = this.#options;
    return readGraph(
      store,
      { call: (method, params) => callDirectly(readHandlers, method, params) },
      this.#graphPlace(),
      sessionId,
    );
  }

  #graphPlace(): GraphPlace {
    this.#place ??= graphPlaceOf(this.#options.platform);
    return this.#place;
  }

  #set(key: string, value: unknown, via: ActionActor['via']): SettingResult {
    const { store, clock, actor } = this.#options;
    const result = changeSetting(this.#settings, key, value);
    const by = deciderOf(actor, via, clock.nowMs());
    const { seq, event } = store.recordAction({
      ...by,
      action: 'setting.set',
      target: { kind: 'setting', id: key },
      result: { ...result, processes: [] },
    });
    this.#recorded([{ seq, event }]);
    if (result.status === 'done') this.publish({ name: 'settings.changed', body: { keys: [key] } });
    return result;
  }

  #deciding(): DecidingOptions {
    const { store, clock, actor } = this.#options;
    return {
      store,
      clock,
      actor,
      onDecided: (findings, events) => {
        this.#recorded(events);
        if (findings.length > 0)
          this.publish({ name: 'findings.changed', body: { findings: [...findings] } });
      },
    };
  }

  /** Something was written into the audit log, and as an event beside it. */
  #recorded(events: readonly SequencedEvent[]): void {
    this.#options.reporting.wake();
    this.publish({ name: 'events.created', body: { events: [...events] } });
  }

  /** A store that takes nothing now is dealt with elsewhere; the next time does it. */
  #expire(): void {
    try {
      expireSuppressions(this.#deciding());
    } catch (error) {
      this.#options.onError(error, 'suppressions');
    }
  }
}

const INVENTORY_KINDS = ['agent', 'mcp-server', 'credential', 'asset'] as const;
