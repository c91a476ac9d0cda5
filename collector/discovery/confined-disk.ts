import { closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import type { Disk } from './disk.ts';
import { type FileReading, readOpened, refusedReading } from './safe-read.ts';

/** open(2) on Linux, the same on x86 and ARM: names a file without opening it, so that no device is woken. */
const O_PATH = 0o10000000;
const NO_LINK = constants.O_NOFOLLOW;
const MAX_LINKS = 16;
const MAX_PARTS = 128;

/** File systems that another program or machine answers for: asking them can hang. */
const SLOW_SYSTEMS =
  /^(?:fuse|nfs|cifs|smb|9p|ceph|gluster|autofs|proc|sysfs|devtmpfs|devpts|mqueue|tracefs)/;

export interface ConfinedDiskOptions {
  /** Folder that is `/` for the other system: `/proc/4711/root`. */
  readonly root: string;
  /** What its paths begin with in records, instead of the folder: `container:3f2a9c11d0e4:`. */
  readonly name: string;
  /** Text of its `/proc/PID/mountinfo`. */
  readonly mountInfo?: string;
}

/**
 * The file system of a container, seen from outside. Every part of a path is opened from the folder before it and
 * never through a link: links are read and followed by hand, with the container's root as the root, so that nothing in
 * there can make Reeve look at a file out here, however fast it is swapped. Only regular files are opened. Linux only.
 */
export function createConfinedDisk({ root, name, mountInfo = '' }: ConfinedDiskOptions): Disk {
  const refused = refusedMounts(mountInfo);

  /** Walks to a path and hands over an `O_PATH` descriptor of what is there. */
  function at<T>(path: string, use: (file: number) => T): T {
    const opened: number[] = [openSync(root, O_PATH | constants.O_DIRECTORY)];
    const names: string[] = [];
    try {
      const todo = parts(path.startsWith(name) ? path.slice(name.length) : path);
      let links = 0;
      for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
        if (next === '..') {
          if (opened.length > 1) closeLast(opened, names);
          continue;
        }
        if (refused.has(`/${[...names, next].join('/')}`)) throw failure('EACCES');
        const below = `/proc/self/fd/${String(opened.at(-1))}/${next}`;
        const file = openSync(below, O_PATH | NO_LINK);
        opened.push(file);
        names.push(next);
        if (fstatSync(file).isSymbolicLink()) {
          // The link itself is named by an empty path below its descriptor; Node has no readlinkat, its folder will do.
          const target = readlinkSync(below);
          closeLast(opened, names);
          if (++links > MAX_LINKS || todo.length > MAX_PARTS) throw failure('ELOOP');
          if (target.startsWith('/')) while (opened.length > 1) closeLast(opened, names);
          todo.unshift(...parts(target));
        }
      }
      return use(opened.at(-1) ?? -1);
    } finally {
      for (const file of opened) closeSync(file);
    }
  }

  function read(
    path: string,
    _within: string | undefined,
    maxBytes: number,
    atMost?: 'refuse' | 'cut',
  ): FileReading {
    try {
      return at(path, (place): FileReading => {
        if (!fstatSync(place).isFile()) return { ok: false, reason: 'not-a-file', detail: '' };
        const file = openSync(`/proc/self/fd/${String(place)}`, constants.O_RDONLY | constants.O_NONBLOCK);
        try {
          return readOpened(file, maxBytes, atMost);
        } finally {
          closeSync(file);
        }
      });
    } catch (error) {
      return refusedReading(error);
    }
  }

  return {
    entries: (folder): readonly Dirent[] =>
      at(folder, (place) => readdirSync(`/proc/self/fd/${String(place)}`, { withFileTypes: true })),
    isThere(path) {
      try {
        return at(path, () => true);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        return code !== 'ENOENT' && code !== 'ENOTDIR';
      }
    },
    realFolder(path) {
      try {
        return at(path, (place) => (fstatSync(place).isDirectory() ? path : undefined));
      } catch {
        return undefined; // gone, or not ours to see
      }
    },
    realPath: (path) => path,
    read,
  };
}

/** Mount points of a container that are better not asked, as it sees them. Pure. */
export function refusedMounts(mountInfo: string): ReadonlySet<string> {
  const points = new Set<string>();
  for (const line of mountInfo.split('\n')) {
    // `36 35 98:0 /mnt1 /mnt/parent rw,noatime master:1 - ext3 /dev/root rw`: see proc_pid_mountinfo(5).
    const [before = '', after = ''] = line.split(' - ', 2);
    const point = before.split(' ')[4];
    if (point === undefined || point === '/' || !SLOW_SYSTEMS.test(after)) continue;
    points.add(
      point.replaceAll(/\\([0-7]{3})/g, (_all, digits: string) => String.fromCharCode(parseInt(digits, 8))),
    );
  }
  return points;
}

function parts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

function closeLast(opened: number[], names: string[]): void {
  const file = opened.pop();
  names.pop();
  if (file !== undefined) closeSync(file);
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}
