import {
  isSameProcess,
  processId,
  type ProcessChange,
  type ProcessInfo,
  type ProcessKey,
  type ProcessSnapshot,
  type ProcessUsage,
} from '../contract/process.ts';
import { changesOf, copyOf, diffSnapshots, replacing } from './process-diff.ts';
import type { ProcessEventBatch, ProcessRecord } from './process-event-batch.ts';
import { ProcessEventSwitch } from './process-event-switch.ts';
import type { OpenedProcessEvents, ProcessEventHandlers } from './process-events.ts';
import { ProcessPace, type PaceIntervals } from './process-pace.ts';
import { ProcessTree } from './process-tree.ts';

/** Time and waiting, so that tests can be the clock. */
export interface WatchClock {
  nowMs(): number;
  monotonicMs(): number;
  /** @returns how to cancel */
  after(delayMs: number, run: () => void): () => void;
}

export const systemWatchClock: WatchClock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs).unref();
    return () => {
      clearTimeout(timer);
    };
  },
};

export interface ProcessChangeBatch {
  readonly timeMs: number;
  /** `initial`: everything that ran already when the watch began, as starts. */
  readonly source: 'initial' | 'events' | 'poll';
  readonly changes: readonly ProcessChange[];
}

export interface ProcessWatchHealth {
  readonly source: 'events' | 'polling';
  /** Why there are no events; absent while there are. */
  readonly reason?: string;
  /** They were asked for and could not be had. */
  readonly refused?: true;
  readonly snapshots: number;
  /** Snapshots that could not be taken; the next one is tried at the usual time. */
  readonly failures: number;
  /** Processes that ended before they could be read. */
  readonly missed: number;
  /** Times that there were too many events and a snapshot stood in. */
  readonly overflows: number;
  /** Of these, how often events were dropped: what began then nobody knows. */
  readonly losses: number;
  readonly lastSnapshotMs: number;
  readonly intervalMs: number;
}

export interface ProcessWatchOptions {
  readonly reader: {
    read(): Promise<ProcessSnapshot>;
    newcomers?(): readonly ProcessInfo[];
    close?(): void;
  };
  /** Is this process a coding agent? Asked once per process and program. */
  readonly isAgent: (process: ProcessInfo) => boolean;
  readonly onChanges: (batch: ProcessChangeBatch) => void;
  /** Absent: polling only. */
  readonly openEvents?: (handlers: ProcessEventHandlers) => Promise<OpenedProcessEvents>;
  /** Events only while an agent runs, and a minute longer: nothing is to be seen otherwise, and the thread costs memory. */
  readonly eventsWithAgents?: boolean;
  /** A program ended before it could be read. @param above who started it, as far as that is known */
  readonly onMissed?: (above: ProcessInfo | undefined, sinceMs: number) => void;
  /** Events begin to come, or end. */
  readonly onHealth?: (health: ProcessWatchHealth) => void;
  readonly clock?: WatchClock;
  readonly intervals?: Partial<PaceIntervals>;
}

const GLANCE_MS = 1_000;

/**
 * Knows what runs now and who started it, and tells of changes. Events say at once what happens where the OS gives
 * them; snapshots at an adapted pace say what events cannot, and everything where there are none.
 */
export class ProcessWatch {
  readonly #options: ProcessWatchOptions;
  readonly #clock: WatchClock;
  readonly #tree = new ProcessTree();
  readonly #pace: ProcessPace;
  readonly #events: ProcessEventSwitch;
  /** Exits told by events while a snapshot is being taken, which may still hold them. */
  readonly #recentExits = new Set<string>();
  #usage: ReadonlyMap<number, ProcessUsage> = new Map();
  #polling: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  /** Counts snapshots as they begin: what events tell meanwhile has the same number, and is newer. */
  #round = 0;
  #running = false;
  #initialDone = false;
  #again = false;
  #snapshots = 0;
  #failures = 0;
  #missed = 0;
  #overflows = 0;
  #losses = 0;
  #lastSnapshotMs = 0;

