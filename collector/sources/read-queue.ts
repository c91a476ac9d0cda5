import type { Cursor } from './source.ts';

interface Outstanding {
  readonly atEnd: boolean;
  again: boolean;
}

/** Sessions that are written at the same time are few; the store knows the cursors of all others. */
const MAX_CURSORS = 64;

/** Which file is read next, from where, and which ones must wait until their last batch is stored. */
export class ReadQueue {
  /** Files with something new, longest waiting first. */
  readonly #waiting = new Set<string>();
  /** Files with a batch that is not committed. */
  readonly #outstanding = new Map<string, Outstanding>();
  /** Committed cursors of the files read last, in order of reading. */
  readonly #cursors = new Map<string, Cursor>();

  get size(): number {
    return this.#waiting.size;
  }

  add(path: string): void {
    const outstanding = this.#outstanding.get(path);
    if (outstanding !== undefined) outstanding.again = true;
    else this.#waiting.add(path);
  }

  /** Takes the longest waiting file that may be read now. */
  next(mayRead: (path: string) => boolean): string | undefined {
    for (const path of this.#waiting) {
      if (!mayRead(path)) continue;
      this.#waiting.delete(path);
      return path;
    }
    return undefined;
  }

  /** A batch of this file was handed out: the file rests until it is committed. */
  handedOut(path: string, atEnd: boolean): void {
    this.#outstanding.set(path, { atEnd, again: false });
  }

  committed(cursor: Cursor): void {
    const { path } = cursor;
    const done = this.#outstanding.get(path);
    this.#outstanding.delete(path);
    this.#cursors.delete(path);
    this.#cursors.set(path, cursor);
    if (this.#cursors.size > MAX_CURSORS) {
      const oldest = this.#cursors.keys().next();
      if (oldest.done !== true) this.#cursors.delete(oldest.value);
    }
    if (done !== undefined && (!done.atEnd || done.again)) this.#waiting.add(path);
  }

  /** The cursor committed last, when the file was among those read last. */
  cursor(path: string): Cursor | undefined {
    return this.#cursors.get(path);
  }

  /** The file is gone, or is to be asked of the store again. */
  forget(path: string): void {
    this.#cursors.delete(path);
  }
}
