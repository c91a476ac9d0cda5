import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { withSlashes } from './expand-path.ts';

export type FileReading =
  | {
      readonly ok: true;
      readonly bytes: Buffer;
      /** Permission bits. */
      readonly mode: number;
      readonly modifiedMs: number;
      /** The file is longer than `bytes`. */
      readonly truncated: boolean;
    }
  | {
      readonly ok: false;
      readonly reason: 'absent' | 'unreadable' | 'not-a-file' | 'too-large' | 'link-refused';
      /** System error code, where there is one. */
      readonly detail: string;
    };

/**
 * Reads a small file that somebody else may have prepared.
 * Opens read-only and without waiting (a FIFO or device neither blocks nor is read), decides by the opened file and
 * not by its name, and never opens what a link puts outside `within`.
 * Synchronous: these are small local files, and thousands of them are several times faster this way.
 * @param within folder the file must really be in, links resolved; `undefined` lets links lead anywhere
 * @param atMost `refuse`: a longer file is not read at all; `cut`: its beginning is
 */
export function readRegularFile(
  path: string,
  within: string | undefined,
  maxBytes: number,
  atMost: 'refuse' | 'cut' = 'refuse',
): FileReading {
  let file: number | undefined;
  try {
    const real = realpathSync.native(path);
    const realWithin = within === undefined ? undefined : realpathSync.native(within);
    if (realWithin !== undefined && !isInside(real, realWithin)) return refused('link-refused', '');
    file = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const stat = fstatSync(file);
    if (!stat.isFile()) return refused('not-a-file', '');
    // A folder on the way may have been swapped for a link between the two calls.
    if (within !== undefined && realWithin !== undefined) {
      const opened = openedPath(file);
      const stayed = opened === undefined ? isSameFile(path, within, stat) : isInside(opened, realWithin);
      if (!stayed) return refused('link-refused', '');
    }
    return readOpened(file, maxBytes, atMost);
  } catch (error) {
    return refusedReading(error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Reads what was opened: its size and kind are those of the open file, whatever its name leads to by now. */
export function readOpened(file: number, maxBytes: number, atMost: 'refuse' | 'cut' = 'refuse'): FileReading {
  const stat = fstatSync(file);
  if (!stat.isFile()) return refused('not-a-file', '');
  if (stat.size > maxBytes && atMost === 'refuse') return refused('too-large', `${stat.size} bytes`);
  return {
    ok: true,
    bytes: readUpTo(file, Math.min(stat.size, maxBytes)),
    mode: stat.mode & 0o777,
    modifiedMs: Math.round(stat.mtimeMs),
    truncated: stat.size > maxBytes,
  };
}

export function refusedReading(error: unknown): FileReading {
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return refused('absent', code);
  // ENXIO: a socket. ELOOP: links in a circle, or a link put there after it was resolved.
  return refused(code === 'ENXIO' ? 'not-a-file' : 'unreadable', code);
}

function readUpTo(file: number, size: number): Buffer {
  const buffer = Buffer.allocUnsafe(size);
  let at = 0;
  while (at < size) {
    const read = readSync(file, buffer, at, size - at, at);
    if (read === 0) break; // shortened while we read
    at += read;
  }
  return buffer.subarray(0, at);
}

/** What Linux says was opened: the surest and cheapest answer; `undefined` where there is no such thing. */
function openedPath(file: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${String(file)}`);
  } catch {
    return undefined;
  }
}

function isSameFile(
  path: string,
  within: string,
  opened: { readonly ino: number; readonly dev: number },
): boolean {
  const real = realpathSync.native(path);
  const { ino, dev } = statSync(real);
  return ino === opened.ino && dev === opened.dev && isInside(real, realpathSync.native(within));
}

export function isInside(path: string, folder: string): boolean {
  const inner = withSlashes(path);
  const outer = withSlashes(folder).replace(/\/+$/, '');
  return inner === outer || inner.startsWith(`${outer}/`);
}

function refused(
  reason: Extract<FileReading, { ok: false }>['reason'],
  detail: string,
): Extract<FileReading, { ok: false }> {
  return { ok: false, reason, detail };
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}