  constructor(options: ProcessWatchOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemWatchClock;
    this.#pace = new ProcessPace(this.#tree, options.isAgent, options.intervals);
    this.#events = new ProcessEventSwitch({
      ...(options.openEvents === undefined ? {} : { open: options.openEvents }),
      withAgents: options.eventsWithAgents ?? false,
      onBatch: (batch) => {
        this.#onEvents(batch);
      },
      onChange: (opened) => {
        options.onHealth?.(this.health());
        // What began before the first event is in a table that is read after it.
        if (opened) void this.refresh();
        else this.#schedule();
      },
    });
  }

  /** Resolves when the first table is known and told. Events are opened before it is read, so that nothing falls between. */
  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    await this.#events.start();
    await this.refresh();
    this.#options.onHealth?.(this.health());
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelTimer?.();
    await this.#polling;
    await this.#events.stop();
    this.#options.reader.close?.();
  }

  /** Takes a snapshot now and tells what it changes. Calls that overlap share one that began after the call. */
  async refresh(): Promise<void> {
    if (this.#polling !== undefined) await this.#polling;
    this.#polling ??= this.#poll().finally(() => {
      this.#polling = undefined;
      this.#schedule();
    });
    await this.#polling;
  }

  /** Something was heard of an agent (a tool call in its log): look closely for a while. */
  nudge(): void {
    this.#pace.busy(this.#clock.monotonicMs());
    this.#schedule();
  }

  /** An agent works now, as far as can be told. */
  isBusy(): boolean {
    return this.#pace.isBusy(this.#clock.monotonicMs());
  }

  /** What runs as far as known now; the same objects as in the changes. */
  snapshot(): ProcessSnapshot {
    return { timeMs: this.#clock.nowMs(), processes: [...this.#tree.living()], usage: this.#usage };
  }

  get(pid: number): ProcessInfo | undefined {
    return this.#tree.get(pid);
  }

  /** Living, or ended within the last minute, or ended with living descendants. */
  find(key: ProcessKey): ProcessInfo | undefined {
    return this.#tree.find(key);
  }

  childrenOf(pid: number): readonly ProcessInfo[] {
    return this.#tree.childrenOf(pid);
  }

  /** It and its living descendants, parents first, also those that were handed to another parent since. */
  treeOf(key: ProcessKey): readonly ProcessInfo[] {
    return this.#tree.treeOf(key);
  }

  /** Who started it, nearest first; also those that have ended and are remembered. */
  ancestorsOf(key: ProcessKey): readonly ProcessInfo[] {
    return this.#tree.ancestorsOf(key);
  }

  /** Living processes that `isAgent` said yes to. */
  agents(): readonly ProcessInfo[] {
    return this.#pace.agents();
  }

  health(): ProcessWatchHealth {
    return {
      source: this.#events.isOn ? 'events' : 'polling',
      ...(this.#events.reason === undefined ? {} : { reason: this.#events.reason }),
      ...(this.#events.refused ? { refused: true } : {}),
      snapshots: this.#snapshots,
      failures: this.#failures,
      missed: this.#missed,
      overflows: this.#overflows,
      losses: this.#losses,
      lastSnapshotMs: this.#lastSnapshotMs,
      intervalMs: this.#intervalMs(),
    };
  }

  #intervalMs(): number {
    return this.#pace.intervalMs(
      this.#clock.monotonicMs(),
      this.#events.isOn,
      // The first one reads everything; later ones are quick.
      this.#snapshots > 1 ? this.#lastSnapshotMs : 0,
    );
  }

  #schedule(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (!this.#running || this.#polling !== undefined) return;
    this.#lookIn(this.#again ? 0 : this.#intervalMs());
    this.#again = false;
  }

  /** While no agent runs, a glance at what is new in between tells when one begins. */
  #lookIn(delayMs: number): void {
    const { reader, isAgent } = this.#options;
    const glance =
      delayMs > GLANCE_MS && reader.newcomers !== undefined && !this.#events.isOn && !this.#pace.hasAgents();
    this.#cancelTimer = this.#clock.after(glance ? GLANCE_MS : delayMs, () => {
      if (glance && reader.newcomers?.().some(isAgent) !== true) this.#lookIn(delayMs - GLANCE_MS);
      else void this.refresh();
    });
  }

  async #poll(): Promise<void> {
    const startedMs = this.#clock.monotonicMs();
    this.#recentExits.clear();
    this.#round += 1;
    let snapshot: ProcessSnapshot;
    try {
      snapshot = await this.#options.reader.read();
    } catch {
      this.#failures += 1; // no /proc, `ps` missing or killed: said in health, tried again
      return;
    }
    const nowMs = this.#clock.monotonicMs();
    this.#lastSnapshotMs = nowMs - startedMs;
    this.#snapshots += 1;
    const changes = this.#reconcile(snapshot);
    for (const change of changes) this.#apply(change, nowMs, this.#round - 1);
    this.#usage = snapshot.usage;
    this.#pace.observeUsage(snapshot.usage, nowMs);
    this.#tree.prune(nowMs);
    const source = this.#initialDone ? 'poll' : 'initial';
    this.#initialDone = true;
    this.#tell({ timeMs: snapshot.timeMs, source, changes });
    this.#events.follow(this.#pace.hasAgents(), nowMs);
  }

  /** What was learnt by events while the snapshot was taken is newer than the snapshot, and stays. */
  #reconcile(snapshot: ProcessSnapshot): readonly ProcessChange[] {
    const isNewer = (pid: number): boolean => (this.#tree.asOf(pid) ?? -1) >= this.#round;
    const before: ProcessInfo[] = [];
    for (const process of this.#tree.living()) if (!isNewer(process.pid)) before.push(process);
    const after = snapshot.processes.filter(
      (process) => !isNewer(process.pid) && !this.#recentExits.has(processId(process)),
    );
    const changes = diffSnapshots(before, after);
    // Groups, terminal and such move without being a change of their own.
    for (const process of after) this.#tree.update(process, this.#round - 1);
    return changes;
  }

  #onEvents(batch: ProcessEventBatch): void {
    const nowMs = this.#clock.monotonicMs();
    this.#missed += batch.missed;
    const changes: ProcessChange[] = [];
    for (const record of batch.records) {
      for (const change of this.#understand(record)) {
        this.#apply(change, nowMs, this.#round, record.kind === 'start' ? record : undefined);
        changes.push(change);
      }
    }
    if (this.#initialDone) this.#tell({ timeMs: this.#clock.nowMs(), source: 'events', changes });
    for (const pid of batch.missedBelow ?? [])
      this.#options.onMissed?.(this.#tree.lastOf(pid), batch.sinceMs ?? this.#clock.nowMs());
    if (!batch.overflow) return;
    this.#overflows += 1;
    if (batch.lost === true) this.#losses += 1;
    this.#again = true;
    this.#schedule();
  }

  #understand(record: ProcessRecord): readonly ProcessChange[] {
    switch (record.kind) {
      case 'start': {
        const known = this.#tree.get(record.process.pid);
        if (known !== undefined && isSameProcess(known, record.process)) {
          this.#tree.adopt(known, record.bornOf);
          return record.copy ? [] : changesOf(known, record.process);
        }
        const process = record.copy ? copyOf(record.process, this.#tree.get(record.bornOf)) : record.process;
        return replacing(known, process, record.indirect);
      }
      case 'exec': {
        const known = this.#tree.get(record.process.pid);
        if (known === undefined || !isSameProcess(known, record.process))
          return replacing(known, record.process);
        return changesOf(known, record.process);
      }
      case 'exit': {
        const process = this.#tree.get(record.pid);
        const { exitCode, signal } = record;
        if (process === undefined) return [];
        return [
          {
            kind: 'exit',
            process,
            ...(exitCode === undefined ? {} : { exitCode }),
            ...(signal === undefined ? {} : { signal }),
          },
        ];
      }
    }
  }

  #apply(
    change: ProcessChange,
    nowMs: number,
    asOf: number,
    birth?: { readonly bornOf: number; readonly copy: boolean },
  ): void {
    const { process } = change;
    if (change.kind === 'exit') {
      this.#pace.onExit(process, nowMs);
      this.#tree.exit(process.pid, nowMs);
      if (this.#polling !== undefined) this.#recentExits.add(processId(process));
      return;
    }
    if (change.kind === 'start') this.#tree.start(process, nowMs, birth?.bornOf, asOf);
    else this.#tree.update(process, asOf);
    // A copy of an agent is not a second one.
    this.#pace.onChange(process, nowMs, change.kind !== 'reparent' && birth?.copy !== true);
  }

  #tell(batch: ProcessChangeBatch): void {
    if (batch.changes.length === 0 && batch.source !== 'initial') return;
    this.#options.onChanges(batch);
  }
}
