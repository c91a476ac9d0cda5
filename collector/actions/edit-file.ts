import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, normalize, sep } from 'node:path';

/** Settings of agents are some kilobytes; their busiest file some hundred. */
const MAX_FILE_BYTES = 2_000_000;
const GROUP_OR_OTHERS_WRITE = 0o022;

/** Whose files may be changed. */
export interface EditGround {
  /** Absent on Windows, where the folder of the home decides. */
  readonly uid: number | undefined;
  readonly home: string;
}

export type EditResult = { readonly ok: true } | { readonly ok: false; readonly reason: string };
export type TextResult =
  | { readonly ok: true; readonly text: string; readonly sha256: string }
  | { readonly ok: false; readonly reason: string };

export interface FileEdit {
  readonly path: string;
  /** Of the file as the person saw it. */
  readonly sha256: string;
  readonly after: string;
  /** Where the file is kept as it was; must not be there yet. */
  readonly asidePath: string;
}

export function sha256Of(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Reads a settings file that may be changed. Never follows a link. */
export function readEditable(path: string, ground: EditGround): TextResult {
  const opened = openEditable(path, ground);
  if (!opened.ok) return opened;
  closeSync(opened.file);
  const text = opened.bytes.toString('utf8');
  if (!Buffer.from(text).equals(opened.bytes)) return refused('The file is not text.');
  return { ok: true, text, sha256: sha256Of(opened.bytes) };
}

/**
 * Replaces a file by another text in one step, so that whoever reads meanwhile sees the old or the new one. The mode is
 * kept, and the file as it was is laid aside first. Refuses links, files with a second name, files of other users, files
 * in folders that others may write to, and files that are not what the person saw.
 */
export function editFile(edit: FileEdit, ground: EditGround): EditResult {
  const opened = openEditable(edit.path, ground);
  if (!opened.ok) return opened;
  const { file, bytes, stat } = opened;
  let fresh: string | undefined;
  try {
    if (sha256Of(bytes) !== edit.sha256)
      return refused('The file changed after you looked at it. Look again.');
    mkdirSync(dirname(edit.asidePath), { recursive: true, mode: 0o700 });
    writeNew(edit.asidePath, bytes, 0o600);
    fresh = join(dirname(edit.path), `.${basename(edit.path)}.${randomUUID()}.reeve`);
    writeNew(fresh, Buffer.from(edit.after), stat.mode & 0o7777);
    const now = lstatSync(edit.path);
    if (!isSameFile(now, stat))
      return refused('The file was replaced while it was being changed. Look again.');
    renameSync(fresh, edit.path);
    fresh = undefined;
    return { ok: true };
  } catch (error) {
    return refused(`The file could not be written: ${codeOf(error)}.`);
  } finally {
    closeSync(file);
    if (fresh !== undefined) rmSync(fresh, { force: true });
  }
}

/** Moves a folder out of an agent's sight, or back. Only within one file system, so that it is one step. */
export function moveFolder(from: string, to: string, ground: EditGround): EditResult {
  const problem = folderProblem(from, ground) ?? (isThere(to) ? 'Something is in its place.' : undefined);
  if (problem !== undefined) return refused(problem);
  try {
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    renameSync(from, to);
    return { ok: true };
  } catch (error) {
    return refused(`The folder could not be moved: ${codeOf(error)}.`);
  }
}

/** Moves a file of its own out of an agent's sight. Refuses what `editFile` refuses, since it would have to come back. */
export function moveFile(from: string, to: string, ground: EditGround): EditResult {
  const opened = openEditable(from, ground);
  if (!opened.ok) return opened;
  try {
    if (isThere(to)) return refused('Something is in its place.');
    if (!isSameFile(lstatSync(from), opened.stat)) return refused('The file was replaced. Look again.');
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    renameSync(from, to);
    return { ok: true };
  } catch (error) {
    return refused(`The file could not be moved: ${codeOf(error)}.`);
  } finally {
    closeSync(opened.file);
  }
}

/** Puts a folder or a file back that was laid aside: it comes from Reeve's own place, and goes where it was. */
export function restoreFolder(from: string, to: string, ground: EditGround): EditResult {
  const problem = pathProblem(to, ground) ?? (isThere(to) ? 'Something is in its place.' : undefined);
  if (problem !== undefined) return refused(problem);
  try {
    const stat = lstatSync(from);
    if (!stat.isDirectory() && !stat.isFile()) return refused('What was laid aside is not there any more.');
    renameSync(from, to);
    return { ok: true };
  } catch (error) {
    return refused(`It could not be moved back: ${codeOf(error)}.`);
  }
}

/** A file that was taken back need not lie there any more: it may hold what only its own place should. */
export function forgetAside(path: string): void {
  rmSync(path, { force: true });
}

/** Removes for good what was laid aside, a folder with all that is in it; links are removed, not followed. */
export function removeAside(path: string): EditResult {
  try {
    rmSync(path, { recursive: true, force: true });
    return { ok: true };
  } catch (error) {
    return refused(`The copy could not be removed: ${codeOf(error)}.`);
  }
}

/** Bytes of a file that was laid aside; undefined for a folder, and when it cannot be seen. */
export function asideBytes(path: string): number | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true ? stat.size : undefined;
}

