import { closeSync, openSync, readSync } from 'node:fs';
import { readInto } from './linux-files.ts';

/** Node raises its limit to what it may have; where that is the old 1,024, enough is left for everything else. */
const MAX_KEPT = 600;
const LIMIT_CODES = new Set<unknown>(['EMFILE', 'ENFILE']);

/**
 * Reads `/proc/<pid>/stat`, and keeps the files of processes open that are looked at again and again: opening and closing
 * is half of what a look costs. A kept file belongs to that very process: when it has ended, reading fails, also if another
 * process has the number by then.
 */
export class StatFiles {
  readonly #proc: string;
  readonly #kept = new Map<number, number>();
  #most: number;

  constructor(proc: string, most = MAX_KEPT) {
    this.#proc = proc;
    this.#most = most;
  }

  /**
   * @returns bytes read
   * @throws ENOENT or ESRCH when there is no such process; EMFILE or ENFILE when no file can be opened at all
   */
  read(pid: number, buffer: Buffer): number {
    const fd = this.#kept.get(pid);
    if (fd !== undefined) {
      try {
        return readSync(fd, buffer, 0, buffer.length, 0);
      } catch {
        this.#drop(pid, fd); // ended: the number may be another's by now
      }
    }
    return this.#orWithFewer(() => readInto(this.#path(pid), buffer));
  }

  /** For a process that has been seen before and will be looked at again. */
  keep(pid: number): void {
    if (this.#kept.size >= this.#most || this.#kept.has(pid)) return;
    try {
      this.#kept.set(pid, openSync(this.#path(pid), 'r'));
    } catch (error) {
      if (isLimit(error)) this.#giveUp();
    }
  }

  /** Closes those of processes that are not among the living. */
  keepOnly(living: { has(pid: number): boolean }): void {
    for (const [pid, fd] of this.#kept) if (!living.has(pid)) this.#drop(pid, fd);
  }

  /** Closes all; what is read later may be kept again. */
  close(): void {
    this.keepOnly(new Set());
  }

  /** Whoever else needs a file goes first. */
  #giveUp(): void {
    this.#most = 0;
    this.close();
  }

  #orWithFewer(read: () => number): number {
    try {
      return read();
    } catch (error) {
      if (!isLimit(error) || this.#kept.size === 0) throw error;
      this.#giveUp();
      return read();
    }
  }

  #path(pid: number): string {
    return `${this.#proc}/${pid}/stat`;
  }

  #drop(pid: number, fd: number): void {
    this.#kept.delete(pid);
    closeSync(fd);
  }
}

/** No more files may be opened, by this program or on this machine: says nothing of the process. */
export function isLimit(error: unknown): boolean {
  return error instanceof Error && 'code' in error && LIMIT_CODES.has(error.code);
}
