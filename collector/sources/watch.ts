import { existsSync, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errorCode } from './open-log.ts';

/** Starts to watch one folder. Throws what the system says; later errors go to `onError`. */
export type WatchFunction = (
  dir: string,
  recursive: boolean,
  onEvent: (name: string | null) => void,
  onError: (error: Error) => void,
) => { close(): void };

export const systemWatch: WatchFunction = (dir, recursive, onEvent, onError) => {
  const watcher = watch(dir, { recursive, persistent: true });
  watcher.on('change', (_type, name) => {
    onEvent(typeof name === 'string' ? name : null);
  });
  watcher.on('error', onError);
  return watcher;
};

export interface Notice {
  /** Files or folders at which something happened: made, changed, moved or gone. */
  readonly paths: ReadonlySet<string>;
  /** More happened than is worth listing: look at everything. */
  readonly overflow: boolean;
}

export interface LogWatchOptions {
  readonly onNotice: (notice: Notice) => void;
  /** `true` where one recursive watch serves a whole tree (macOS, Windows); else one watch per folder (Linux). */
  readonly recursive: boolean;
  readonly watch?: WatchFunction;
  /** How long events are gathered, from the first one on. Default 10 ms. */
  readonly gatherMs?: number;
  /** The same while notices come one after the other, within a second. Default `gatherMs`. */
  readonly busyGatherMs?: () => number;
  /** More paths than this in one notice become `overflow`. Default 4,096. */
  readonly maxPaths?: number;
}

/** The system has no more watches or descriptors to give. */
const LIMIT_CODES = new Set(['ENOSPC', 'EMFILE', 'ENFILE']);

const QUIET_MS = 1_000;

interface Watched {
  readonly close: () => void;
  /** undefined once the folder may have been removed: it could come back under the same number. */
  ino: number | undefined;
}

/**
 * Says where something happened in a set of folders. It holds one watch per folder and nothing per file, which is
 * what keeps it small (docs/adr/0001). Notices are hints: an event may be lost or doubled, so the receiver looks at
 * the file and looks again at everything once in a while.
 */
export class LogWatch {
  /** Folders that could not be watched, with their `ino`: the receiver must look at them itself, often. */
  readonly unwatched = new Map<string, number>();
  /** The system's limit of watches was met, and still is as far as is known. */
  limitReached = false;

  readonly #options: LogWatchOptions;
  readonly #watched = new Map<string, Watched>();
  /** Parent folder → folders that are expected to appear somewhere below it. */
  readonly #parents = new Map<string, { readonly close: () => void; readonly wanted: Map<string, string> }>();
  #paths = new Set<string>();
  #overflow = false;
  #timer: NodeJS.Timeout | undefined;
  #noticeMs = -Infinity;
  #closed = false;

  constructor(options: LogWatchOptions) {
    this.#options = options;
  }