/** What was laid aside; only ever written by `editFile`. */
export function readAside(path: string): TextResult {
  try {
    const file = openSync(path, constants.O_RDONLY | NOFOLLOW);
    try {
      if (!fstatSync(file).isFile()) return refused('What was laid aside is not a file any more.');
      const text = readFileSync(file, 'utf8');
      return { ok: true, text, sha256: sha256Of(text) };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return refused(`What was laid aside cannot be read: ${codeOf(error)}.`);
  }
}

interface Opened {
  readonly ok: true;
  readonly file: number;
  readonly bytes: Buffer;
  readonly stat: Stats;
}

const NOFOLLOW = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW | constants.O_NONBLOCK;

function openEditable(
  path: string,
  ground: EditGround,
): Opened | { readonly ok: false; readonly reason: string } {
  const problem = pathProblem(path, ground);
  if (problem !== undefined) return refused(problem);
  let file: number | undefined;
  try {
    const named = lstatSync(path);
    if (named.isSymbolicLink()) return refused('The file is a link. Change what it leads to yourself.');
    file = openSync(path, constants.O_RDONLY | NOFOLLOW);
    const stat = fstatSync(file);
    const wrong =
      fileProblem(stat, ground) ?? (isSameFile(named, stat) ? undefined : 'The file was replaced.');
    if (wrong !== undefined) {
      closeSync(file);
      return refused(wrong);
    }
    return { ok: true, file, bytes: readFileSync(file), stat };
  } catch (error) {
    if (file !== undefined) closeSync(file);
    return refused(`The file cannot be read: ${codeOf(error)}.`);
  }
}

function fileProblem(stat: Stats, { uid }: EditGround): string | undefined {
  if (!stat.isFile()) return 'It is not an ordinary file.';
  if (uid !== undefined && stat.uid !== uid) return 'The file belongs to somebody else.';
  if (stat.nlink > 1) return 'The file has a second name elsewhere, which would keep the old text.';
  if (stat.size > MAX_FILE_BYTES) return 'The file is too long for settings.';
  return undefined;
}

/** Where a file may be changed: below the own home, in a folder of one's own, with no link on the way. */
function pathProblem(path: string, { uid, home }: EditGround): string | undefined {
  if (!isAbsolute(path) || normalize(path) !== path || path.includes('\0'))
    return 'This is not a plain path.';
  const folder = dirname(path);
  try {
    const realHome = realpathSync(home);
    const real = realpathSync(folder);
    if (real !== realHome && !real.startsWith(realHome.endsWith(sep) ? realHome : realHome + sep))
      return 'The file lies outside your home folder.';
    // A home may be reached by a link of the system; below it every link could be somebody's trick.
    const below =
      folder === home || folder === realHome
        ? ''
        : folder.slice(folder.startsWith(home + sep) ? home.length : realHome.length);
    if (realHome + below !== real) return 'A folder on the way is a link.';
    const stat = lstatSync(real);
    if (uid === undefined) return undefined;
    if (stat.uid !== uid) return 'The folder belongs to somebody else.';
    return (stat.mode & GROUP_OR_OTHERS_WRITE & ~sharedWithOwnGroup(stat)) === 0
      ? undefined
      : 'Others may write to the folder.';
  } catch (error) {
    return `The folder cannot be looked at: ${codeOf(error)}.`;
  }
}

/** Many systems give every user a group of their own and let it write: that is nobody else. */
function sharedWithOwnGroup(stat: Stats): number {
  return stat.gid === stat.uid ? 0o020 : 0;
}

/** Also a link that leads nowhere. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function folderProblem(path: string, ground: EditGround): string | undefined {
  const problem = pathProblem(path, ground);
  if (problem !== undefined) return problem;
  try {
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) return 'The folder is a link.';
    if (!stat.isDirectory()) return 'It is not a folder.';
    return ground.uid !== undefined && stat.uid !== ground.uid
      ? 'The folder belongs to somebody else.'
      : undefined;
  } catch (error) {
    return `The folder cannot be looked at: ${codeOf(error)}.`;
  }
}

function writeNew(path: string, bytes: Uint8Array, mode: number): void {
  const file = openSync(path, 'wx', mode);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fchmodSync(file, mode);
    fsyncSync(file);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

function isSameFile(a: Stats, b: Stats): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeMs === b.mtimeMs;
}

function refused(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
