import { resolve } from 'node:path';
import type { LogRoot } from '../agents/spec-log.ts';
import { LogIndex, type LogOwner } from './log-index.ts';
import { LogProblems, type SourceHealth } from './log-problems.ts';
import type { LookStamp, ReadProblem } from './open-log.ts';
import { toShards, type LogShard } from './log-shards.ts';
import type { LogSourceOptions, LookIntervals } from './log-source-options.ts';
import { readLog } from './read-log.ts';
import type { Cursor, LogBatch } from './source.ts';
import { WALK_LIMITS } from './walk.ts';
import { LogWatch, type Notice } from './watch.ts';

export type { LogShard } from './log-shards.ts';
export type { LogSourceOptions, LookIntervals } from './log-source-options.ts';

const INTERVALS: LookIntervals = { activeMs: 2000, allMs: 60_000 };
const LIMITED_ALL_MS = 15_000;
const ACTIVE_FOR_MS = 600_000;
/** Ten live sessions are usual; the slow look serves a machine with more than this. */
const MAX_ACTIVE = 200;

/** Live reads stay small, so that one turn never holds the event loop for long. */
const LIVE_SCAN_BYTES = 8 * 1_048_576;

interface Outstanding {
  readonly atEnd: boolean;
  again: boolean;
}

/**
 * The logs of all agents: what is new at a start (`backlog`, for workers), and what comes (`live`).
 *
 * Live, a file's next batch is read only after the cursor of its last one was handed to `committed`; other files go
 * on. Files take turns of one batch. A file that cannot be read is counted and tried again with growing pauses.
 */
export class LogSource {
  readonly #options: LogSourceOptions;
  readonly #intervals: LookIntervals;
  readonly #index: LogIndex;
  readonly #watch: LogWatch;
  readonly #problems = new LogProblems();
  /** Files with something new, longest waiting first. */
  readonly #queue = new Set<string>();
  /** Files with a batch that is not committed. */
  readonly #outstanding = new Map<string, Outstanding>();
  /** Committed cursors of files that have more to give. */
  readonly #cursors = new Map<string, Cursor>();
  /** The one store or compressed file that is being read: opening it anew for each batch would cost too much. */
  #held: { readonly path: string; readonly batches: AsyncIterator<LogBatch> } | undefined;
  readonly #active = new Map<string, number>();
  #backlog: Map<string, LookStamp> | undefined;
  #wake: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #lookAllMs = 0;
  #overflow = false;
  #failures = 0;
  #failure: Error | undefined;
  readonly #closing = new AbortController();

