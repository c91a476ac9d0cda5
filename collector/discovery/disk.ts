import { type Dirent, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
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
};
