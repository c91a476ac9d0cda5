import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { agentIdOf, AGENTS_WRITING_LATE } from './agent-identity.ts';
import { AGENTS } from './agents/index.ts';
import type { PathContext } from './agents/path-context.ts';
import { createReadHandlers } from './api.ts';
import { Baselining } from './baselining.ts';
import { BehaviourWatch } from './behaviour-watch.ts';
import { Correlating } from './correlating.ts';
import { type UnknownSetting, unknownSettingText } from './config-keys.ts';
import type { Config } from './contract/config.ts';
import type { Actor } from './contract/event.ts';
import { createControlHandlers } from './control.ts';
import type { CollectorStatus, Notice, Result } from './contract/ipc.ts';
import { RememberingDisk } from './discovery/remembering-disk.ts';
import { HealthTracker } from './health/tracker.ts';
import { type InventoryPicture, storeInventory, takeInventory } from './inventory-task.ts';
import type { ServedHandlers } from './ipc/dispatch.ts';
import { IpcServer } from './ipc/server.ts';
import type { Clock } from './lib/clock.ts';
import { createFingerprint, openFingerprintKey } from './lib/fingerprint.ts';
import { keepHeapSmall, releaseMemorySoon } from './lib/memory.ts';
import { writeToken } from './lib/token-file.ts';
import { createAttribution } from './pipeline/attribution/index.ts';
import type { IngestPlace } from './pipeline/ingest.ts';
import { InventoryWatch } from './inventory-watch.ts';
import { LogReading } from './log-reading.ts';
import { LiveProcesses } from './live-processes.ts';
import type { Paths } from './paths.ts';
import { placesOf } from './places.ts';
import type { Platform } from './platform/platform.ts';
import { isReporting, Reporting } from './reporting.ts';
import { ruleFolders } from './rule-set.ts';
import { RuleWatch } from './rule-watch.ts';
import type { CommitResult } from './store/batch.ts';
import { checkBehind } from './store/check.ts';
import { passingCode, StoreError, storeErrorOf } from './store/errors.ts';
import { InstanceLock } from './store/lock.ts';
import { CHECK_AT_ONCE_BYTES } from './store/open.ts';
import { RunningConfig } from './running-config.ts';
import { Store } from './store/store.ts';
import { TextFindings } from './text-findings.ts';
import { startUpkeep, type Upkeep } from './upkeep.ts';
import { Window } from './window.ts';
import { Witnessing } from './witnessing.ts';

export interface CollectorOptions {
  readonly paths: Paths;
  readonly platform: Platform;
  readonly config: Config;
  /** What is set now; asked for when a settings file changed. */
  readonly reloadConfig?: () => Config;
  /** Keys in the settings files that mean nothing: told in health for as long as they stand there. */
  readonly unknownSettings?: readonly UnknownSetting[];
  /** Default: the own home. */
  readonly homes?: readonly PathContext[];
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** What happens, for a person in front of a terminal. */
  readonly onNotice?: (notice: Notice) => void;
}

/** Another collector of the same user runs already. */
export class AlreadyRunningError extends Error {
  constructor() {
    super('A collector is running already.');
    this.name = 'AlreadyRunningError';
  }
}

/** Everything joined: the one place that knows both ends of the path of a datum. */
export class Collector {
  readonly #options: CollectorOptions;
  readonly #config: RunningConfig;
  readonly #lock: InstanceLock;
  readonly #store: Store;
  readonly #health: HealthTracker;
  readonly #homes: readonly PathContext[];
  readonly #places: readonly IngestPlace[];
  readonly #fingerprint: (value: string) => string;
  readonly #processes: LiveProcesses;
  readonly #witnessing: Witnessing;
  readonly #baselining: Baselining;
  readonly #correlating: Correlating;
  readonly #behaviour: BehaviourWatch;
  readonly #texts = new TextFindings();
  readonly #disk = new RememberingDisk();
  #lastLook: Promise<unknown> = Promise.resolve();
  /** Where something happened since the last look, when that is why it is taken. */
  #changedPaths: ReadonlySet<string> | undefined;
  #inventoryWatch: InventoryWatch | undefined;
  readonly #startedMs: number;
  readonly #stopping = new AbortController();
  readonly #reporting: Reporting;
  readonly #reading: LogReading;
  readonly #rules: RuleWatch;
  /** Aborted, with the error, when something other than the following found the store damaged. */
  #damage = new AbortController();
  #server: IpcServer | undefined;
  #window: Window | undefined;
  #upkeep: Upkeep | undefined;
  #looking: Promise<void> | undefined;
  #phase: CollectorStatus['phase'] = 'starting';

