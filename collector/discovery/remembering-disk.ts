import type { Dirent } from 'node:fs';
import { dirname } from 'node:path';
import { type Disk, OWN_DISK } from './disk.ts';
import { withSlashes } from './expand-path.ts';
import { isAtOrBelow } from './path-sets.ts';
import type { FileReading } from './safe-read.ts';

/** Asked for thousands of times in a look: a new one each time would cost more than the asking. */
const NOT_THERE = Object.assign(new Error('the folder cannot be listed'), { code: 'ENOENT' });

/**
 * A disk that asks the file system once what is there, and again only for what it was told to forget. For looks that follow a
 * notice of a change: all else is as it was. Whoever uses it must look afresh (`forgetAll`) from time to time, because notices
 * get lost. Contents of files are not kept: what was made of them is, by those who read.
 */
export class RememberingDisk implements Disk {
  readonly #disk: Disk;
  readonly #entries = new Map<string, readonly Dirent[] | false>();
  readonly #there = new Map<string, boolean>();
  readonly #folders = new Map<string, string | false>();
  readonly #paths = new Map<string, string>();

  constructor(disk: Disk = OWN_DISK) {
    this.#disk = disk;
  }

  forgetAll(): void {
    for (const map of this.#maps()) map.clear();
  }

  /** Something happened at these paths: made, changed, moved or gone, with all that is below them. */
  forget(paths: ReadonlySet<string>): void {
    const gone = new Set([...paths].map(withSlashes));
    const isGone = isAtOrBelow(gone);
    for (const path of gone) this.#entries.delete(dirname(path));
    // Tens of thousands of answers at each change: a pair made for each would be most of what there is to collect.
    for (const map of this.#maps())
      map.forEach((answer, key) => {
        if (isGone(key) || (typeof answer === 'string' && answer !== key && isGone(answer))) map.delete(key);
      });
  }

  entries(path: string): readonly Dirent[] {
    // By its real place: what appears in a folder is told there, by whatever links it is reached.
    const folder = this.realFolder(path.replace(/(.)\/+$/, '$1'));
    if (folder === undefined) throw NOT_THERE;
    const known = remembered(this.#entries, folder, () => {
      try {
        return this.#disk.entries(folder);
      } catch {
        return false; // not ours to list: that is remembered too
      }
    });
    if (known === false) throw NOT_THERE;
    return known;
  }

  isThere(path: string): boolean {
    return remembered(this.#there, path, () => this.#disk.isThere(path));
  }

  realFolder(path: string): string | undefined {
    const known = remembered(this.#folders, path, () => this.#disk.realFolder(path) ?? false);
    return known === false ? undefined : known;
  }

  realPath(path: string): string {
    const known = this.#paths.get(path);
    if (known !== undefined) return known;
    const real = this.#disk.realPath(path);
    // What a link leads to may come without a notice of the link.
    if (real !== path || this.#disk.linkTarget?.(path) === undefined) this.#paths.set(path, real);
    return real;
  }

  read(
    path: string,
    within: string | undefined,
    maxBytes: number,
    atMost: 'refuse' | 'cut' = 'refuse',
  ): FileReading {
    return this.#disk.read(path, within, maxBytes, atMost);
  }

  fileMode(path: string): number | undefined {
    return this.#disk.fileMode?.(path);
  }

  linkTarget(path: string): string | undefined {
    return this.#disk.linkTarget?.(path);
  }

  #maps(): readonly Map<string, unknown>[] {
    return [this.#entries, this.#there, this.#folders, this.#paths];
  }
}

function remembered<T>(map: Map<string, T>, key: string, ask: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const answer = ask();
  map.set(key, answer);
  return answer;
}
