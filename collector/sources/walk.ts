import { type Dirent, lstatSync, opendirSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { LogRoot } from '../agents/spec-log.ts';
import { errorCode } from './open-log.ts';

export interface WalkLimits {
  /** Files taken over all roots. Default 200,000. */
  readonly maxFiles: number;
  /** Folders looked into over all roots. Default 50,000. */
  readonly maxFolders: number;
  /** Entries looked at, of any kind, over all roots. Default 1,000,000. */
  readonly maxEntries: number;
  /** Default 10 s. */
  readonly maxMs: number;
}

export const WALK_LIMITS: WalkLimits = {
  maxFiles: 200_000,
  maxFolders: 50_000,
  maxEntries: 1_000_000,
  maxMs: 10_000,
};

/**
 * What was seen and not taken: links inside a root where a log or a folder of logs could be (refused, wherever they
 * lead); FIFOs, sockets and devices where a log would be; folders that may not be listed; limits reached, so that there
 * is more than was looked at.
 */
export const WALK_COUNTS = ['symlink', 'not-regular', 'unreadable-folder', 'limit'] as const;
export type WalkCount = (typeof WALK_COUNTS)[number];

/** Bytes of names, or the number of entries: what the size of a folder means depends on the file system. */
const SMALL_FOLDER_BYTES = 65_536;

export interface WalkRoot {
  readonly agentId: string;
  readonly formatId: string;
  readonly root: LogRoot;
}

export interface FoundFile {
  readonly path: string;
  /** Below the root, with forward slashes. */
  readonly relativePath: string;
  readonly owner: WalkRoot;
}

/** One folder as the walk saw it. */
export interface FoundFolder {
  readonly dir: string;
  /** Below the root, with forward slashes and one at the end; empty for the root itself. */
  readonly relativeDir: string;
  /** 0 for the root. */
  readonly depth: number;
  /** Of the folder, taken before it was listed. */
  readonly mtimeMs: number;
  readonly ino: number;
  readonly owner: WalkRoot;
  readonly files: readonly FoundFile[];
}

export interface WalkStart {
  /** A folder below the root, as in `FoundFolder`. */
  readonly relativeDir: string;
  readonly depth: number;
}

export interface WalkHooks {
  readonly enter?: (dir: string, ino: number) => void;
  readonly descend?: (dir: string) => boolean;
}

export interface WalkTally {
  readonly counts: Partial<Record<WalkCount, number>>;
  files: number;
  folders: number;
  entries: number;
  endMs: number;
}

export function startTally(limits: WalkLimits): WalkTally {
  return { counts: {}, files: 0, folders: 0, entries: 0, endMs: performance.now() + limits.maxMs };
}

/**
 * Lists the folders of one root, parents first, one per step, so that the caller can pause between them.
 * Links are never followed (a root may be a link itself: that is its owner's arrangement), other file systems' odd
 * files are ignored and counted. A folder that does not exist, or vanishes, is fine and gives nothing.
 * @param from where to begin; default the root
 * @param hooks `enter` is called with each folder before it is listed, so that a watch misses nothing made after the
 *   listing; a folder below for which `descend` says `false` is left out
 */
export function* walkFolders(
  owner: WalkRoot,
  limits: WalkLimits,
  tally: WalkTally,
  from: WalkStart = { relativeDir: '', depth: 0 },
  hooks: WalkHooks = {},
): Generator<FoundFolder, void, undefined> {
  const waiting = [from];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (tally.folders >= limits.maxFolders || performance.now() > tally.endMs) {
      count(tally, 'limit');
      return;
    }
    tally.folders += 1;
    const listed = listFolder(owner, next, limits, tally, hooks.enter);
    if (listed === undefined) continue;
    for (const name of listed.folders) {
      if (hooks.descend?.(join(listed.found.dir, name)) === false) continue;
      waiting.push({ relativeDir: `${next.relativeDir}${name}/`, depth: next.depth + 1 });
    }
    yield listed.found;
  }
}

/** All log files of some roots at once. A path that two roots claim belongs to the first. */
export function walkLogs(
  roots: readonly WalkRoot[],
  limits: WalkLimits = WALK_LIMITS,
): { readonly files: readonly FoundFile[]; readonly counts: WalkTally['counts'] } {
  const tally = startTally(limits);
  const files = new Map<string, FoundFile>();
  for (const owner of roots) {
    for (const folder of walkFolders(owner, limits, tally)) {
      for (const file of folder.files) if (!files.has(file.path)) files.set(file.path, file);
    }
  }
  return { files: [...files.values()], counts: tally.counts };
}

function listFolder(
  owner: WalkRoot,
  { relativeDir, depth }: WalkStart,
  limits: WalkLimits,
  tally: WalkTally,
  enter: WalkHooks['enter'],
): { readonly found: FoundFolder; readonly folders: readonly string[] } | undefined {
  const { root } = owner;
  // Without the slash at the end: with one, lstat would follow a link.
  const dir = join(root.dir, relativeDir.slice(0, -1));
  const files: FoundFile[] = [];
  const folders: string[] = [];
  try {
    // The root's own link is followed; below it, a folder that became a link meanwhile is not.
    const stats = lstatSync(depth === 0 ? `${dir}/.` : dir);
    if (!stats.isDirectory()) return undefined;
    enter?.(dir, stats.ino);
    for (const entry of entriesOf(dir, stats)) {
      tally.entries += 1;
      if (tally.entries > limits.maxEntries || tally.files >= limits.maxFiles) {
        count(tally, 'limit');
        break;
      }
      const relativePath = relativeDir + entry.name;
      const mayEnter = depth < root.maxDepth && root.enters?.(relativePath) !== false;
      if (entry.isDirectory()) {
        if (mayEnter) folders.push(entry.name);
        continue;
      }
      if (!root.matches(relativePath)) {
        // Where a folder of logs could be, a link may stand for one.
        if (entry.isSymbolicLink() && mayEnter) count(tally, 'symlink');
        continue;
      }
      if (entry.isFile()) {
        tally.files += 1;
        files.push({ path: join(dir, entry.name), relativePath, owner });
      } else {
        count(tally, entry.isSymbolicLink() ? 'symlink' : 'not-regular');
      }
    }
    const { mtimeMs, ino } = stats;
    return { found: { dir, relativeDir, depth, mtimeMs, ino, owner, files }, folders };
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') count(tally, 'unreadable-folder');
    return undefined;
  }
}

/** One that says that it is small is listed in one go, in a third of the time; any other may hold a million entries. */
function entriesOf(dir: string, stats: Stats): Iterable<Dirent> {
  const isSmall = stats.size > 0 && stats.size <= SMALL_FOLDER_BYTES;
  return isSmall ? readdirSync(dir, { withFileTypes: true }) : streamEntries(dir);
}

function* streamEntries(dir: string): Generator<Dirent, void, undefined> {
  const handle = opendirSync(dir, { bufferSize: 1024 });
  try {
    for (let entry = handle.readSync(); entry !== null; entry = handle.readSync()) yield entry;
  } finally {
    handle.closeSync();
  }
}

function count(tally: WalkTally, kind: WalkCount): void {
  tally.counts[kind] = (tally.counts[kind] ?? 0) + 1;
}
