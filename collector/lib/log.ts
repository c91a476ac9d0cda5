import { closeSync, mkdirSync, openSync, renameSync, fstatSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { pino, type Logger } from 'pino';

const MAX_BYTES = 5_000_000;
const KEEP = 3;

/** A log file of at most 5 MB with three older ones (`.1` the newest). A full disk loses log lines, never the caller. */
export class RotatingFile {
  readonly #path: string;
  readonly #maxBytes: number;
  #fd: number | undefined;
  #size = 0;
  /** Lines that could not be written. */
  lost = 0;

  constructor(path: string, maxBytes = MAX_BYTES) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#open();
  }

  write(line: string): void {
    if (this.#size > this.#maxBytes) this.#rotate();
    try {
      if (this.#fd === undefined) this.#open();
      if (this.#fd === undefined) this.lost++;
      else this.#size += writeSync(this.#fd, line);
    } catch {
      this.lost++; // Disk full or folder gone: counted, and tried again with the next line.
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #open(): void {
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      this.#fd = openSync(this.#path, 'a', 0o600);
      this.#size = fstatSync(this.#fd).size;
    } catch {
      this.#fd = undefined; // Reported through `lost`.
    }
  }

  #rotate(): void {
    this.close();
    for (let n = KEEP - 1; n >= 0; n--) {
      try {
        renameSync(n === 0 ? this.#path : `${this.#path}.${n}`, `${this.#path}.${n + 1}`);
      } catch {
        continue; // Not there yet.
      }
    }
    this.#open();
  }
}

/** Structured log: one JSON object per line. Callers pass codes, paths and counts, never content of agent files. */
export function createLog(file: RotatingFile, level = 'info'): Logger {
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime, level }, file);
}
