import type { Dirent } from 'node:fs';
import { dirname } from 'node:path';
import type { Disk } from './disk.ts';
import { withSlashes } from './expand-path.ts';
import { isAtOrBelow } from './path-sets.ts';
import type { FileReading } from './safe-read.ts';

/** What was asked of a disk. */
export interface Asked {
  readonly paths: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
}

const MAX_HOPS = 8;

/** A disk that keeps a list of what it was asked for: all that an answer can depend on. */
export class TrackingDisk implements Disk {
  readonly #disk: Disk;
  readonly #paths = new Set<string>();
  readonly #folders = new Set<string>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  get asked(): Asked {
    return { paths: this.#paths, folders: this.#folders };
  }

  /** Tells of questions whether their answers may be others now that something happened at or below `changed`. */
  static touchedBy(changed: ReadonlySet<string>): (asked: Asked) => boolean {
    const places = [...changed].map(withSlashes);
    // What appears in a folder changes its listing.
    const listings = new Set(places.map((path) => dirname(path)));
    const isTouched = isAtOrBelow(new Set(places));
    return ({ paths, folders }) => {
      for (const path of paths) if (isTouched(path)) return true;
      for (const folder of folders) if (listings.has(folder) || isTouched(folder)) return true;
      return false;
    };
  }

  entries(path: string): readonly Dirent[] {
    const folder = path.replace(/(.)\/+$/, '$1');
    this.#folders.add(folder).add(this.#disk.realFolder(folder) ?? folder);
    return this.#disk.entries(path);
  }

  isThere(path: string): boolean {
    this.#paths.add(path);
    return this.#disk.isThere(path);
  }

  realFolder(path: string): string | undefined {
    this.#paths.add(path);
    return this.#disk.realFolder(path);
  }

  realPath(path: string): string {
    this.#follow(path);
    return this.#disk.realPath(path);
  }

  read(
    path: string,
    within: string | undefined,
    maxBytes: number,
    atMost: 'refuse' | 'cut' = 'refuse',
  ): FileReading {
    this.#follow(path);
    return this.#disk.read(path, within, maxBytes, atMost);
  }

  fileMode(path: string): number | undefined {
    this.#follow(path);
    return this.#disk.fileMode?.(path);
  }

  linkTarget(path: string): string | undefined {
    this.#paths.add(path);
    return this.#disk.linkTarget?.(path);
  }

  /** What a link leads to counts too, also when it is not there yet. */
  #follow(path: string): void {
    this.#paths.add(path);
    const real = this.#disk.realPath(path);
    if (real !== path) {
      this.#paths.add(real);
      return;
    }
    for (let at = path, hops = 0; hops < MAX_HOPS; hops++) {
      const target = this.#disk.linkTarget?.(at);
      if (target === undefined || this.#paths.has(target)) return;
      this.#paths.add(target);
      at = target;
    }
  }
}
