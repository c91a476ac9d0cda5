import { setTimeout as sleep } from 'node:timers/promises';
import type { LogFile, LogFormat } from './agents/spec-log.ts';
import type { CommitGate } from './commit-gate.ts';
import type { Ingester } from './ingester.ts';
import { readLog } from './sources/read-log.ts';
import { toCursor } from './stored-cursor.ts';
import { passingCode } from './store/errors.ts';
import type { Store } from './store/store.ts';
import type { LogBatch } from './sources/source.ts';
import type { ReadProblem } from './sources/open-log.ts';

export interface ReadFilesOptions {
  readonly store: Store;
  readonly formats: ReadonlyMap<string, LogFormat>;
  readonly ingester: Ingester;
  readonly scratchDir: string;
  /** One shared byte: not 0 = stop after the current batch. */
  readonly stop: Uint8Array;
  /** Told of what was stored, after each transaction. */
  readonly onBatch: (progress: ReadProgress) => void;
  /** The store cannot take more for now; reading waits. */
  readonly onWaiting?: (code: string) => void;
  readonly onProblem?: (problem: ReadProblem, file: LogFile) => void;
  /** When other threads store at the same time. */
  readonly gate?: CommitGate;
}

export interface ReadProgress {
  readonly files: number;
  readonly bytes: number;
  readonly lines: number;
  readonly events: number;
  readonly findings: number;
}

/**
 * Small: what a batch is made into on its way is garbage before V8 has copied it. Not smaller, because each has its
 * fixed costs. Transactions are larger, see `HeldRows`.
 */
const BATCH_BYTES = 262_144;
/** What was read is stored after this time, however little it is. */
const MAX_HELD_MS = 1_000;

const RETRY_MS = [250, 1_000, 4_000, 15_000];

/**
 * Reads files one after the other from their stored cursors to their ends, and stores what is in them.
 * @throws StoreError other than full or busy, such as a damaged store: the owner must act
 */
export async function readFiles(files: readonly LogFile[], options: ReadFilesOptions): Promise<void> {
  const reader = new FileReader(options);
  await reader.read(files);
  await reader.finish();
}

/**
 * Reads files into few, large transactions, which may end in the middle of a file and hold many files.
 * A full or busy store is waited for: what was not stored is read again from the cursors that are stored.
 */
export class FileReader {
  readonly #options: ReadFilesOptions;
  /** Begun and not wholly in the last transaction: read again when the next one fails. */
  readonly #unstored = new Set<LogFile>();
  #progress = { files: 0, bytes: 0, lines: 0 };
  #storedMs = performance.now();

  constructor(options: ReadFilesOptions) {
    this.#options = options;
  }

  /** When it resolves, the last of it may not be stored yet: see `finish`. @throws as `readFiles` does */
  async read(files: readonly LogFile[]): Promise<void> {
    for (const file of files) {
      if (this.#isStopped) return;
      await this.#patiently(() => this.#readFile(file));
    }
  }

  /** Stores what is left. @throws as `readFiles` does */
  async finish(): Promise<void> {
    await this.#patiently(() => {
      this.#store();
      return Promise.resolve();
    });
  }

  get #isStopped(): boolean {
    return this.#options.stop[0] !== 0;
  }

  async #patiently(step: () => Promise<void>): Promise<void> {
    let next = step;
    for (let attempt = 0; ; attempt++) {
      try {
        await next();
        return;
      } catch (error) {
        const code = passingCode(error, this.#options.store.path);
        if (code === undefined) throw error;
        this.#options.onWaiting?.(code);
        this.#progress = { files: 0, bytes: 0, lines: 0 };
        await pause(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0, this.#options.stop);
        // What was read and not stored is read again at the next start.
        if (this.#isStopped) return;
        next = () => this.#readAgain();
      }
    }
  }

  async #readAgain(): Promise<void> {
    for (const file of [...this.#unstored]) await this.#readFile(file);
    this.#store();
  }

  async #readFile(file: LogFile): Promise<void> {
    const { formats, store, scratchDir, onProblem } = this.#options;
    this.#unstored.add(file);
    const format = formats.get(file.formatId);
    const batches =
      format === undefined
        ? []
        : readLog(file, toCursor(store.cursor(file.path)), format, {
            scratchDir,
            batchBytes: BATCH_BYTES,
            problem: (problem, at) => onProblem?.(problem, at),
          });
    for await (const batch of batches) {
      this.#take(batch);
      if (this.#isStopped) return;
    }
    this.#progress.files += 1;
  }

  #take(batch: LogBatch): void {
    const { ingester, gate } = this.#options;
    ingester.hold(batch);
    this.#progress.bytes += batch.bytes;
    this.#progress.lines += batch.lines;
    const { held } = ingester;
    const isDue = held === 'enough' || performance.now() - this.#storedMs > MAX_HELD_MS;
    if (held !== 'full' && !(isDue && (gate?.isFree ?? true))) return;
    this.#store();
    if (!batch.atEnd) this.#unstored.add(batch.file);
  }

  #store(): void {
    const { ingester, gate, onBatch } = this.#options;
    gate?.enter();
    try {
      const stored = ingester.flush();
      onBatch({ ...this.#progress, ...stored });
    } finally {
      gate?.leave();
    }
    this.#unstored.clear();
    this.#progress = { files: 0, bytes: 0, lines: 0 };
    this.#storedMs = performance.now();
  }
}

/** In short steps: the order to stop comes as a byte in shared memory, which wakes nobody. */
async function pause(ms: number, stop: Uint8Array): Promise<void> {
  for (let waitedMs = 0; waitedMs < ms && stop[0] === 0; waitedMs += 50) await sleep(50);
}
