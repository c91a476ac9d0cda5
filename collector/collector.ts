import { mkdirSync, rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { CollectorStatus, Result } from './contract/ipc.ts';
import { openFingerprintKey } from './lib/fingerprint.ts';
import { keepHeapSmall, releaseMemorySoon } from './lib/memory.ts';
import { type CollectorOptions, createParts, type Parts } from './parts.ts';
import { isReporting } from './reporting.ts';
import { RunningConfig } from './running-config.ts';
import { serve, type Serving, settingsFiles } from './serving.ts';
import { InstanceLock } from './store/lock.ts';
import { Store } from './store/store.ts';
import { startUpkeep, type Upkeep } from './upkeep.ts';

/** Another collector of the same user runs already. */
export class AlreadyRunningError extends Error {
  constructor() {
    super('A collector is running already.');
    this.name = 'AlreadyRunningError';
  }
}

/** The daemon: its parts are built, its one loop reads and follows until it is told to stop, and everything is closed. */
export class Collector {
  readonly #options: CollectorOptions;
  readonly #lock: InstanceLock;
  readonly #parts: Parts;
  readonly #startedMs: number;
  readonly #stopping = new AbortController();
  #serving: Serving | undefined;
  #upkeep: Upkeep | undefined;
  #phase: CollectorStatus['phase'] = 'starting';

  private constructor(options: CollectorOptions, lock: InstanceLock, parts: Parts) {
    this.#options = options;
    this.#lock = lock;
    this.#parts = parts;
    this.#startedMs = options.clock.nowMs();
  }

  /**
   * Takes the instance lock, opens the store and answers on the local API; reading begins with `run`.
   * @throws AlreadyRunningError, StoreError or FingerprintKeyError
   */
  static async start(options: CollectorOptions): Promise<Collector> {
    const { paths, clock } = options;
    const lock = InstanceLock.tryAcquire(paths.lock);
    if (lock === undefined) throw new AlreadyRunningError();
    try {
      const fingerprintKey = await openFingerprintKey(paths.fingerprintKey);
      rmSync(paths.scratch, { recursive: true, force: true });
      mkdirSync(paths.scratch, { recursive: true, mode: 0o700 });
      const running = new RunningConfig(options.config, options.reloadConfig);
      const queue = (): boolean => isReporting(running.now);
      const store = Store.open({ path: paths.store, nowMs: clock.nowMs, queue });
      try {
        const parts = createParts({ ...options, running, store, fingerprintKey });
        const collector = new Collector(options, lock, parts);
        await collector.#serve();
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
    const { store, processes, rules, witnessing, inventorying, faults } = this.#parts;
    keepHeapSmall();
    const upkeep = this.#startUpkeep();
    inventorying.watch(upkeep.inventory);
    this.#applyChanges(upkeep);
    const reporting = this.#parts.reporting.run(signal);
    await rules.start();
    await processes.start();
    witnessing.start();
    try {
      faults.checkAfterCrash(signal);
      // The picture of the last run serves until everything is read; a first start shows at once what there is.
      await this.#readUntilStopped(upkeep, store.read.totals().events > 0);
    } finally {
      this.#stopping.abort();
      this.#setPhase('stopping');
      await this.#parts.baselining.close();
      rules.stop();
      await this.#parts.reading.close();
      await processes.stop();
      await witnessing.stop();
      await inventorying.close();
      await upkeep.stopped();
      await reporting;
      await this.#serving?.close();
      store.close();
      this.#lock.release();
    }
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Lets a browser in: an address that is good for one use. */
  async openWindow(): Promise<Result<'ui.open'>> {
    if (this.#serving === undefined) throw new Error('the collector does not listen yet');
    return this.#serving.openWindow();
  }

  status(): CollectorStatus {
    const { store, reporting, running, health } = this.#parts;
    const { mode, endpoint } = running.now.reporting;
    return {
      ...this.#progress(),
      pid: process.pid,
      version: this.#options.version,
      storePath: store.path,
      storeBytes: store.sizeBytes(),
      totals: store.read.totals(),
      reporting: {
        mode: reporting.isOn ? mode : 'off',
        ...(endpoint !== undefined && { endpoint }),
        queued: store.outbox.size().rows,
      },
      health: health.list(),
    };
  }

  /** What is known, for the terminal; the same methods serve the local API. */
  get handlers(): Parts['readHandlers'] {
    return this.#parts.readHandlers;
  }

  #progress(): Pick<CollectorStatus, 'phase' | 'startedMs' | 'files'> {
    return { phase: this.#phase, startedMs: this.#startedMs, files: this.#parts.reading.files };
  }

  async #serve(): Promise<void> {
    this.#serving = await serve({
      parts: this.#parts,
      collector: this.#options,
      status: () => this.status(),
      progress: () => this.#progress(),
      onFileChanged: () => {
        void this.#upkeep?.inventory().catch(() => undefined);
      },
      onApproved: () => {
        if (this.#upkeep !== undefined) this.#parts.inventorying.lookAgain(this.#upkeep.inventory);
      },
      onStop: () => {
        this.stop();
      },
      signal: this.#stopping.signal,
    });
  }

  #startUpkeep(): Upkeep {
    const { clock, platform } = this.#options;
    const { store, running, health, faults, inventorying, behaviour, ownHome, reading, reporting } =
      this.#parts;
    this.#upkeep = startUpkeep({
      store,
      get config() {
        return running.now;
      },
      settingsFiles: settingsFiles(platform),
      reloadSettings: () => {
        running.reloadTelling(health);
      },
      clock,
      health,
      signal: this.#stopping.signal,
      onError: (error) => {
        faults.failed(error);
      },
      takeInventory: () => inventorying.look(),
      hasNewAgents: async () => ownHome && (await behaviour.hasNews()),
      sourceHealth: () => reading.problems(),
      isReading: () => this.#phase === 'reading',
      reportCounts: (counts) => {
        reporting.enqueue([{ type: 'counts', observedMs: clock.nowMs(), counts }]);
      },
    });
    return this.#upkeep;
  }

  /** What does not ask for its settings when it needs them is told of other ones. */
  #applyChanges(upkeep: Upkeep): void {
    const { running, witnessing, inventorying } = this.#parts;
    running.onChange((now, before) => {
      witnessing.bePatient(now.processes.patienceMs);
      if (isDeepStrictEqual([now.scan, now.agents], [before.scan, before.agents])) return;
      inventorying.lookBehind(upkeep.inventory);
    });
  }

  /** A store that takes nothing now must not keep the logs from being followed: the look is repeated later anyway. */
  async #look(upkeep: Upkeep): Promise<void> {
    try {
      await upkeep.inventory();
    } catch (error) {
      if (!this.#parts.faults.passes(error)) throw error;
    }
  }

  /** @throws when the store is damaged: what is to be read was asked of it, and is to be asked of the next one. */
  async #firstLook(upkeep: Upkeep): Promise<void> {
    try {
      await upkeep.inventory();
    } catch (error) {
      if (!this.#parts.faults.waits(error)) throw error;
    }
    this.#setPhase('reading');
  }

  /**
   * A damaged store is put aside and everything is read again; any other failure ends the collector.
   * @param hasPicture the one of the last run serves until everything is read; a first start shows at once what there is
   */
  async #readUntilStopped(upkeep: Upkeep, hasPicture: boolean): Promise<void> {
    const { faults, reading, witnessing, inventorying } = this.#parts;
    const { signal: stopping } = this.#stopping;
    let lookDue = hasPicture;
    let first = hasPicture ? undefined : () => this.#firstLook(upkeep);
    while (!stopping.aborted) {
      const signal = AbortSignal.any([stopping, faults.signal]);
      try {
        if (first === undefined) this.#setPhase('reading');
        const read = await reading.readHistory(signal, first);
        first = undefined;
        if (read > 0) {
          await this.#look(upkeep);
          lookDue = false;
        }
        if (!signal.aborted) {
          this.#beginWatching(signal);
          if (lookDue) inventorying.lookBehind(upkeep.inventory);
          lookDue = false;
          await reading.follow(signal);
        }
        faults.signal.throwIfAborted();
      } catch (error) {
        if (!faults.recovered(error)) throw error;
      } finally {
        witnessing.pause();
        await reading.close();
      }
    }
  }

  #beginWatching(signal: AbortSignal): void {
    const { store, baselining, witnessing } = this.#parts;
    store.restoreCounts();
    baselining.begin();
    witnessing.begin();
    this.#setPhase('watching');
    void baselining.learned().then(() => {
      releaseMemorySoon(signal, () => this.#options.platform.trimMemory?.());
    });
  }

  #setPhase(phase: CollectorStatus['phase']): void {
    if (this.#phase === phase) return;
    this.#phase = phase;
    this.#parts.outlet.publish({ name: 'status.changed', body: { phase } });
  }
}