  constructor(options: LogSourceOptions) {
    this.#options = options;
    this.#intervals = { ...INTERVALS, ...options.intervals };
    const owners: LogOwner[] = options.formats.flatMap(({ agentId, format, roots }) =>
      roots.map((root) => ({ agentId, formatId: format.id, format, root: normalized(root) })),
    );
    this.#watch = new LogWatch({
      recursive: options.recursive,
      onNotice: (notice) => {
        void this.#orFail(() => {
          this.#noticed(notice);
        });
      },
      ...(options.watch === undefined ? {} : { watch: options.watch }),
    });
    this.#index = new LogIndex({
      owners,
      limits: { ...WALK_LIMITS, ...options.limits },
      onChanged: (path, stamp) => {
        this.#changed(path, stamp);
      },
      enter: (dir, ino, isTop) => {
        if (this.#timer !== undefined) this.#watch.add(dir, ino, isTop);
      },
      leave: (dir) => {
        this.#watch.remove(dir);
      },
    });
  }

  /**
   * Files with something new, by shard, each in the order in which they were begun, so that a copy comes after what it
   * was copied from. Largest shard first. Opens nothing; call it before `live`.
   */
  async *backlog(signal?: AbortSignal): AsyncGenerator<LogShard, void, undefined> {
    const found = new Map<string, LookStamp>();
    this.#backlog = found;
    await this.#index.scan(signal);
    this.#backlog = undefined;
    for (const shard of toShards(found, this.#index)) {
      if (signal?.aborted === true) return;
      yield shard;
    }
  }

  /**
   * Yields batches as files grow, beginning with whatever the stored cursors have not seen. Every batch, also one
   * without records, must be answered by `committed`. Ends when `signal` aborts or the source is closed, and
   * throws what `cursors` throws. Once per source.
   */
  async *live(signal: AbortSignal): AsyncGenerator<LogBatch, void, undefined> {
    const stop = AbortSignal.any([signal, this.#closing.signal]);
    const wake = (): void => this.#wake?.();
    stop.addEventListener('abort', wake);
    try {
      await this.#start(stop);
      while (!stop.aborted) {
        if (this.#failure !== undefined) throw this.#failure;
        const path = this.#next();
        if (path === undefined) await this.#sleep(stop);
        else {
          const batch = await this.#read(path);
          if (batch !== undefined) yield batch;
        }
      }
    } finally {
      stop.removeEventListener('abort', wake);
      await this.#stop();
    }
  }

  /** The batch that ended with this cursor is stored: its file may be read on. */
  committed(cursor: Cursor): void {
    const { path } = cursor;
    const done = this.#outstanding.get(path);
    this.#outstanding.delete(path);
    if (done?.atEnd === false) this.#cursors.set(path, cursor);
    else this.#cursors.delete(path);
    if (done !== undefined && (!done.atEnd || done.again)) this.#queue.add(path);
    this.#wake?.();
  }

  health(): readonly SourceHealth[] {
    const { limitReached, unwatched } = this.#watch;
    return this.#problems.health(this.#index.counts, limitReached ? Math.max(1, unwatched.size) : 0);
  }

  /** Files known, folders watched, files waiting: for status. */
  get stats(): { readonly files: number; readonly watches: number; readonly waiting: number } {
    return { files: this.#index.files.size, watches: this.#watch.size, waiting: this.#queue.size };
  }

  /** Ends `live` and frees every watch, timer and file. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#stop();
  }

  async #start(stop: AbortSignal): Promise<void> {
    const { activeMs } = this.#intervals;
    this.#lookAllMs = this.#options.nowMs() + this.#intervals.allMs;
    this.#timer = setInterval(() => {
      void this.#orFail(() => this.#lookAround(stop));
    }, activeMs);
    this.#index.files.clear();
    await this.#index.scan(stop);
    this.#expectMissing();
  }

  async #stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#watch.close();
    await this.#release();
  }

  async #release(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    await held?.batches.return?.();
  }

  #changed(path: string, stamp: LookStamp): void {
    if (this.#backlog !== undefined) {
      if (this.#hasNews(path, stamp)) this.#backlog.set(path, stamp);
      return;
    }
    const nowMs = this.#options.nowMs();
    if (nowMs - stamp.mtimeMs < ACTIVE_FOR_MS) this.#touch(path, nowMs);
    // At a start most files are as the cursor knows them; opening them all to see that would take seconds.
    if (this.#timer !== undefined && this.#hasNews(path, stamp)) this.#enqueue(path);
  }

  #hasNews(path: string, stamp: LookStamp): boolean {
    const cursor = (this.#options.stamps ?? this.#options.cursors)(path);
    return (
      cursor?.fileId !== stamp.fileId ||
      cursor.sizeBytes !== stamp.sizeBytes ||
      cursor.mtimeMs !== stamp.mtimeMs ||
      cursor.formatId !== this.#index.formatOf(path)?.id
    );
  }

  #enqueue(path: string): void {
    const outstanding = this.#outstanding.get(path);
    if (outstanding !== undefined) outstanding.again = true;
    else this.#queue.add(path);
    this.#wake?.();
  }

  /** Remembers the latest active files; the map keeps them in order of change. */
  #touch(path: string, nowMs: number): void {
    this.#active.delete(path);
    this.#active.set(path, nowMs);
    if (this.#active.size <= MAX_ACTIVE) return;
    const oldest = this.#active.keys().next();
    if (oldest.done !== true) this.#active.delete(oldest.value);
  }

  #next(): string | undefined {
    for (const path of this.#queue) {
      if (this.#held !== undefined && this.#held.path !== path && this.#mustHold(path)) continue;
      this.#queue.delete(path);
      return path;
    }
    return undefined;
  }

  #mustHold(path: string): boolean {
    const format = this.#index.formatOf(path);
    if (format?.container === 'jsonl') {
      const file = this.#index.fileAt(path);
      return file !== undefined && format.compressed?.(file.relativePath) === true;
    }
    return format?.container === 'sqlite';
  }

  async #read(path: string): Promise<LogBatch | undefined> {
    const file = this.#index.fileAt(path);
    const format = this.#index.formatOf(path);
    if (file === undefined || format === undefined) {
      this.#cursors.delete(path);
      if (this.#held?.path === path) await this.#release();
      return undefined;
    }
    const cursor = this.#cursors.get(path) ?? this.#options.cursors(path);
    const failuresBefore = this.#failures;
    const batches =
      this.#held?.path === path
        ? this.#held.batches
        : iterate(
            readLog(file, cursor, format, {
              scanBytes: LIVE_SCAN_BYTES,
              ...this.#options.read,
              nowMs: this.#options.nowMs(),
              problem: (problem) => {
                this.#failed(path, problem);
              },
            }),
          );
    const step = await batches.next();
    const batch = step.done === true ? undefined : step.value;
    if (batch !== undefined && !batch.atEnd && this.#mustHold(path)) this.#held = { path, batches };
    else {
      if (this.#held?.path === path) this.#held = undefined;
      await batches.return?.();
    }
    if (batch === undefined) {
      this.#cursors.delete(path);
      if (this.#failures === failuresBefore) this.#problems.recovered(path);
      return undefined;
    }
    this.#problems.recovered(path);
    this.#outstanding.set(path, { atEnd: batch.atEnd, again: false });
    // A parser may have put its state into a new object since the file was opened.
    return cursor === undefined || batch.restarted
      ? batch
      : { ...batch, cursor: { ...batch.cursor, state: cursor.state } };
  }

  #failed(path: string, problem: ReadProblem): void {
    this.#failures += 1;
    if (problem === 'missing') this.#problems.recovered(path);
    else this.#problems.failed(path, problem, this.#options.nowMs());
  }

  #noticed(notice: Notice): void {
    for (const path of notice.paths) this.#index.lookAt(path);
    if (notice.overflow) this.#overflow = true;
    this.#expectMissing();
  }

  /** Roots may come, go and come back; the nearest folder that exists tells. */
  #expectMissing(): void {
    if (this.#timer === undefined) return;
    for (const dir of this.#index.missingRoots()) this.#watch.expect(dir);
  }

  /** What notice may have missed, and what must be asked for: retries, active files, folders without a watch. */
  async #lookAround(stop: AbortSignal): Promise<void> {
    const nowMs = this.#options.nowMs();
    for (const path of this.#problems.due(nowMs)) this.#enqueue(path);
    for (const [path, lastMs] of this.#active) {
      if (nowMs - lastMs > ACTIVE_FOR_MS) this.#active.delete(path);
      else this.#index.lookAtKnown(path);
    }
    for (const dir of this.#watch.unwatched.keys()) this.#index.lookAt(dir);
    for (const dir of this.#index.missingRoots()) this.#index.lookAt(dir);
    this.#expectMissing();
    const isDue = nowMs >= this.#lookAllMs || this.#overflow;
    // A clock that was set back must not stop the looking for as long as it was set back.
    const isFar = this.#lookAllMs - nowMs > 2 * this.#intervals.allMs;
    if (this.#looking || !(isDue || isFar)) return;
    this.#looking = true;
    this.#overflow = false;
    const { allMs } = this.#intervals;
    this.#lookAllMs = nowMs + (this.#watch.unwatched.size > 0 ? Math.min(LIMITED_ALL_MS, allMs) : allMs);
    this.#watch.retry();
    await this.#index.lookAtAll(stop);
    this.#looking = false;
  }

  /** What goes wrong between two batches (the store of cursors cannot be read) ends `live` with it. */
  async #orFail(look: () => void | Promise<void>): Promise<void> {
    try {
      await look();
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error('looking for logs failed', { cause: error });
      this.#wake?.();
    }
  }

  async #sleep(stop: AbortSignal): Promise<void> {
    if (stop.aborted) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }
}

/** Paths below a root are made by joining, so the root must be written as joining would write it. */
function normalized(root: LogRoot): LogRoot {
  return {
    dir: resolve(root.dir),
    maxDepth: root.maxDepth,
    matches: (relativePath) => root.matches(relativePath),
  };
}

/** One way to step through what is read at once and what is read in pieces. */
async function* iterate(
  batches: Iterable<LogBatch> | AsyncIterable<LogBatch>,
): AsyncGenerator<LogBatch, void, undefined> {
  yield* batches;
}
