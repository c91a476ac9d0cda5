import { ActiveFiles } from './active-files.ts';
import { LogIndex, type LogOwner } from './log-index.ts';
import type { LogSourceOptions, LookIntervals } from './log-source-options.ts';
import type { LookStamp } from './open-log.ts';
import { WALK_LIMITS } from './walk.ts';
import { LogWatch, type Notice } from './watch.ts';

const INTERVALS: LookIntervals = { activeMs: 2000, allMs: 60_000 };
const LIMITED_ALL_MS = 15_000;
/** Rounds of looks between two at the roots that do not exist. */
const MISSING_EVERY = 5;
/** Looking at everything takes no more than this part of the time, but comes every five minutes however long it takes. */
const ALL_SHARE = 2_500;
const MOST_ALL_MS = 300_000;

export interface LogLookoutOptions extends Pick<
  LogSourceOptions,
  'nowMs' | 'recursive' | 'limits' | 'watch' | 'intervals' | 'busyGatherMs'
> {
  readonly owners: readonly LogOwner[];
  /** A folder was listed; its files are looked at next. */
  readonly onFolder: (paths: readonly string[]) => void;
  /** A file is new, or is not as it was when last looked at. */
  readonly onChanged: (path: string, stamp: LookStamp) => void;
  /** Before each round of looks. */
  readonly onRound: (nowMs: number) => void;
  /** One of the others threw while a notice or a round was dealt with. */
  readonly onFailed: (error: unknown) => void;
}

/**
 * Keeps an eye on the folders of logs: the system's notices say at once what changed, and looks of its own find what
 * notices missed. Opens nothing.
 */
export class LogLookout {
  readonly index: LogIndex;
  readonly #options: LogLookoutOptions;
  readonly #intervals: LookIntervals;
  readonly #watch: LogWatch;
  readonly #active = new ActiveFiles();
  #watches = false;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #rounds = 0;
  #lookAllMs = 0;
  /** How long the last look at everything worked. */
  #workMs = 0;
  #overflow = false;

  constructor(options: LogLookoutOptions) {
    this.#options = options;
    this.#intervals = { ...INTERVALS, ...options.intervals };
    this.#watch = new LogWatch({
      recursive: options.recursive,
      onNotice: (notice) => {
        void this.#orFail(() => {
          this.#noticed(notice);
        });
      },
      ...(options.watch === undefined ? {} : { watch: options.watch }),
      ...(options.busyGatherMs === undefined ? {} : { busyGatherMs: options.busyGatherMs }),
    });
    this.index = new LogIndex({
      owners: options.owners,
      limits: { ...WALK_LIMITS, ...options.limits },
      onFolder: options.onFolder,
      onChanged: (path, stamp) => {
        this.#active.changed(path, stamp.mtimeMs, options.nowMs());
        options.onChanged(path, stamp);
      },
      enter: (dir, ino, isTop) => {
        if (this.#watches) this.#watch.add(dir, ino, isTop);
      },
      leave: (dir) => {
        this.#watch.remove(dir);
      },
    });
  }

  /** Looks at everything once. @param watch each folder is watched from before it is listed, so that nothing falls between */
  async scan(watch: boolean, signal?: AbortSignal): Promise<void> {
    this.#watches ||= watch;
    await this.index.scan(signal);
    this.#expectMissing();
  }

  /** Looks at roots that were not known before, and watches them from now on. */
  add(owners: readonly LogOwner[]): void {
    const added = owners.filter((owner) => this.index.add(owner));
    for (const { root } of added) this.index.lookAt(root.dir);
    if (added.length > 0) this.#expectMissing();
  }

  /** Begins the looks from time to time; watches report since `scan`. */
  start(stop: AbortSignal): void {
    this.#lookAllMs = this.#options.nowMs() + this.#intervals.allMs;
    this.#timer = setInterval(() => {
      void this.#orFail(() => this.#lookAround(stop));
    }, this.#intervals.activeMs);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#watches = false;
    this.#watch.close();
  }

  /** Folders with a watch. */
  get watches(): number {
    return this.#watch.size;
  }

  /** Folders that cannot be watched because the system gives no more watches. */
  get unwatched(): number {
    return this.#watch.limitReached ? Math.max(1, this.#watch.unwatched.size) : 0;
  }

  #noticed(notice: Notice): void {
    const foldersBefore = this.index.foldersChanged;
    let rootCame = false;
    for (const path of notice.paths) {
      this.index.lookAt(path);
      rootCame ||= this.index.isRoot(path);
    }
    if (notice.overflow) this.#overflow = true;
    if (rootCame || notice.overflow || this.index.foldersChanged !== foldersBefore) this.#expectMissing();
  }

  /** Roots may come, go and come back; the nearest folder that exists tells. */
  #expectMissing(): void {
    if (!this.#watches) return;
    for (const dir of this.index.missingRoots()) this.#watch.expect(dir);
  }

  /** What notice may have missed, and what must be asked for: retries, active files, folders without a watch. */
  async #lookAround(stop: AbortSignal): Promise<void> {
    const nowMs = this.#options.nowMs();
    this.#options.onRound(nowMs);
    for (const path of this.#active.at(nowMs)) this.index.lookAtKnown(path);
    for (const dir of this.#watch.unwatched.keys()) this.index.lookAt(dir);
    // A watch waits for each of them, and there are a hundred: this only makes up for a notice that was lost.
    this.#rounds += 1;
    if (this.#rounds % MISSING_EVERY === 0 || this.#watch.limitReached)
      for (const dir of this.index.missingRoots()) this.index.lookAt(dir);
    const isDue = nowMs >= this.#lookAllMs || this.#overflow;
    // A clock that was set back must not stop the looking for as long as it was set back.
    const isFar = this.#lookAllMs - nowMs > 2 * this.#allMs;
    if (this.#looking || !(isDue || isFar)) return;
    this.#looking = true;
    this.#overflow = false;
    this.#lookAllMs = nowMs + this.#allMs;
    this.#watch.retry();
    this.#expectMissing();
    this.#workMs = await this.index.lookAtAll(stop);
    this.#lookAllMs = nowMs + this.#allMs;
    this.#looking = false;
  }

  /** Between two looks at everything. Without notices looking is the only way; with them, it is seldom that it finds anything. */
  get #allMs(): number {
    const { allMs } = this.#intervals;
    if (this.#watch.unwatched.size > 0) return Math.min(LIMITED_ALL_MS, allMs);
    return Math.max(allMs, Math.min(MOST_ALL_MS, this.#workMs * ALL_SHARE));
  }

  async #orFail(look: () => void | Promise<void>): Promise<void> {
    try {
      await look();
    } catch (error) {
      this.#options.onFailed(error);
    }
  }
}