  /**
   * Watches a folder that exists. Asking again is cheap; a folder that was made anew (other `ino`) is watched anew.
   * @param isTop the top of a tree: where one recursive watch serves the tree, the folders below need none
   */
  add(dir: string, ino: number, isTop: boolean): void {
    if (this.#closed || (this.#options.recursive && !isTop)) return;
    const known = this.#watched.get(dir);
    if (known?.ino === ino) return;
    this.remove(dir);
    this.#forgetWanted(dir);
    const own = basename(dir);
    const close = this.#start(dir, this.#options.recursive, (name) => {
      if (name !== null && name !== own) this.#note(join(dir, name));
      else this.#ownEvent(dir);
    });
    if (close === undefined) this.unwatched.set(dir, ino);
    else this.#watched.set(dir, { close, ino });
  }

  /** Tries again to watch what could not be watched, until the limit is met again. */
  retry(): void {
    this.limitReached = false;
    for (const [dir, ino] of [...this.unwatched]) {
      this.add(dir, ino, true);
      if (this.#isLimited()) return;
    }
  }

  /** Stops watching a folder. */
  remove(dir: string): void {
    this.#watched.get(dir)?.close();
    this.#watched.delete(dir);
    this.unwatched.delete(dir);
  }

  /**
   * Waits for a folder that does not exist, by the nearest parent that does. A notice with its path says that the way
   * to it got longer: look, and call again while it is missing.
   */
  expect(dir: string): void {
    if (this.#closed) return;
    this.remove(dir);
    let parent = dirname(dir);
    let next = dir;
    while (!existsSync(parent) && dirname(parent) !== parent) {
      next = parent;
      parent = dirname(parent);
    }
    if (this.#parents.get(parent)?.wanted.get(dir) === next) return;
    this.#forgetWanted(dir);
    const known = this.#parents.get(parent);
    if (known === undefined) this.#watchParent(parent, dir, next);
    else known.wanted.set(dir, next);
    // It may have come before the watch was in place.
    if (existsSync(next)) this.#note(dir);
  }

  /** Folders watched, for measuring. */
  get size(): number {
    return this.#watched.size + this.#parents.size;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const { close } of this.#watched.values()) close();
    for (const { close } of this.#parents.values()) close();
    this.#watched.clear();
    this.#parents.clear();
    this.#paths.clear();
  }

  #watchParent(parent: string, dir: string, next: string): void {
    const wanted = new Map([[dir, next]]);
    const close = this.#start(parent, false, (name) => {
      // A home folder is busy; only what stands on the way to a wanted folder matters.
      for (const [folder, step] of wanted) {
        if (name === null || join(parent, name) === step) this.#note(folder);
      }
    });
    if (close !== undefined) this.#parents.set(parent, { close, wanted });
  }

  #forgetWanted(dir: string): void {
    for (const [parent, { close, wanted }] of this.#parents) {
      if (!wanted.delete(dir) || wanted.size > 0) continue;
      close();
      this.#parents.delete(parent);
    }
  }

  #start(dir: string, recursive: boolean, onEvent: (name: string | null) => void): (() => void) | undefined {
    const watchFolder = this.#options.watch ?? systemWatch;
    try {
      const watcher = watchFolder(dir, recursive, onEvent, (error) => {
        this.#failed(dir, error);
      });
      return () => {
        watcher.close();
      };
    } catch (error) {
      if (LIMIT_CODES.has(errorCode(error))) this.limitReached = true;
      return undefined;
    }
  }

  /** A watch broke: on Windows when its folder is removed, anywhere when the system runs out of something. */
  #failed(dir: string, error: Error): void {
    if (LIMIT_CODES.has(errorCode(error))) this.limitReached = true;
    const ino = this.#watched.get(dir)?.ino ?? 0;
    this.remove(dir);
    this.unwatched.set(dir, ino);
    this.#note(dir);
  }

  #isLimited(): boolean {
    return this.limitReached;
  }

  /** The removal of a folder is told under its own name; so is what happens to a child that is named like it. */
  #ownEvent(dir: string): void {
    const watched = this.#watched.get(dir);
    if (watched !== undefined) watched.ino = undefined;
    this.#note(join(dir, basename(dir)));
    this.#note(dir);
  }

  #note(path: string): void {
    if (this.#closed) return;
    if (!this.#overflow) this.#paths.add(path);
    if (this.#paths.size > (this.#options.maxPaths ?? 4096)) {
      this.#overflow = true;
      this.#paths.clear();
    }
    this.#timer ??= setTimeout(() => {
      const notice = { paths: this.#paths, overflow: this.#overflow };
      this.#timer = undefined;
      this.#noticeMs = performance.now();
      this.#paths = new Set();
      this.#overflow = false;
      this.#options.onNotice(notice);
    }, this.#gatherMs());
  }

  #gatherMs(): number {
    const { gatherMs = 10, busyGatherMs } = this.#options;
    const isBusy = performance.now() - this.#noticeMs < QUIET_MS;
    return isBusy && busyGatherMs !== undefined ? busyGatherMs() : gatherMs;
  }
}
