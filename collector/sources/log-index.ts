import type { Stats } from 'node:fs';
import { basename, dirname, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LogFile, LogFormat } from '../agents/spec-log.ts';
import { stampOf, statOf, type LookStamp } from './open-log.ts';
import { readSqliteStamp } from './open-sqlite.ts';
import {
  startTally,
  WALK_COUNTS,
  walkFolders,
  type WalkCount,
  type WalkHooks,
  type WalkTally,
  type WalkLimits,
  type WalkRoot,
  type WalkStart,
} from './walk.ts';

export interface LogOwner extends WalkRoot {
  readonly format: LogFormat;
}

/** What is kept per file. Small: there may be fifty thousand. */
interface KnownFile {
  readonly owner: LogOwner;
  sizeBytes: number;
  mtimeMs: number;
  ino: number;
}

interface KnownFolder {
  mtimeMs: number;
  ino: number;
  readonly places: (WalkStart & { readonly owner: LogOwner })[];
}

export interface LogIndexOptions {
  readonly owners: readonly LogOwner[];
  readonly limits: WalkLimits;
  /** Before the files of a folder are looked at. */
  readonly onFolder?: (paths: readonly string[]) => void;
  /** A file is new, or is not as it was when last looked at. */
  readonly onChanged: (path: string, stamp: LookStamp) => void;
  readonly enter?: (dir: string, ino: number, isTop: boolean) => void;
  readonly leave?: (dir: string) => void;
}

/** How long one turn of a large scan may hold the event loop. */
const TURN_MS = 8;
const MAX_REFUSED = 10_000;
const SIDECAR = /-(?:wal|journal)$/;

/** Knows the folders and files below the roots, and finds what changed by looking, without opening anything. */
export class LogIndex {
  readonly files = new Map<string, KnownFile>();
  readonly folders = new Map<string, KnownFolder>();
  /** What the last whole scan, and single looks since, did not take. */
  counts: Partial<Record<WalkCount, number>> = {};
  /** Goes up with every folder that comes or goes. */
  foldersChanged = 0;

  readonly #options: LogIndexOptions;
  readonly #owners: LogOwner[];
  readonly #tops: Set<string>;
  /** Paths counted by single looks, so that one link that keeps changing counts once. */
  readonly #refused = new Set<string>();

  constructor(options: LogIndexOptions) {
    this.#options = options;
    this.#owners = [...options.owners];
    this.#tops = new Set(options.owners.map(({ root }) => withoutSlash(root.dir)));
  }

  /** The file as readers want it. */
  fileAt(path: string): LogFile | undefined {
    const owner = this.files.get(path)?.owner;
    if (owner === undefined) return undefined;
    const { dir } = owner.root;
    const below = path.slice(dir.endsWith(sep) ? dir.length : dir.length + 1);
    return {
      agentId: owner.agentId,
      formatId: owner.formatId,
      root: dir,
      path,
      relativePath: sep === '/' ? below : below.replaceAll(sep, '/'),
    };
  }

  formatOf(path: string): LogFormat | undefined {
    return this.files.get(path)?.owner.format;
  }

  /** Walks all roots. Lets the event loop turn. */
  async scan(signal?: AbortSignal): Promise<void> {
    const tally = startTally(this.#options.limits);
    let turnMs = performance.now();
    for (const owner of this.#owners) {
      for (const folder of this.#walk(owner, undefined, tally)) {
        if (folder.length > 0) this.#options.onFolder?.(folder.map(({ path }) => path));
        for (const { path } of folder) {
          if (performance.now() - turnMs > TURN_MS) {
            await nextTurn();
            if (signal?.aborted === true) return;
            turnMs = performance.now();
          }
          this.#lookAtFile(path, owner);
        }
      }
    }
    this.counts = tally.counts;
  }

  /** Another root, from now on; its files are found by the next look. @returns false when it is known */
  add(owner: LogOwner): boolean {
    const isKnown = this.#owners.some(
      ({ formatId, root }) => formatId === owner.formatId && root.dir === owner.root.dir,
    );
    if (isKnown) return false;
    this.#owners.push(owner);
    this.#tops.add(withoutSlash(owner.root.dir));
    return true;
  }

