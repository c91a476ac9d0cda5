import { setTimeout as sleep } from 'node:timers/promises';
import type { IngestedBatch, Ingester } from './ingester.ts';
import type { LogSource } from './sources/log-source.ts';
import type { LogBatch } from './sources/source.ts';
import { passingCode } from './store/errors.ts';

export interface FollowOptions {
  readonly ingester: Ingester;
  readonly storePath: string;
  readonly signal: AbortSignal;
  readonly onStored: (batch: IngestedBatch) => void;
  /** The store takes nothing for now (`full`, `busy`); `undefined` = it does again. */
  readonly onWaiting: (code: string | undefined) => void;
}

const RETRY_MS = [250, 1_000, 4_000, 15_000];

/**
 * The loop: each batch is read, stored and told, one after the other.
 * @throws what the store threw when it is damaged or cannot be written at all
 */
export async function follow(source: LogSource, options: FollowOptions): Promise<void> {
  for await (const batch of source.live(options.signal)) {
    const done = await ingestPatiently(batch, options);
    if (done === undefined) return;
    source.committed(done.cursor);
    options.onStored(done);
  }
}

/** Waits while the disk is full or the store busy; the batch is kept and tried again. */
async function ingestPatiently(batch: LogBatch, options: FollowOptions): Promise<IngestedBatch | undefined> {
  for (let attempt = 0; ; attempt++) {
    try {
      const done = options.ingester.ingest(batch, true);
      if (attempt > 0) options.onWaiting(undefined);
      return done;
    } catch (error) {
      const code = passingCode(error, options.storePath);
      if (code === undefined) throw error;
      options.onWaiting(code);
      try {
        await sleep(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)], undefined, { signal: options.signal });
      } catch {
        return undefined; // Stopped while waiting: the batch is read again at the next start.
      }
    }
  }
}
