import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import type { BaselineTarget } from './contract/baseline.ts';
import { BaselineLearning } from './baseline-learning.ts';
import { PAGE, pageInOrder, type TimePlace, usageInOrder } from './baseline-history.ts';
import { storedBaselines } from './baseline-list.ts';
import type { Handlers } from './contract/ipc.ts';
import type { Finding } from './contract/finding.ts';
import type { IngestPlace } from './pipeline/ingest.ts';
import type { BaselinePosition } from './store/baseline-rows.ts';
import type { CommitResult } from './store/batch.ts';
import { passingCode } from './store/errors.ts';
import type { Store } from './store/store.ts';

export interface BaseliningOptions {
  readonly store: Store;
  readonly places: readonly IngestPlace[];
  readonly nowMs: () => number;
  /** A run was told, or something more about it. */
  readonly onFindings: (findings: readonly Finding[]) => void;
  /** The store is damaged or cannot be written at all. */
  readonly onError: (error: unknown) => void;
}

/** Methods that change what is learned: only the collector can serve them. */
export type BaselineMethod = 'baseline.reset' | 'baseline.pause';

const DAY_MS = 86_400_000;
/** Older events weigh less than a hundredth. */
const MAX_HISTORY_MS = 200 * DAY_MS;
/** What happened while no collector ran is told when it is not older than this. */
const TOLD_MS = 7 * DAY_MS;
/** Longest stretch of work between two looks at everything else the process has to do. */
const SLICE_MS = 8;
const SAVE_EVENTS = 500;
const SAVE_AFTER_MS = 30_000;
const RETRY_MS = 15_000;

/**
 * Learns what is usual from stored events, and tells what is not. It follows the commits: live events are looked at as
 * they are stored, everything else (history, what came while nobody looked) is read from the store in order of time.
 * What was learned is stored together with how far the events were looked at, so each event counts once, also after a
 * sudden end. While nothing is stored nothing runs.
 */
export class Baselining {
  readonly #options: BaseliningOptions;
  readonly #learning: BaselineLearning;
  #position: BaselinePosition = { seq: 0, usageRow: 0 };
  /** Nothing was ever learned: history is learned silently. */
  #fresh = true;
  #unsaved = 0;
  #timer: NodeJS.Timeout | undefined;
  #catchingUp: Promise<void> | undefined;
  #live = false;
  /** What is remembered no longer fits what is stored. */
  #stale = true;
  readonly #stopping = new AbortController();

  constructor(options: BaseliningOptions) {
    this.#options = options;
    this.#learning = new BaselineLearning(options.store, options.places);
  }