  private constructor(
    options: CollectorOptions,
    config: RunningConfig,
    lock: InstanceLock,
    store: Store,
    key: Uint8Array,
  ) {
    this.#options = options;
    this.#config = config;
    this.#lock = lock;
    this.#store = store;
    this.#startedMs = options.clock.nowMs();
    this.#homes = options.homes ?? [options.platform.ownHome];
    this.#fingerprint = createFingerprint(key);
    const { name, uid } = options.platform.readIdentity();
    this.#places = placesOf(this.#homes, () => ({ user: name, ...(uid !== undefined && { uid }) }));
    this.#health = new HealthTracker(options.clock.nowMs, (item, state) => {
      options.log.warn({ code: item.code, state }, item.text);
      this.#publish({ name: 'health.changed', body: { health: this.#health.list() } });
      const resolved = state === 'cleared';
      this.#reporting.enqueue([
        { type: 'health', observedMs: options.clock.nowMs(), health: item, resolved },
      ]);
    });
    this.#reporting = new Reporting({
      ...options,
      config,
      fingerprint: this.#fingerprint,
      store,
      health: this.#health,
      onSent: () => {
        this.#window?.sent();
      },
    });
    this.#behaviour = new BehaviourWatch({
      reader: options.platform.processes,
      home: options.platform.ownHome.home,
    });
    const attributor = createAttribution({ agentOf: agentIdOf, writesLate: AGENTS_WRITING_LATE });
    this.#processes = new LiveProcesses({
      reader: options.platform.processes,
      events: options.config.processes.events,
      attributor,
      onHealth: ({ refused, reason = '' }) => {
        if (refused === true) this.#health.raise('process-events-off', { reason });
        else this.#health.clear('process-events-off');
      },
      onChanges: (batch) => {
        this.#behaviour.changes(batch, (process) => this.#processes.ancestorsOf(process)[0]);
        this.#witnessing.changes(batch);
      },
      onMissed: (above) => {
        this.#witnessing.missed(above);
      },
    });
    this.#witnessing = new Witnessing({
      store,
      fingerprint: this.#fingerprint,
      processes: this.#processes,
      attributor,
      reader: options.platform.processes,
      homes: this.#homes,
      ownHome: options.homes === undefined,
      actor: this.#places[0]?.actor ?? { user: name },
      patienceMs: options.config.processes.patienceMs,
      clock: options.clock,
      onStored: (stored) => {
        this.#stored(stored);
      },
      onRunning: (sessionIds) => {
        this.#window?.running(sessionIds);
      },
      onRuleFailed: (rule) => {
        this.#health.raise('rule-failed', { rule }, rule);
      },
      onError: (error) => {
        this.#upkeepFailed(error);
      },
    });
    this.#correlating = new Correlating({
      store,
      onError: (error) => {
        this.#upkeepFailed(error);
      },
    });
    this.#baselining = new Baselining({
      store,
      places: this.#places,
      nowMs: options.clock.nowMs,
      onFindings: (findings) => {
        this.#reporting.wake();
        const told = this.#correlating.stored(findings);
        this.#publish({ name: 'findings.changed', body: { findings: [...findings, ...told] } });
      },
      onError: (error) => {
        this.#upkeepFailed(error);
      },
    });
    this.#rules = new RuleWatch({ folders: ruleFolders(options.platform), health: this.#health });
    this.#reading = new LogReading({
      store,
      rules: this.#rules,
      paths: options.paths,
      homes: this.#homes,
      places: this.#places,
      recursive: options.platform.os !== 'linux',
      get queue() {
        return isReporting(config.now);
      },
      clock: options.clock,
      health: this.#health,
      onLive: (live) => {
        this.#witnessing.live(live);
      },
      onStored: (stored) => {
        if (stored.inserted.length > 0) this.#processes.nudge();
        this.#stored(stored);
      },
    });
    for (const setting of options.unknownSettings ?? []) {
      const text = unknownSettingText(setting);
      this.#health.raise('setting-unknown', { text }, text);
    }
    if (store.asidePath !== undefined) this.#health.raise('store-recovered', { path: store.asidePath });
  }

  /**
   * Takes the instance lock, opens the store and answers on the local API; reading begins with `run`.
   * @throws AlreadyRunningError, StoreError or FingerprintKeyError
   */
  static async start(options: CollectorOptions): Promise<Collector> {
    const lock = InstanceLock.tryAcquire(options.paths.lock);
    if (lock === undefined) throw new AlreadyRunningError();
    try {
      const key = await openFingerprintKey(options.paths.fingerprintKey);
      rmSync(options.paths.scratch, { recursive: true, force: true });
      mkdirSync(options.paths.scratch, { recursive: true, mode: 0o700 });
      const config = new RunningConfig(options.config, options.reloadConfig);
      const store = Store.open({
        path: options.paths.store,
        nowMs: options.clock.nowMs,
        queue: () => isReporting(config.now),
      });
      try {
        const collector = new Collector(options, config, lock, store, key);
        await collector.#listen();
        return collector;
      } catch (error) {
        store.close();
        throw error;
      }
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Reads what is there, then follows; resolves after `stop`, when everything is closed. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    keepHeapSmall();
    const running = this.#config;
    const upkeep = startUpkeep({
      store: this.#store,
      get config() {
        return running.now;
      },
      settingsFiles: this.#settingsFiles(),
      reloadSettings: () => {
        this.#reloadSettings();
      },
      clock: this.#options.clock,
      health: this.#health,
      signal,
      onError: (error) => {
        this.#upkeepFailed(error);
      },
      takeInventory: () => this.#lookInTurn(),
      hasNewAgents: async () => this.#options.homes === undefined && (await this.#behaviour.hasNews()),
      sourceHealth: () => this.#reading.problems(),
      isReading: () => this.#phase === 'reading',
      reportCounts: (counts) => {
        this.#reporting.enqueue([{ type: 'counts', observedMs: this.#options.clock.nowMs(), counts }]);
      },
    });
    this.#upkeep = upkeep;
    this.#watchInventory(upkeep);
    this.#applyChanges(upkeep);
    const reporting = this.#reporting.run(signal);
    await this.#rules.start();
    await this.#processes.start();
    this.#witnessing.start();
    try {
      this.#checkAfterCrash(signal);
      // The picture of the last run serves until everything is read; a first start shows at once what there is.
      const hasPicture = this.#store.read.totals().events > 0;
      if (!hasPicture) await this.#look(upkeep);
      await this.#readUntilStopped(upkeep, signal, !hasPicture);
    } finally {
      this.#stopping.abort();
      this.#setPhase('stopping');
      await this.#baselining.close();
      this.#rules.stop();
      await this.#reading.close();
      await this.#processes.stop();
      await this.#witnessing.stop();
      await this.#looking;
      this.#inventoryWatch?.close();
      await upkeep.stopped();
      await reporting;
      await this.#window?.close();
      await this.#server?.close();
      this.#store.close();
      this.#lock.release();
    }
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Lets a browser in: an address that is good for one use. */
  async openWindow(): Promise<Result<'ui.open'>> {
    if (this.#window === undefined) throw new Error('the collector does not listen yet');
    return this.#window.open();
  }

  status(): CollectorStatus {
    const config = this.#config.now;
    return {
      pid: process.pid,
      version: this.#options.version,
      startedMs: this.#startedMs,
      phase: this.#phase,
      storePath: this.#store.path,
      storeBytes: this.#store.sizeBytes(),
      totals: this.#store.read.totals(),
      files: this.#reading.files,
      reporting: {
        mode: this.#reporting.isOn ? config.reporting.mode : 'off',
        ...(config.reporting.endpoint !== undefined && { endpoint: config.reporting.endpoint }),
        queued: this.#store.outbox.size().rows,
      },
      health: this.#health.list(),
    };
  }

  /** What is known, for the terminal; the same methods serve the local API. */
  get handlers(): ReturnType<typeof createReadHandlers> {
    return createReadHandlers(this.#store, () => this.#rules.rules);
  }

  async #listen(): Promise<void> {
    const { paths, version, log } = this.#options;
    const actor = this.#places[0]?.actor ?? { user: 'unknown' };
    const onError = (error: unknown, method: string): void => {
      log.error({ method, reason: reasonOf(error) }, 'request failed');
    };
    const window = this.#createWindow(actor, onError);
    const handlers: ServedHandlers = {
      ...this.handlers,
      ...this.#baselining.handlers,
      ...window.handlers,
      ...window.threaded,
      ...createControlHandlers({
        store: this.#store,
        processes: this.#processes,
        witnessing: this.#witnessing,
        clock: this.#options.clock,
        actor,
        os: this.#options.platform.os,
        onPerformed: (event) => {
          this.#reporting.wake();
          this.#publish({ name: 'events.created', body: { events: [event] } });
        },
      }),
      'status.get': () => this.status(),
      'store.check': async () => ({
        problems: [...(await checkBehind(this.#store.path, this.#stopping.signal))],
      }),
      'collector.stop': () => {
        // Answer first, then go.
        setImmediate(() => {
          this.stop();
        });
        return {};
      },
    };
    const token = writeToken(paths.token);
    this.#server = await IpcServer.listen({ address: paths.address, token, version, handlers, onError });
    this.#window = window;
    await window.start(handlers);
  }

  #createWindow(actor: Actor, onError: (error: unknown, method: string) => void): Window {
    const { clock, platform, version, paths } = this.#options;
    const running = this.#config;
    return new Window({
      store: this.#store,
      clock,
      platform,
      get config() {
        return running.now;
      },
      onSettings: () => {
        this.#reloadSettings();
      },
      userFile: userSettings(platform),
      actor,
      version,
      readHandlers: this.handlers,
      reporting: this.#reporting,
      processes: () => this.#processes.lastSeen().processes,
      witnesses: () => this.#witnessing.state(),
      status: () => ({ phase: this.#phase, startedMs: this.#startedMs, files: this.#reading.files }),
      health: () => this.#health.list(),
      uiStateFile: paths.uiState,
      asideDir: paths.aside,
      onFileChanged: () => {
        void this.#upkeep?.inventory().catch(() => undefined);
      },
      send: (notice) => {
        this.#server?.publish(notice);
      },
      hears: (name) => this.#server?.hears(name) === true,
      onError,
    });
  }

  #settingsFiles(): readonly string[] {
    const { platform } = this.#options;
    return [platform.folders.policyFile, userSettings(platform)];
  }

  /** By a person in the window, by an administrator, or in an editor: a file of settings changed. */
  #reloadSettings(): void {
    try {
      this.#config.reload();
      this.#health.clear('settings-unusable');
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown error';
      this.#health.raise('settings-unusable', { reason });
    }
  }

  /** What does not ask for its settings when it needs them is told of other ones. */
  #applyChanges(upkeep: Upkeep): void {
    this.#config.onChange((now, before) => {
      this.#witnessing.bePatient(now.processes.patienceMs);
      if (isDeepStrictEqual([now.scan, now.agents], [before.scan, before.agents])) return;
      this.#looking = Promise.all([this.#looking, this.#lookLater(upkeep)]).then(() => undefined);
    });
  }

  /** A store that takes nothing now must not keep the logs from being followed: the look is repeated later anyway. */
  async #look(upkeep: Upkeep): Promise<void> {
    try {
      await upkeep.inventory();
    } catch (error) {
      if (this.#recovered(error)) return;
      const code = passingCode(error, this.#store.path);
      if (code === undefined) throw error;
      this.#reading.waiting(code);
    }
  }

  /** The same while logs are followed already. */
  async #lookLater(upkeep: Upkeep): Promise<void> {
    try {
      await upkeep.inventory();
    } catch (error) {
      this.#upkeepFailed(error);
    }
  }

  /** @returns whether the error was a damaged store; it is put aside then, and a new one is in its place. */
  #recovered(error: unknown): boolean {
    if (storeErrorOf(error, this.#store.path)?.code !== 'corrupt') return false;
    this.#replaceStore();
    return true;
  }

  #replaceStore(): void {
    this.#health.raise('store-recovered', { path: this.#store.recover() });
    void this.#window?.storeReplaced();
    this.#damage = new AbortController();
    this.#reading.startOver();
    this.#baselining.startOver();
  }

  /** A damaged store is put aside and everything is read again; any other failure ends the collector. */
  async #readUntilStopped(upkeep: Upkeep, stopping: AbortSignal, looked: boolean): Promise<void> {
    let lookDue = !looked;
    while (!stopping.aborted) {
      const signal = AbortSignal.any([stopping, this.#damage.signal]);
      try {
        this.#setPhase('reading');
        const read = await this.#reading.readHistory(signal);
        if (read > 0) {
          await this.#look(upkeep);
          lookDue = false;
        }
        if (!signal.aborted) {
          this.#store.restoreCounts();
          this.#baselining.begin();
          this.#witnessing.begin();
          this.#setPhase('watching');
          void this.#baselining.learned().then(() => {
            releaseMemorySoon(signal, () => this.#options.platform.trimMemory?.());
          });
          if (lookDue) this.#looking = this.#lookLater(upkeep);
          lookDue = false;
          await this.#reading.follow(signal);
        }
        this.#damage.signal.throwIfAborted();
      } catch (error) {
        if (!this.#recovered(error)) throw error;
      } finally {
        this.#witnessing.pause();
        await this.#reading.close();
      }
    }
  }

  /** The periodic work found something: a damaged store ends the following, which begins anew with a new store. */
  #upkeepFailed(error: unknown): void {
    this.#options.log.error({ reason: reasonOf(error) }, 'upkeep failed');
    const failure = storeErrorOf(error, this.#store.path);
    if (failure?.code === 'corrupt') this.#damage.abort(failure);
    else if (failure?.code === 'full') this.#reading.waiting(failure.code);
  }

  /** A big store that was not closed in order is read behind the work; a small one was read when it was opened. */
  #checkAfterCrash(signal: AbortSignal): void {
    if (!this.#store.unclean || this.#store.sizeBytes() <= CHECK_AT_ONCE_BYTES) return;
    void checkBehind(this.#store.path, signal).then(([problem]) => {
      if (problem !== undefined) this.#upkeepFailed(new StoreError('corrupt', problem, undefined));
    });
  }

  #watchInventory(upkeep: Upkeep): void {
    const home = this.#homes[0];
    if (home === undefined) return;
    this.#inventoryWatch = new InventoryWatch({
      home,
      specs: AGENTS,
      look: async (changed) => {
        // A look that is waiting for its turn must know too; one that nobody gave a reason sees everything anyway.
        this.#changedPaths = changed;
        await upkeep.inventory();
      },
      monotonicMs: this.#options.clock.monotonicMs,
      onError: (error) => {
        this.#upkeepFailed(error);
      },
    });
  }

  /** One look after the other: an older picture must not replace a newer one. */
  #lookInTurn(): Promise<InventoryPicture> {
    const look = this.#lastLook.then(() => this.#lookAround());
    this.#lastLook = look.catch(() => undefined);
    return look;
  }

  async #lookAround(): Promise<InventoryPicture> {
    const changed = this.#changedPaths;
    this.#changedPaths = undefined;
    if (changed === undefined) this.#disk.forgetAll();
    else this.#disk.forget(changed);
    const picture = await takeInventory({
      homes: this.#homes,
      specs: AGENTS,
      rules: this.#rules.rules,
      platform: this.#options.platform,
      fingerprint: this.#fingerprint,
      nowMs: this.#options.clock.nowMs,
      maxProjects: this.#config.now.scan.maxProjects,
      disk: this.#disk,
      texts: this.#texts,
      unknownAgents: this.#options.homes === undefined ? await this.#behaviour.look() : [],
      sanction: this.#config.now.agents,
      elsewhere: this.#options.homes === undefined && this.#config.now.scan.elsewhere,
      projectsFromSessions: this.#store.read.workingFolders(this.#config.now.scan.maxProjects),
      decisions: this.#store.approvals.list({ gone: true }),
      onRuleFailed: (rule) => {
        this.#health.raise('rule-failed', { rule }, rule);
      },
    });
    this.#witnessing.configure(picture.inventory.facts);
    this.#behaviour.configure(picture.inventory.facts);
    const nowMs = this.#options.clock.nowMs();
    const { items, findings } = storeInventory(picture, this.#rules.rules, this.#store, nowMs);
    this.#reporting.enqueue(items);
    if (picture.inventory.agents.length === 0) this.#health.raise('no-agents');
    else this.#health.clear('no-agents');
    if (findings.length > 0) this.#publish({ name: 'findings.changed', body: { findings: [...findings] } });
    this.#window?.looked(picture.inventory, items);
    this.#inventoryWatch?.looked(picture.inventory, items.length);
    return picture;
  }

  #stored(stored: CommitResult): void {
    const { inserted, findings } = stored;
    this.#baselining.stored(stored);
    if (inserted.length > 0) {
      this.#reporting.wake();
      this.#publish({ name: 'events.created', body: { events: [...inserted] } });
    }
    if (findings.length === 0) return;
    const told = this.#correlating.stored(findings);
    this.#publish({ name: 'findings.changed', body: { findings: [...findings, ...told] } });
  }

  #setPhase(phase: CollectorStatus['phase']): void {
    if (this.#phase === phase) return;
    this.#phase = phase;
    this.#publish({ name: 'status.changed', body: { phase } });
  }

  #publish(notice: Notice): void {
    this.#window?.publish(notice);
    this.#options.onNotice?.(notice);
  }
}

function userSettings(platform: Platform): string {
  return join(platform.folders.configDir, 'config.json');
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
}