  isRoot(dir: string): boolean {
    return this.#tops.has(dir);
  }

  /** Roots that do not exist (now). */
  missingRoots(): string[] {
    return [...this.#tops].filter((dir) => !this.folders.has(dir));
  }

  /** Looks at one path something happened at, whatever it is now: file, folder, gone. */
  lookAt(path: string): void {
    const isTop = this.#tops.has(path);
    // A root may be a link: its owner's arrangement. Below it, links are seen as links.
    const stats = statOf(isTop ? `${path}/.` : path);
    if (stats === undefined) {
      this.files.delete(path);
      if (this.folders.has(path)) this.#dropFolder(path);
      this.#lookAtSidecar(path);
      // The watch of a removed folder speaks of the folder by a name below it.
      const parent = dirname(path);
      if (this.folders.has(parent) && statOf(parent) === undefined) this.lookAt(parent);
    } else if (stats.isDirectory()) {
      this.#lookAtFolder(path, stats);
    } else {
      const known = this.files.get(path);
      const owner = known?.owner ?? this.#ownerOf(path, stats);
      if (owner !== undefined) this.#lookAtFile(path, owner, stats);
      else this.#lookAtSidecar(path);
    }
  }

  /** The cheap look at a file that is known. */
  lookAtKnown(path: string): void {
    const owner = this.files.get(path)?.owner;
    if (owner !== undefined) this.#lookAtFile(path, owner);
  }

  /**
   * Looks at all known files and at the folders that changed. Finds what notices missed; lets the event loop turn.
   * @returns how long it worked, without the turns of others, in milliseconds
   */
  async lookAtAll(signal?: AbortSignal): Promise<number> {
    let turnMs = performance.now();
    let workMs = 0;
    const pause = async (): Promise<boolean> => {
      const passedMs = performance.now() - turnMs;
      if (passedMs > TURN_MS) {
        workMs += passedMs;
        await nextTurn();
        turnMs = performance.now();
      }
      return signal?.aborted !== true;
    };
    for (const dir of [...this.folders.keys()]) {
      this.lookAt(dir);
      if (!(await pause())) return workMs;
    }
    for (const [path, { owner }] of this.files) {
      this.#lookAtFile(path, owner);
      if (!(await pause())) return workMs;
    }
    return workMs + performance.now() - turnMs;
  }

  *#walk(
    owner: LogOwner,
    from: WalkStart | undefined,
    tally: WalkTally,
    descend?: (dir: string) => boolean,
  ): Generator<readonly { readonly path: string }[], void, undefined> {
    const { enter, limits } = this.#options;
    const top = withoutSlash(owner.root.dir);
    const hooks: WalkHooks = {
      enter: (dir, ino) => enter?.(withoutSlash(dir), ino, withoutSlash(dir) === top),
      ...(descend === undefined ? {} : { descend }),
    };
    for (const folder of walkFolders(owner, limits, tally, from, hooks)) {
      const dir = withoutSlash(folder.dir);
      const known = this.folders.get(dir);
      const { relativeDir, depth, mtimeMs, ino } = folder;
      if (known === undefined) {
        this.folders.set(dir, { mtimeMs, ino, places: [{ owner, relativeDir, depth }] });
        this.foldersChanged += 1;
      } else {
        known.mtimeMs = mtimeMs;
        known.ino = ino;
        if (!known.places.some((place) => place.owner === owner))
          known.places.push({ owner, relativeDir, depth });
      }
      yield folder.files;
    }
  }

