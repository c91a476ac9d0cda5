import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';

const DELETED = ' (deleted)';
const MAX_DESCRIPTORS = 4096;
const MAX_OPEN_FILES = 256;

/**
 * Reads a file of /proc that is one record into a buffer. These files tell no size; a short read is the end.
 * @returns bytes read, up to the buffer's size
 * @throws ENOENT or ESRCH when the process is gone, EACCES or EPERM when it may not be looked into
 */
export function readInto(path: string, buffer: Buffer): number {
  const fd = openSync(path, 'r');
  try {
    return readSync(fd, buffer, 0, buffer.length, null);
  } finally {
    closeSync(fd);
  }
}

const loadBuffer = Buffer.allocUnsafe(128);

/** The number given out last, in our own pid namespace: the last field of loadavg (proc(5)). Threads have numbers too. */
export function readNewestPid(proc: string): number | undefined {
  try {
    const text = loadBuffer.toString('latin1', 0, readInto(`${proc}/loadavg`, loadBuffer));
    const pid = Number(text.trim().split(' ')[4]);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined; // no such file
  }
}

export interface LinkTarget {
  readonly path: string;
  /** The file is gone, the process still has it. */
  readonly deleted: boolean;
}

/** @returns `undefined` when the process is gone, has none (kernel threads) or may not be looked into */
export function readTarget(path: string): LinkTarget | undefined {
  try {
    const target = readlinkSync(path);
    return target.endsWith(DELETED)
      ? { path: target.slice(0, -DELETED.length), deleted: true }
      : { path: target, deleted: false };
  } catch {
    return undefined; // ENOENT, EACCES, ESRCH
  }
}

/** What the descriptors of a process point to: `/path`, `socket:[123]`, `pipe:[9]` … */
export function readDescriptors(folder: string): {
  readonly targets: readonly string[];
  readonly cut: boolean;
} {
  let names: readonly string[];
  try {
    names = readdirSync(`${folder}/fd`);
  } catch {
    return { targets: [], cut: false }; // ended, or not ours
  }
  const targets: string[] = [];
  for (const name of names.slice(0, MAX_DESCRIPTORS)) {
    const target = readTarget(`${folder}/fd/${name}`);
    if (target !== undefined) targets.push(target.path);
  }
  return { targets, cut: names.length > MAX_DESCRIPTORS };
}

/** Open files below one of the folders, each once. */
export function readOpenFiles(folder: string, under: readonly string[]): readonly string[] {
  const roots = under.filter((root) => root.startsWith('/')).map((root) => root.replace(/\/*$/, '/'));
  if (roots.length === 0) return [];
  const files = new Set<string>();
  for (const path of readDescriptors(folder).targets) {
    if (files.size >= MAX_OPEN_FILES) break;
    if (roots.some((root) => path.startsWith(root))) files.add(path);
  }
  return [...files];
}
