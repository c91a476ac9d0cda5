import { resolve } from 'node:path';
import type { LogRoot } from '../agents/spec-log.ts';
import type { LogOwner } from './log-index.ts';
import { LogLookout } from './log-lookout.ts';
import { LogProblems, type SourceHealth } from './log-problems.ts';
import type { LookStamp, ReadProblem } from './open-log.ts';
import { toShards, type LogShard } from './log-shards.ts';
import type { CursorStamp, LogSourceOptions } from './log-source-options.ts';
import { readLog } from './read-log.ts';
import { ReadQueue } from './read-queue.ts';
import type { Cursor, LogBatch } from './source.ts';

export type { LogShard } from './log-shards.ts';
export type { LogSourceOptions } from './log-source-options.ts';

/** Live reads stay small, so that one turn never holds the event loop for long. */
const LIVE_SCAN_BYTES = 8 * 1_048_576;
/** Paths asked of the store of cursors at a time. */
const ASK_FOR = 500;

/**
 * The logs of all agents: what is new at a start (`backlog`, for workers), and what comes (`live`).
 *
 * Live, a file's next batch is read only after the cursor of its last one was handed to `committed`; other files go
 * on. Files take turns of one batch. A file that cannot be read is counted and tried again with growing pauses.
 */
export class LogSource {
  readonly #options: LogSourceOptions;
  readonly #lookout: LogLookout;
  readonly #problems = new LogProblems();
  readonly #queue = new ReadQueue();
  /** The one store or compressed file that is being read: opening it anew for each batch would cost too much. */
  #held: { readonly path: string; readonly batches: AsyncIterator<LogBatch> } | undefined;
  /** What the first look found, until `live` begins. */
  #found: Map<string, LookStamp> | undefined;
  #scanning = false;
  /** What the store knows of the folder that is being looked at. */
  #folder: ReadonlyMap<string, CursorStamp | undefined> = new Map();
  #wake: (() => void) | undefined;
  #failures = 0;
  #failure: Error | undefined;
  readonly #closing = new AbortController();

  constructor(options: LogSourceOptions) {
    this.#options = options;
    this.#lookout = new LogLookout({
      ...options,
      owners: ownersOf(options.formats),
      onFolder: (paths) => {
        if (this.#scanning) this.#folder = this.#stampsOf(paths);
      },
      onChanged: (path, stamp) => {
        this.#changed(path, stamp);
      },
      onRound: (nowMs) => {
        for (const path of this.#problems.due(nowMs)) this.#enqueue(path);
      },
      onFailed: (error) => {
        // What goes wrong between two batches (the store of cursors cannot be read) ends `live` with it.
        this.#failure =
          error instanceof Error ? error : new Error('looking for logs failed', { cause: error });
        this.#wake?.();
      },
    });
  }

