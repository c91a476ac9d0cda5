import { closeSync, constants, fstatSync, lstatSync, openSync, realpathSync, type Stats } from 'node:fs';
import { sep } from 'node:path';
import type { LogFile } from '../agents/spec-log.ts';

/** Why a file could not be read now. Values, never thrown; counted by whoever reads. */
export type ReadProblem =
  | 'missing'
  | 'denied'
  | 'io'
  /** A FIFO, socket, device or folder where a file is expected. */
  | 'not-regular'
  | 'symlink'
  /** A folder on the way is a link that leads out of the root. */
  | 'outside-root'
  /** A store too large to copy, or a file that is nearly all hole. */
  | 'too-large'
  /** Being written, or locked by its application: worth another try soon. */
  | 'busy'
  | 'corrupt'
  /** Tables or columns are not those the format knows. */
  | 'drifted';

/** What tells whether a file changed. `fileId` is `<device>:<inode>`; on Windows large numbers are rounded, the hashes make up for it. */
export interface FileStamp {
  readonly fileId: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

/** A stamp with what else a look at the file gives. */
export interface LookStamp extends FileStamp {
  readonly ino: number;
  /** 0 where the file system does not keep it. */
  readonly birthMs: number;
}

export function stampOf(stats: Stats): FileStamp {
  return { fileId: `${stats.dev}:${stats.ino}`, sizeBytes: stats.size, mtimeMs: stats.mtimeMs };
}

/** @returns undefined when the path is gone, or cannot be looked at: then there is nothing to read either. */
export function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    // EACCES, ENOTDIR, ELOOP, ENAMETOOLONG: whoever lists the folder counts it.
    return undefined;
  }
}

export type Opened =
  | { readonly ok: true; readonly fd: number; readonly stamp: FileStamp }
  | { readonly ok: false; readonly problem: ReadProblem };

// Not defined on Windows, where opening a link or a pipe by mistake is caught by the checks after it.
const FLAGS: Partial<Record<string, number>> = constants;
const OPEN_FLAGS = constants.O_RDONLY | (FLAGS['O_NOFOLLOW'] ?? 0) | (FLAGS['O_NONBLOCK'] ?? 0);

/**
 * Opens a log file for reading: never through a link, never out of its root, never anything but a regular file.
 * `O_NONBLOCK` keeps a FIFO in its place from stopping the collector. The caller closes `fd`.
 * @param knownFileId of the file as it was read before: the same file is not asked again for the way to it, which
 *   takes longer than to read a line
 */
export function openLog(file: LogFile, knownFileId?: string): Opened {
  let fd: number;
  try {
    fd = openSync(file.path, OPEN_FLAGS);
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
  const checked = checkOpened(file, fd, knownFileId);
  if (!checked.ok) closeSync(fd);
  return checked;
}

function checkOpened(file: LogFile, fd: number, knownFileId: string | undefined): Opened {
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) return { ok: false, problem: 'not-regular' };
    if (isMostlyHole(stats)) return { ok: false, problem: 'too-large' };
    const stamp = stampOf(stats);
    if (stamp.fileId === knownFileId) return { ok: true, fd, stamp };
    const place = checkPlace(file);
    if (!place.ok) return place;
    // What was opened must be what lies at the checked place, or a folder was swapped in between.
    if (place.stats.ino !== stats.ino || place.stats.dev !== stats.dev) return { ok: false, problem: 'busy' };
    return { ok: true, fd, stamp };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

/**
 * A file of a terabyte that holds next to nothing on disk is made in a moment and would be read for hours. Logs on
 * compressing file systems stay well under the ratio.
 */
function isMostlyHole(stats: Stats): boolean {
  return stats.size > 1_073_741_824 && stats.blocks * 512 < stats.size / 128;
}

/** Checks by name only, for a reader that must open the file itself. Throws what `lstat` throws. */
export function checkPlace(
  file: LogFile,
):
  | { readonly ok: true; readonly realPath: string; readonly stats: Stats }
  | { readonly ok: false; readonly problem: ReadProblem } {
  const stats = lstatSync(file.path);
  if (stats.isSymbolicLink()) return { ok: false, problem: 'symlink' };
  if (!stats.isFile()) return { ok: false, problem: 'not-regular' };
  const realPath = realpathSync.native(file.path);
  if (!isInside(realPath, realpathSync.native(file.root))) return { ok: false, problem: 'outside-root' };
  return { ok: true, realPath, stats };
}

/** Both paths resolved. */
export function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Names a file-system error. What it does not know is `io`. */
export function problemOf(error: unknown): ReadProblem {
  const code = errorCode(error);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'missing';
    case 'EACCES':
    case 'EPERM':
      return 'denied';
    case 'ELOOP':
    case 'EMLINK':
      return 'symlink';
    case 'ENXIO':
    case 'EISDIR':
    case 'ENODEV':
      return 'not-regular';
    case 'EBUSY':
    case 'EAGAIN':
      return 'busy';
    default:
      return 'io';
  }
}

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
