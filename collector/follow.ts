import { setTimeout as sleep } from 'node:timers/promises';
import type { IngestedBatch, Ingester } from './ingester.ts';
import type { LogSource } from './sources/log-source.ts';
import type { LogBatch } from './sources/source.ts';
import type { CommitResult } from './store/batch.ts';
import { passingCode } from './store/errors.ts';

export interface FollowOptions {
  readonly ingester: Ingester;
  readonly storePath: string;
  readonly signal: AbortSignal;
  readonly onStored: (stored: CommitResult) => void;
  /** The store takes nothing for now (`full`, `busy`); `undefined` = it does again. */
  readonly onWaiting: (code: string | undefined) => void;
}

const RETRY_MS = [250, 1_000, 4_000, 15_000];
/** Taken in one turn and stored in one transaction: the lines of many sessions, or a megabyte of one. */
const MOST_BATCHES = 64;
const MOST_BYTES = 1_048_576;

/**
 * The loop: what came at about the same time is read, stored and told together.
 * @throws what the store threw when it is damaged or cannot be written at all
 */
export async function follow(source: LogSource, options: FollowOptions): Promise<void> {
  for await (const first of source.live(options.signal)) {
    const batches = await gather(first, source);
    const done = await ingestPatiently(batches, options);
    if (done === undefined) return;
    for (const { cursor } of done) source.committed(cursor);
    options.onStored(done.length === 1 && done[0] !== undefined ? done[0] : together(done));
  }
}

async function gather(first: LogBatch, source: LogSource): Promise<readonly LogBatch[]> {
  const batches = [first];
  for (let { bytes } = first; bytes < MOST_BYTES && batches.length < MOST_BATCHES;) {
    const next = await source.next();
    if (next === undefined) break;
    batches.push(next);
    bytes += next.bytes;
  }
  return batches;
}

function together(done: readonly IngestedBatch[]): CommitResult {
  // The last word about a finding is how it stands now.
  const findings = new Map(done.flatMap((batch) => batch.findings.map((finding) => [finding.id, finding])));
  return { inserted: done.flatMap(({ inserted }) => inserted), findings: [...findings.values()] };
}

/** Waits while the disk is full or the store busy; the batches are kept and tried again. */
async function ingestPatiently(
  batches: readonly LogBatch[],
  options: FollowOptions,
): Promise<readonly IngestedBatch[] | undefined> {
  for (let attempt = 0; ; attempt++) {
    try {
      const done = options.ingester.ingestLive(batches);
      if (attempt > 0) options.onWaiting(undefined);
      return done;
    } catch (error) {
      const code = passingCode(error, options.storePath);
      if (code === undefined) throw error;
      options.onWaiting(code);
      try {
        await sleep(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)], undefined, { signal: options.signal });
      } catch {
        return undefined; // Stopped while waiting: the batches are read again at the next start.
      }
    }
  }
}