  /**
   * Files with something new, by shard, each in the order in which they were begun, so that a copy comes after what it
   * was copied from. Largest shard first. Opens nothing. Folders are watched from here on (see `follow`), so that
   * `live` need not look at everything again.
   */
  async *backlog(signal?: AbortSignal): AsyncGenerator<LogShard, void, undefined> {
    const found = await this.#scan(this.#options.follow !== false, signal);
    for (const shard of toShards(found, this.#lookout.index)) {
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
      this.#lookout.start(stop);
      const found = this.#found ?? (await this.#scan(true, stop));
      this.#found = undefined;
      this.#enqueueUnread([...found]);
      while (!stop.aborted) {
        const batch = await this.next();
        if (batch !== undefined) yield batch;
        else if (this.#failure !== undefined) throw this.#failure;
        else await this.#sleep(stop);
      }
    } finally {
      stop.removeEventListener('abort', wake);
      await this.#stop();
    }
  }

  /** Roots that came since: those that are known are left as they are. */
  addRoots(formats: LogSourceOptions['formats']): void {
    this.#lookout.add(ownersOf(formats));
  }

  /** The next batch that can be read without waiting; only while `live` has just yielded one. */
  async next(): Promise<LogBatch | undefined> {
    while (this.#failure === undefined) {
      const path = this.#queue.next((waiting) => this.#mayRead(waiting));
      if (path === undefined) return undefined;
      const batch = await this.#read(path);
      if (batch !== undefined) return batch;
    }
    return undefined;
  }

  /** The batch that ended with this cursor is stored: its file may be read on. */
  committed(cursor: Cursor): void {
    this.#queue.committed(cursor);
    this.#wake?.();
  }

  health(): readonly SourceHealth[] {
    return this.#problems.health(this.#lookout.index.counts, this.#lookout.unwatched);
  }

  /** Files known, folders watched, files waiting: for status. */
  get stats(): { readonly files: number; readonly watches: number; readonly waiting: number } {
    const { index, watches } = this.#lookout;
    return { files: index.files.size, watches, waiting: this.#queue.size };
  }

  /** Ends `live` and frees every watch, timer and file. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#stop();
  }

  async #scan(watch: boolean, signal: AbortSignal | undefined): Promise<Map<string, LookStamp>> {
    const found = new Map<string, LookStamp>();
    this.#found = found;
    this.#scanning = true;
    try {
      await this.#lookout.scan(watch, signal);
    } finally {
      this.#scanning = false;
      this.#folder = new Map();
    }
    return found;
  }

  async #stop(): Promise<void> {
    this.#lookout.close();
    await this.#release();
  }

  async #release(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    await held?.batches.return?.();
  }

  #changed(path: string, stamp: LookStamp): void {
    // At a start most files are as the cursor knows them; opening them all to see that would take seconds.
    const known = this.#folder.has(path)
      ? this.#folder.get(path)
      : (this.#queue.cursor(path) ?? this.#stampsOf([path]).get(path));
    if (!this.#hasNews(path, stamp, known)) return;
    if (this.#scanning) this.#found?.set(path, stamp);
    else this.#enqueue(path);
  }

  /** Of what the first look found, what nobody has read to the end since: other threads may have met difficulties. */
  #enqueueUnread(found: readonly (readonly [path: string, stamp: LookStamp])[]): void {
    for (let from = 0; from < found.length; from += ASK_FOR) {
      const some = found.slice(from, from + ASK_FOR);
      const known = this.#stampsOf(some.map(([path]) => path));
      for (const [path, stamp] of some) {
        if (this.#hasNews(path, stamp, known.get(path))) this.#enqueue(path);
      }
    }
  }

  #stampsOf(paths: readonly string[]): ReadonlyMap<string, CursorStamp | undefined> {
    const { stamps, cursors } = this.#options;
    const known = stamps?.(paths);
    return new Map(paths.map((path) => [path, known === undefined ? cursors(path) : known.get(path)]));
  }

  #hasNews(path: string, stamp: LookStamp, known: CursorStamp | undefined): boolean {
    return (
      known?.fileId !== stamp.fileId ||
      known.sizeBytes !== stamp.sizeBytes ||
      known.mtimeMs !== stamp.mtimeMs ||
      known.formatId !== this.#lookout.index.formatOf(path)?.id
    );
  }

  #enqueue(path: string): void {
    this.#queue.add(path);
    this.#wake?.();
  }

  #mayRead(path: string): boolean {
    return this.#held === undefined || this.#held.path === path || !this.#mustHold(path);
  }

  #mustHold(path: string): boolean {
    const { index } = this.#lookout;
    const format = index.formatOf(path);
    if (format?.container === 'jsonl') {
      const file = index.fileAt(path);
      return file !== undefined && format.compressed?.(file.relativePath) === true;
    }
    return format?.container === 'sqlite';
  }

  async #read(path: string): Promise<LogBatch | undefined> {
    const file = this.#lookout.index.fileAt(path);
    const format = this.#lookout.index.formatOf(path);
    if (file === undefined || format === undefined) {
      this.#queue.forget(path);
      if (this.#held?.path === path) await this.#release();
      return undefined;
    }
    const cursor = this.#queue.cursor(path) ?? this.#options.cursors(path);
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
      if (this.#failures === failuresBefore) this.#problems.recovered(path);
      else this.#queue.forget(path);
      return undefined;
    }
    this.#problems.recovered(path);
    this.#queue.handedOut(path, batch.atEnd);
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

  async #sleep(stop: AbortSignal): Promise<void> {
    if (stop.aborted) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }
}

function ownersOf(formats: LogSourceOptions['formats']): readonly LogOwner[] {
  return formats.flatMap(({ agentId, format, roots }) =>
    roots.map((root) => ({ agentId, formatId: format.id, format, root: normalized(root) })),
  );
}

/** Paths below a root are made by joining, so the root must be written as joining would write it. */
function normalized(root: LogRoot): LogRoot {
  return {
    dir: resolve(root.dir),
    maxDepth: root.maxDepth,
    matches: (relativePath) => root.matches(relativePath),
    ...(root.enters === undefined ? {} : { enters: root.enters.bind(root) }),
  };
}

/** One way to step through what is read at once and what is read in pieces. */
async function* iterate(
  batches: Iterable<LogBatch> | AsyncIterable<LogBatch>,
): AsyncGenerator<LogBatch, void, undefined> {
  yield* batches;
}
