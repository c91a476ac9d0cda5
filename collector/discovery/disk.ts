import { type Dirent, lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path/posix';
import { withSlashes } from './expand-path.ts';
import { type FileReading, readRegularFile } from './safe-read.ts';

/** What discovery asks of a file system. Paths are absolute, with `/`. */
export interface Disk {
  /** @throws when the folder cannot be listed */
  entries(folder: string): readonly Dirent[];
  /** Anything but a clear "no": what may not be looked at must be seen to be reported. */
  isThere(path: string): boolean;
  /** The folder with its links resolved; `undefined` when there is no such folder. */
  realFolder(path: string): string | undefined;
  /** Where a link leads in the end; the path itself when that cannot be told. */
  realPath(path: string): string;
  /** @see readRegularFile */
  read(path: string, within: string | undefined, maxBytes: number, atMost?: 'refuse' | 'cut'): FileReading;
  /** Permission bits of a regular file, links followed. Absent for systems other than this one. */
  fileMode?(path: string): number | undefined;
  /** What is written in a link, absolute, whether it is there or not. Absent for systems other than this one. */
  linkTarget?(path: string): string | undefined;
}

/** The file system as this process sees it. */
export const OWN_DISK: Disk = {
  entries: (folder) => readdirSync(folder, { withFileTypes: true }),
  isThere(path) {
    try {
      lstatSync(path);
      return true;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      return code !== 'ENOENT' && code !== 'ENOTDIR';
    }
  },
  realFolder(path) {
    try {
      const real = realpathSync.native(path);
      return statSync(real).isDirectory() ? withSlashes(real) : undefined;
    } catch {
      return undefined; // deleted since, or not ours to see
    }
  },
  realPath(path) {
    try {
      return withSlashes(realpathSync.native(path));
    } catch {
      return path; // a link to nowhere: the command is broken, but it is there
    }
  },
  read: readRegularFile,
  fileMode(path) {
    try {
      const stat = statSync(path);
      return stat.isFile() ? stat.mode & 0o777 : undefined;
    } catch {
      return undefined; // a link to nowhere
    }
  },
  linkTarget(path) {
    try {
      const text = withSlashes(readlinkSync(path));
      return isAbsolute(text) ? text : resolve(path, '..', text);
    } catch {
      return undefined; // changed since it was listed
    }
  },
};