  #count(more: Partial<Record<WalkCount, number>>): void {
    const sum = { ...this.counts };
    for (const kind of WALK_COUNTS) {
      const count = more[kind] ?? 0;
      if (count > 0) sum[kind] = (sum[kind] ?? 0) + count;
    }
    this.counts = sum;
  }

  #lookAtFolder(path: string, stats: Stats): void {
    const known = this.folders.get(path);
    if (known?.ino === stats.ino && known.mtimeMs === stats.mtimeMs) return;
    if (known !== undefined && known.ino !== stats.ino) this.#dropFolder(path);
    const places = known?.places ?? this.#placesOf(path);
    // A folder that is known answers for itself; only new ones below are walked.
    const before = new Set(this.folders.keys());
    for (const { owner, relativeDir, depth } of places) {
      const tally = startTally(this.#options.limits);
      for (const files of this.#walk(owner, { relativeDir, depth }, tally, (dir) => !before.has(dir))) {
        for (const file of files) this.#lookAtFile(file.path, owner);
      }
      // A folder that is listed again shows again what was counted before.
      if (known === undefined) this.#count(tally.counts);
    }
  }

  /** Where a folder that is not known yet stands: a root, or below a known folder. */
  #placesOf(path: string): readonly (WalkStart & { readonly owner: LogOwner })[] {
    const tops = this.#owners
      .filter(({ root }) => withoutSlash(root.dir) === path)
      .map((owner) => ({ owner, relativeDir: '', depth: 0 }));
    const parent = this.folders.get(dirname(path));
    if (parent === undefined) return tops;
    const below = parent.places
      .filter(
        ({ owner, relativeDir, depth }) =>
          depth < owner.root.maxDepth && owner.root.enters?.(relativeDir + basename(path)) !== false,
      )
      .map(({ owner, relativeDir, depth }) => ({
        owner,
        relativeDir: `${relativeDir}${basename(path)}/`,
        depth: depth + 1,
      }));
    return [...tops, ...below];
  }

  #dropFolder(path: string): void {
    const below = path + sep;
    for (const dir of this.folders.keys()) {
      if (dir !== path && !dir.startsWith(below)) continue;
      this.folders.delete(dir);
      this.foldersChanged += 1;
      this.#options.leave?.(dir);
    }
  }

  #ownerOf(path: string, stats: Stats): LogOwner | undefined {
    const name = basename(path);
    const place = this.folders
      .get(dirname(path))
      ?.places.find(({ owner, relativeDir }) => owner.root.matches(relativeDir + name));
    if (place === undefined || stats.isFile()) return place?.owner;
    if (!this.#refused.has(path) && this.#refused.size < MAX_REFUSED) {
      this.#refused.add(path);
      this.#count({ [stats.isSymbolicLink() ? 'symlink' : 'not-regular']: 1 });
    }
    return undefined;
  }

  /** A commit to a store shows in the write-ahead log beside it. */
  #lookAtSidecar(path: string): void {
    if (!SIDECAR.test(path)) return;
    const main = path.replace(SIDECAR, '');
    const owner = this.files.get(main)?.owner;
    if (owner?.format.container === 'sqlite') this.#lookAtFile(main, owner);
  }

  #lookAtFile(path: string, owner: LogOwner, stats = statOf(path)): void {
    const stamp = owner.format.container === 'sqlite' ? sqliteStampOf(path, stats) : fileStampOf(stats);
    if (stamp === undefined) {
      this.files.delete(path);
      return;
    }
    const known = this.files.get(path);
    if (known === undefined) {
      this.files.set(path, { owner, sizeBytes: stamp.sizeBytes, mtimeMs: stamp.mtimeMs, ino: stamp.ino });
    } else {
      const { sizeBytes, mtimeMs, ino } = stamp;
      if (known.sizeBytes === sizeBytes && known.mtimeMs === mtimeMs && known.ino === ino) return;
      Object.assign(known, { sizeBytes, mtimeMs, ino });
    }
    this.#options.onChanged(path, stamp);
  }
}

function fileStampOf(stats: Stats | undefined): LookStamp | undefined {
  return stats?.isFile() === true
    ? { ...stampOf(stats), ino: stats.ino, birthMs: stats.birthtimeMs }
    : undefined;
}

function sqliteStampOf(path: string, stats: Stats | undefined): LookStamp | undefined {
  const stamp = stats?.isFile() === true ? readSqliteStamp(path) : undefined;
  return stats === undefined || stamp === undefined
    ? undefined
    : { ...stamp, ino: stats.ino, birthMs: stats.birthtimeMs };
}

function withoutSlash(dir: string): string {
  return dir.length > 1 && (dir.endsWith('/') || dir.endsWith(sep)) ? dir.slice(0, -1) : dir;
}