  /**
   * Everything stored so far is to be learned; returns at once and works in the background. Call it when history was
   * read, and again when a damaged store was replaced.
   */
  begin(): void {
    this.#live = false;
    this.#catchingUp ??= this.#catchUp().finally(() => {
      this.#catchingUp = undefined;
    });
  }

  /** Resolves when what `begin` was called for is done, or could not be. */
  async learned(): Promise<void> {
    await this.#catchingUp;
  }

  /** A damaged store was replaced by a new one: everything is learned anew. */
  startOver(): void {
    this.#live = false;
    this.#stale = true;
  }

  /** The list here comes with what is not stored yet. */
  get handlers(): Pick<Handlers, BaselineMethod | 'baseline.list'> {
    const { store, nowMs } = this.#options;
    return {
      'baseline.list': (target) => {
        this.#saveLater();
        return storedBaselines(store, target, nowMs());
      },
      'baseline.reset': async (target) => ({ changed: await this.reset(target) }),
      'baseline.pause': async ({ paused, ...target }) => ({ changed: await this.pause(target, paused) }),
    };
  }

  /** A live batch was stored. */
  stored({ inserted, findings }: CommitResult): void {
    const first = inserted[0]?.seq;
    try {
      this.#learning.noteFindings(findings);
      // Until everything older was learned, what comes is read from the store in its turn.
      if (first === undefined || !this.#live) return;
      const { baseline } = this.#options.store;
      const ends = baseline.ends();
      if (ends.usageRow > this.#position.usageRow) {
        const sinceMs = this.#options.nowMs() - MAX_HISTORY_MS;
        for (const row of baseline.usageBetween(this.#position.usageRow, ends.usageRow, sinceMs))
          this.#learning.tokens(row);
      }
      // Numbers below the last one were given out again after rows were removed: they are new all the same.
      if (first > this.#position.seq + 1 && !this.#fillGap(first)) return;
      for (const { event } of inserted) this.#learning.observe(event, false);
      this.#position = { seq: Math.max(...inserted.map(({ seq }) => seq)), usageRow: ends.usageRow };
      this.#unsaved += inserted.length;
      if (this.#learning.pending.length > 0 || this.#unsaved >= SAVE_EVENTS) this.#save();
      else
        this.#timer ??= setTimeout(() => {
          this.#saveLater();
        }, SAVE_AFTER_MS).unref();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Events that somebody stored without telling. @returns whether they were few enough to be taken at once */
  #fillGap(before: number): boolean {
    const missed = this.#options.store.baseline.eventsInOrder(this.#position.seq, before - 1, PAGE);
    if (missed.length < PAGE) {
      for (const { body } of missed) this.#learning.observeText(body, false);
      return true;
    }
    this.#stale = true;
    this.begin();
    return false;
  }

  /** Forgets what was learned about a project, an agent, or everything. @returns how many baselines */
  async reset(target: BaselineTarget): Promise<number> {
    await this.#settled();
    const changed = this.#learning.forget(target);
    this.#save();
    return changed;
  }

  /** Stops learning and telling, or goes on. Without a target: for everything, also for what is not known yet. */
  async pause(target: BaselineTarget, paused: boolean): Promise<number> {
    await this.#settled();
    const changed = this.#learning.pause(target, paused);
    this.#save();
    return changed;
  }

  /** What is remembered and what is stored belong together only between two rounds of catching up. */
  async #settled(): Promise<void> {
    await this.#catchingUp;
    if (this.#stale) this.#load();
  }

  /** Stores what is not stored yet and ends. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#catchingUp;
    this.#saveLater();
    clearTimeout(this.#timer);
  }

  #load(): void {
    const { position, rows } = this.#options.store.baseline.load();
    this.#stale = false;
    this.#fresh = position === undefined;
    this.#position = position ?? { seq: 0, usageRow: 0 };
    this.#learning.load(rows, position !== undefined);
    this.#live = false;
  }

  async #catchUp(): Promise<void> {
    const { signal } = this.#stopping;
    // What was learned takes a while to read: who waits for the collector goes first.
    await breathe();
    for (;;) {
      try {
        if (this.#stale) this.#load();
        this.#learning.readEvidence();
        // What is stored meanwhile is taken in the next round, until there is nothing left.
        while (await this.#round());
        if (signal.aborted) return;
        this.#fresh = false;
        this.#live = true;
        return;
      } catch (error) {
        // Begin again from what is stored; a full disk or a busy store passes.
        this.#stale = true;
        if (passingCode(error, this.#options.store.path) === undefined) {
          this.#options.onError(error);
          return;
        }
        if (signal.aborted) return;
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** @returns whether there was something to learn */
  async #round(): Promise<boolean> {
    if (this.#isStopped()) return false;
    const { store } = this.#options;
    const ends = store.baseline.ends();
    const from = this.#position;
    // Rows were removed from the end and their numbers given out again: what is there now was looked at before.
    if (ends.seq < from.seq) this.#position = { ...from, seq: ends.seq };
    if (ends.seq <= from.seq) return false;
    const nowMs = this.#options.nowMs();
    const silentBefore = this.#fresh ? Number.MAX_SAFE_INTEGER : nowMs - TOLD_MS;
    const sinceMs = nowMs - MAX_HISTORY_MS;
    const usage = await usageInOrder(store, from.usageRow, ends.usageRow, sinceMs, () => this.#isStopped());
    if (this.#isStopped()) return false;
    let at: TimePlace = { timeMs: sinceMs, seq: 0 };
    let used = 0;
    let sliceEndMs = performance.now() + SLICE_MS;
    for (;;) {
      const page = pageInOrder(store, from.seq, ends.seq, at);
      for (const row of page) {
        for (let next = usage[used]; next !== undefined && next.timeMs <= row.timeMs; next = usage[++used])
          this.#learning.tokens(next);
        this.#learning.observeText(row.body, row.timeMs < silentBefore);
        at = row;
        if (performance.now() < sliceEndMs) continue;
        await breathe();
        if (this.#isStopped()) return false;
        sliceEndMs = performance.now() + SLICE_MS;
      }
      if (page.length < PAGE) break;
    }
    this.#position = ends;
    this.#fresh = false;
    this.#save();
    return true;
  }

  /** A function, because the answer changes while others are let through. */
  #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  #save(): void {
    const { store, nowMs } = this.#options;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const rows = this.#learning.takeChanges(nowMs());
    try {
      const changed = store.saveBaseline({ rows, ...(this.#fresh ? {} : { position: this.#position }) }, [
        ...this.#learning.pending,
      ]);
      this.#unsaved = 0;
      this.#learning.told();
      this.#learning.noteFindings(changed);
      if (changed.length > 0) this.#options.onFindings(changed);
    } catch (error) {
      this.#learning.putBack(rows);
      throw error;
    }
  }

  #saveLater(): void {
    this.#timer = undefined;
    if (this.#unsaved === 0 || !this.#live) return;
    try {
      this.#save();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** What could not be stored is learned again from what is, later. */
  #failed(error: unknown): void {
    this.#live = false;
    this.#stale = true;
    if (passingCode(error, this.#options.store.path) === undefined) {
      this.#options.onError(error);
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.begin();
    }, RETRY_MS).unref();
  }
}
