import { AGENTS } from './agents/index.ts';
import type { PathContext } from './agents/path-context.ts';
import { follow } from './follow.ts';
import { formatsOf } from './formats.ts';
import type { HealthTracker } from './health/tracker.ts';
import { readHistory } from './history.ts';
import { listedRoots } from './listed-roots.ts';
import { Ingester, type LiveBatch } from './ingester.ts';
import type { Clock } from './lib/clock.ts';
import type { Paths } from './paths.ts';
import type { IngestPlace } from './pipeline/ingest.ts';
import type { RuleWatch } from './rule-watch.ts';
import { LogSource, type LogSourceOptions } from './sources/log-source.ts';
import type { CommitResult } from './store/batch.ts';
import type { Store } from './store/store.ts';
import { toCursor } from './stored-cursor.ts';

export interface LogReadingOptions {
  /** Rules in use; they may change while logs are followed. */
  readonly rules: Pick<RuleWatch, 'rules' | 'sources'>;
  readonly store: Store;
  readonly paths: Pick<Paths, 'store' | 'scratch'>;
  readonly homes: readonly PathContext[];
  readonly places: readonly IngestPlace[];
  /** One watch per tree instead of one per folder: macOS and Windows. */
  readonly recursive: boolean;
  /** Put events and findings into the outbox. */
  readonly queue: boolean;
  readonly clock: Clock;
  readonly health: HealthTracker;
  /** Somebody looks on: what comes is told as soon as it can be. */
  readonly isFollowed: () => boolean;
  readonly onStored: (stored: CommitResult) => void;
  /** Told of each live batch once it is stored, with secrets still in it. */
  readonly onLive: (live: LiveBatch) => void;
}

/** How often products' own lists of projects are read again. */
const NEW_ROOTS_MS = 60_000;
/**
 * Waking, and storing, cost about as much for the lines of ten sessions as for one. With a line every tenth of a
 * second this halves both, and what is appended can still be read by others a quarter of a second later.
 */
const UNFOLLOWED_GATHER_MS = 150;
const FOLLOWED_GATHER_MS = 10;

/** The session logs of all agents, from the first byte to what is stored: history first, then what comes. */
export class LogReading {
  readonly #options: LogReadingOptions;
  #ingester: Ingester;
  #source: LogSource;
  #pendingFiles = 0;

  constructor(options: LogReadingOptions) {
    this.#options = options;
    this.#ingester = this.#createIngester();
    this.#source = this.#createSource();
  }

  /** A new store has taken the place of a damaged one: what was remembered belongs to events that are read again. */
  startOver(): void {
    this.#ingester = this.#createIngester();
  }

  /**
   * @param first done before anything is read. @returns how many files had something new
   * @throws StoreError when the store is damaged or cannot be written, and what `first` throws
   */
  async readHistory(signal: AbortSignal, first?: () => Promise<void>): Promise<number> {
    await this.#source.close();
    this.#source = this.#createSource();
    this.#pendingFiles = 0;
    const { store, paths, places, queue, health } = this.#options;
    return readHistory(this.#source, {
      store,
      ingester: this.#ingester,
      paths,
      places,
      ruleSources: this.#options.rules.sources,
      queue,
      signal,
      onFiles: (files) => {
        this.#pendingFiles += files;
      },
      onWaiting: (code) => {
        this.waiting(code);
      },
      onProgress: () => {
        health.clear('store-full');
      },
      onRuleFailed: (rule) => {
        health.raise('rule-failed', { rule }, rule);
      },
      ...(first !== undefined && { first }),
    });
  }

  /** Follows until the signal, or the store fails. */
  async follow(signal: AbortSignal): Promise<void> {
    const source = this.#source;
    const timer = setInterval(() => {
      source.addRoots(sourceFormats(this.#options.homes));
    }, NEW_ROOTS_MS);
    try {
      await this.#follow(signal);
    } finally {
      clearInterval(timer);
    }
  }

  #follow(signal: AbortSignal): Promise<void> {
    return follow(this.#source, {
      ingester: this.#ingester,
      storePath: this.#options.store.path,
      signal,
      onWaiting: (code) => {
        this.waiting(code);
      },
      onStored: this.#options.onStored,
    });
  }

  /** The store takes nothing for now (`full`, `busy`), or does again (`undefined`). */
  waiting(code: string | undefined): void {
    if (code === 'full') this.#options.health.raise('store-full');
    else this.#options.health.clear('store-full');
  }

  get files(): { readonly known: number; readonly pending: number } {
    return { known: this.#source.stats.files, pending: this.#pendingFiles };
  }

  problems(): ReturnType<LogSource['health']> {
    return this.#source.health();
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  #createSource(): LogSource {
    const { homes, store, clock, recursive, paths, isFollowed } = this.#options;
    return new LogSource({
      formats: sourceFormats(homes),
      cursors: (path) => toCursor(store.cursor(path)),
      stamps: (paths) => store.cursorStamps(paths),
      nowMs: clock.nowMs,
      recursive,
      busyGatherMs: () => (isFollowed() ? FOLLOWED_GATHER_MS : UNFOLLOWED_GATHER_MS),
      read: { scratchDir: paths.scratch },
    });
  }

  #createIngester(): Ingester {
    const { store, places, health, onLive, rules } = this.#options;
    return new Ingester({
      store,
      formats: formatsOf(AGENTS),
      get rules() {
        return rules.rules;
      },
      places,
      onLive,
      onRuleFailed: (rule) => {
        health.raise('rule-failed', { rule }, rule);
      },
    });
  }
}

/** Every log format of every agent, with the folders it has in these homes. */
export function sourceFormats(homes: readonly PathContext[]): LogSourceOptions['formats'] {
  return AGENTS.flatMap((agent) =>
    agent.logs.map((format) => ({
      agentId: agent.id,
      format,
      roots: homes.flatMap((home) => [...format.roots(home), ...listedRoots(format, home)]),
    })),
  );
}
