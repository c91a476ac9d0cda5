import type { WindowMethod } from './api-window.ts';
import type { Config } from './contract/config.ts';
import type { Actor } from './contract/event.ts';
import type { HealthItem } from './contract/health.ts';
import type { ProcessList } from './contract/process-list.ts';
import type { Witnesses } from './contract/process-record.ts';
import type { Clock } from './lib/clock.ts';
import type { Platform } from './platform/platform.ts';
import type { Reporting } from './reporting.ts';
import type { Store } from './store/store.ts';
import type { ReadMethod } from './api.ts';
import { createApprovingHandlers } from './approving.ts';
import { callDirectly } from './call-directly.ts';
import { Changing } from './changing.ts';
import { createCheckingHandlers } from './checking.ts';
import type { ActionActor } from './contract/action.ts';
import { AgentRecord } from './contract/agent.ts';
import {
  type CollectorStatus,
  type Handlers,
  METHODS,
  type Notice,
  type Notification,
  type Result,
  type SequencedEvent,
} from './contract/ipc.ts';
import type { SettingResult } from './contract/setting.ts';
import { createCopiesHandlers } from './copies.ts';
import { createDecidingHandlers, deciderOf, type DecidingOptions } from './deciding.ts';
import type { ServedHandlers } from './ipc/dispatch.ts';
import { Encoded } from './ipc/encoded.ts';
import { overviewOf } from './overview.ts';
import { createSendingHandlers } from './sending.ts';
import { readGraph } from './session-blast.ts';
import type { GraphPlace } from './session-graph.ts';
import { changeSetting, readSettings, type SettingsPlace } from './settings.ts';
import { sightOf } from './sight.ts';
import { createUndoing } from './undoing.ts';

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
  /** A person said yes or no to something: what was found is to be judged again, with the files as they were read. */
  readonly onApproved: () => void;
  /** Of a secret value, with this machine's key. */
  readonly fingerprint: (value: string) => string;
  /** To callers on the local socket. */
  readonly send: (notice: Notice) => void;
  /** Whether one of them wants notices of this name. Default: yes. */
  readonly hears?: (name: Notification) => boolean;
  readonly onError: (error: unknown, method: string) => void;
}

/** What the window lends to its methods. */
export interface WindowGround {
  readonly options: WindowOptions;
  readonly settings: SettingsPlace;
  readonly graphPlace: () => GraphPlace;
  /** Every handler of the local API; absent while the collector is still starting. */
  readonly all: () => ServedHandlers | undefined;
  /** Answers of the reading thread. */
  readonly threaded: () => Partial<ServedHandlers>;
  readonly publish: (notice: Notice) => void;
  readonly approvalsChanged: () => void;
  readonly open: (port?: number) => Promise<Result<'ui.open'>>;
}

/** The methods of the window that only the collector can serve. */
export function createWindowHandlers(ground: WindowGround): Pick<Handlers, WindowMethod> {
  const { options } = ground;
  const { store, clock, actor, reporting, fingerprint } = options;
  return {
    ...createChanging(ground),
    ...createDecidingHandlers(decidingOptions(ground)),
    ...createSendingHandlers({ store, clock, reporting }),
    ...createCheckingHandlers({
      store,
      clock,
      actor,
      fingerprint,
      allowed: () => options.config.credentials.allowChecks,
      credentials: () => callDirectly(options.readHandlers, 'credentials.list', {}),
      onRecorded: (event) => {
        recorded(ground, [event]);
      },
    }),
    ...createApprovingHandlers({
      store,
      clock,
      actor,
      onDecided: (events) => {
        approved(ground, events);
      },
    }),
    'overview.get': ({ sinceMs }) => overview(ground, sinceMs),
    'graph.get': ({ sessionId }) =>
      readGraph(
        store,
        { call: (method, params) => callDirectly(options.readHandlers, method, params) },
        ground.graphPlace(),
        sessionId,
      ),
    'settings.get': () => readSettings(ground.settings),
    'settings.set': ({ key, value, via }) => set(ground, key, value, via),
    'health.list': () => [...options.health()],
    'ui.open': ({ port }) => ground.open(port),
  };
}

export function decidingOptions(ground: WindowGround): DecidingOptions {
  const { store, clock, actor } = ground.options;
  return {
    store,
    clock,
    actor,
    onDecided: (findings, events) => {
      recorded(ground, events);
      if (findings.length > 0)
        ground.publish({ name: 'findings.changed', body: { findings: [...findings] } });
    },
  };
}

/** What was found is judged with it at once: a server that is approved as it is now is not said to have changed. */
function approved(ground: WindowGround, events: readonly SequencedEvent[]): void {
  recorded(ground, events);
  ground.approvalsChanged();
  ground.publish({ name: 'inventory.changed', body: { kinds: ['agent'] } });
  ground.options.onApproved();
}

/** Something was written into the audit log, and as an event beside it. */
function recorded(ground: WindowGround, events: readonly SequencedEvent[]): void {
  ground.options.reporting.wake();
  ground.publish({ name: 'events.created', body: { events: [...events] } });
}

function createChanging(
  ground: WindowGround,
): Pick<
  Handlers,
  | 'privileges.apply'
  | 'quarantine.add'
  | 'actions.undo'
  | 'actions.undoable'
  | 'copies.list'
  | 'copies.remove'
> {
  const { store, clock, actor, asideDir, platform } = ground.options;
  const options = {
    store,
    clock,
    actor,
    asideDir,
    ground: { uid: process.getuid?.(), home: platform.ownHome.home },
    onChanged: (event: SequencedEvent) => {
      recorded(ground, [event]);
      ground.options.onFileChanged();
    },
  };
  const changing = new Changing({ ...options, privileges: () => privileges(ground) });
  const undoing = createUndoing({
    ...options,
    changing,
    onDecided: decidingOptions(ground).onDecided,
    onApproved: (events) => {
      approved(ground, events);
    },
    resume: async (target, via) => {
      const answer = await ground.all()?.['actions.run']({ action: 'resume', target, via });
      return answer === undefined || answer instanceof Encoded
        ? { status: 'refused', detail: 'The collector is still starting.' }
        : answer;
    },
  });
  const copies = createCopiesHandlers({
    store,
    changing,
    keptDays: () => ground.options.config.retention.days,
  });
  return { ...changing.handlers, ...undoing, ...copies };
}

/** As the window got them, from the same thread. */
async function privileges(ground: WindowGround): Promise<Result<'privileges.get'>> {
  const answer = await ground.threaded()['privileges.get']?.({});
  if (answer === undefined) return ground.options.readHandlers['privileges.get']({});
  if (!(answer instanceof Encoded)) return answer;
  const { result } = METHODS['privileges.get'];
  return result.parse(JSON.parse(new TextDecoder().decode(answer.bytes)));
}

function overview(ground: WindowGround, sinceMs: number | undefined): ReturnType<typeof overviewOf> {
  const { store, clock, reporting, status, health, witnesses, processes } = ground.options;
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
      processes: processes(),
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

function set(ground: WindowGround, key: string, value: unknown, via: ActionActor['via']): SettingResult {
  const { store, clock, actor } = ground.options;
  const result = changeSetting(ground.settings, key, value);
  const by = deciderOf(actor, via, clock.nowMs());
  const { seq, event } = store.recordAction({
    ...by,
    action: 'setting.set',
    target: { kind: 'setting', id: key },
    result: { ...result, processes: [] },
  });
  recorded(ground, [{ seq, event }]);
  if (result.status === 'done') ground.publish({ name: 'settings.changed', body: { keys: [key] } });
  return result;
}
