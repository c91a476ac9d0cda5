import type { Dirent } from 'node:fs';
import { dirname } from 'node:path';
import { type Disk, OWN_DISK } from './disk.ts';
import { withSlashes } from './expand-path.ts';
import type { FileReading } from './safe-read.ts';

/** Bigger files are rare, and read again each time. */
const MAX_FILE_BYTES = 256 * 1024;
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * A disk that asks the file system once, and again only for what it was told to forget. For looks that follow a notice of a
 * change: all else is as it was. Whoever uses it must look afresh (`forgetAll`) from time to time, because notices get lost.
 */
export class RememberingDisk implements Disk {
  readonly #disk: Disk;
  readonly #entries = new Map<string, readonly Dirent[] | undefined>();
  readonly #there = new Map<string, boolean>();
  readonly #folders = new Map<string, string | undefined>();
  readonly #paths = new Map<string, string>();
  readonly #readings = new Map<string, Map<string, FileReading>>();
  #bytes = 0;

  constructor(disk: Disk = OWN_DISK) {
    this.#disk = disk;
  }

  forgetAll(): void {
    for (const map of this.#maps()) map.clear();
    this.#bytes = 0;
  }

  /** Something happened at these paths: made, changed, moved or gone, with all that is below them. */
  forget(paths: ReadonlySet<string>): void {
    const gone = new Set([...paths].map(withSlashes));
    for (const path of gone) this.#entries.delete(dirname(path));
    for (const map of this.#maps()) for (const key of map.keys()) if (isAtOrBelow(key, gone)) map.delete(key);
  }

  entries(path: string): readonly Dirent[] {
    const folder = path.replace(/(.)\/+$/, '$1');
    if (!this.#entries.has(folder)) {
      let entries: readonly Dirent[] | undefined;
      try {
        entries = this.#disk.entries(folder);
      } catch {
        // Absent, or not ours to list: that is remembered too.
      }
      this.#entries.set(folder, entries);
    }
    const known = this.#entries.get(folder);
    if (known === undefined) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
    return known;
  }

  isThere(path: string): boolean {
    return remembered(this.#there, path, () => this.#disk.isThere(path));
  }

  realFolder(path: string): string | undefined {
    return remembered(this.#folders, path, () => this.#disk.realFolder(path));
  }

  realPath(path: string): string {
    return remembered(this.#paths, path, () => this.#disk.realPath(path));
  }

  read(
    path: string,
    within: string | undefined,
    maxBytes: number,
    atMost: 'refuse' | 'cut' = 'refuse',
  ): FileReading {
    const how = `${within ?? ''}\0${maxBytes}\0${atMost}`;
    const known = this.#readings.get(path)?.get(how);
    if (known !== undefined) return known;
    const reading = this.#disk.read(path, within, maxBytes, atMost);
    const size = reading.ok ? reading.bytes.length : 0;
    if (size <= MAX_FILE_BYTES && this.#bytes + size <= MAX_BYTES) {
      this.#bytes += size;
      const readings = this.#readings.get(path) ?? new Map<string, FileReading>();
      this.#readings.set(path, readings.set(how, reading));
    }
    return reading;
  }

  #maps(): readonly Map<string, unknown>[] {
    return [this.#entries, this.#there, this.#folders, this.#paths, this.#readings];
  }
}

function remembered<T>(map: Map<string, T>, key: string, ask: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const answer = ask();
  map.set(key, answer);
  return answer;
}

function isAtOrBelow(path: string, folders: ReadonlySet<string>): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (folders.has(path.slice(0, end))) return true;
  }
  return false;
}
