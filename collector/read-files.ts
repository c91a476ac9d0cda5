import { setTimeout as sleep } from 'node:timers/promises';
import type { LogFile, LogFormat } from './agents/spec-log.ts';
import type { IngestedBatch, Ingester } from './ingester.ts';
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
  readonly onBatch: (progress: {
    files: number;
    bytes: number;
    lines: number;
    events: number;
    findings: number;
  }) => void;
  /** The store cannot take more for now; reading waits. */
  readonly onWaiting?: (code: string) => void;
  readonly onCommitted?: (batch: IngestedBatch) => void;
  readonly onProblem?: (problem: ReadProblem, file: LogFile) => void;
}

/** Larger than live: fewer commits, and each touches the same index pages. */
const BATCH_BYTES = 3 * 1_048_576;

const RETRY_MS = [250, 1_000, 4_000, 15_000];

/**
 * Reads files one after the other from their stored cursors to their ends.
 * A full or busy store is waited for: the batch is read again from the cursor that is stored.
 * @throws StoreError of another kind, such as a damaged store: the owner must act
 */
export async function readFiles(files: readonly LogFile[], options: ReadFilesOptions): Promise<void> {
  for (const file of files) {
    for (let attempt = 0; ; attempt++) {
      if (options.stop[0] !== 0) return;
      try {
        await readFile(file, options);
        break;
      } catch (error) {
        const code = passingCode(error, options.store.path);
        if (code === undefined) throw error;
        options.onWaiting?.(code);
        await pause(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0, options.stop);
      }
    }
    options.onBatch({ files: 1, bytes: 0, lines: 0, events: 0, findings: 0 });
  }
}

/** In short steps: the order to stop comes as a byte in shared memory, which wakes nobody. */
async function pause(ms: number, stop: Uint8Array): Promise<void> {
  for (let waitedMs = 0; waitedMs < ms && stop[0] === 0; waitedMs += 50) await sleep(50);
}

async function readFile(file: LogFile, options: ReadFilesOptions): Promise<void> {
  const format = options.formats.get(file.formatId);
  if (format === undefined) return;
  const cursor = toCursor(options.store.cursor(file.path));
  const batches = readLog(file, cursor, format, {
    scratchDir: options.scratchDir,
    batchBytes: BATCH_BYTES,
    problem: (problem, at) => options.onProblem?.(problem, at),
  });
  for await (const batch of batches) {
    take(batch, options);
    if (options.stop[0] !== 0) return;
  }
}

function take(batch: LogBatch, options: ReadFilesOptions): void {
  const result = options.ingester.ingest(batch);
  options.onCommitted?.(result);
  options.onBatch({
    files: 0,
    bytes: batch.bytes,
    lines: batch.lines,
    events: result.inserted.length,
    findings: result.findings.length,
  });
}
