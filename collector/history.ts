import { availableParallelism } from 'node:os';
import { AGENTS } from './agents/index.ts';
import { readBacklog } from './backlog.ts';
import { formatsOf } from './formats.ts';
import type { Ingester } from './ingester.ts';
import type { Paths } from './paths.ts';
import type { IngestPlace } from './pipeline/ingest.ts';
import { readFiles } from './read-files.ts';
import type { RuleSource } from './rule-set.ts';
import type { LogShard, LogSource } from './sources/log-source.ts';
import type { Store } from './store/store.ts';

export interface HistoryOptions {
  readonly store: Store;
  readonly ingester: Ingester;
  readonly paths: Pick<Paths, 'store' | 'scratch'>;
  readonly places: readonly IngestPlace[];
  readonly ruleSources: readonly RuleSource[];
  readonly queue: boolean;
  readonly signal: AbortSignal;
  /** Files that wait: first all of them, then less as they are read. */
  readonly onFiles: (change: number) => void;
  readonly onProgress: (progress: { bytes: number; lines: number; events: number; findings: number }) => void;
  readonly onWaiting: (code: string) => void;
  readonly onRuleFailed: (ruleId: string) => void;
  /** What must be done before anything is read, once it is known what there is: threads load their code meanwhile. */
  readonly first?: () => Promise<void>;
}

/** Below this much to read, starting threads costs more than it saves. */
const INLINE_BYTES = 6_000_000;

/**
 * Reads everything the stored cursors have not seen: on this thread when it is little, else on two.
 * @returns how many files had something new. @throws StoreError when the store is damaged or cannot be written
 */
export async function readHistory(source: LogSource, options: HistoryOptions): Promise<number> {
  const shards: LogShard[] = [];
  for await (const shard of source.backlog(options.signal)) shards.push(shard);
  const files = shards.reduce((sum, shard) => sum + shard.files.length, 0);
  options.onFiles(files);
  const bytes = shards.reduce((sum, shard) => sum + shard.bytes, 0);
  if (bytes > INLINE_BYTES) {
    await readOnThreads(shards, options);
  } else {
    await options.first?.();
    await readHere(shards, options);
  }
  return files;
}

async function readHere(shards: readonly LogShard[], options: HistoryOptions): Promise<void> {
  const stop = new Uint8Array(1);
  options.signal.addEventListener('abort', () => void stop.fill(1), { once: true });
  for (const shard of shards) {
    await readFiles(shard.files, {
      store: options.store,
      formats: formatsOf(AGENTS),
      ingester: options.ingester,
      scratchDir: options.paths.scratch,
      stop,
      onBatch: (progress) => {
        options.onFiles(-progress.files);
        options.onProgress(progress);
      },
      onWaiting: options.onWaiting,
    });
  }
}

async function readOnThreads(shards: readonly LogShard[], options: HistoryOptions): Promise<void> {
  await readBacklog({
    storePath: options.paths.store,
    scratchDir: options.paths.scratch,
    places: options.places,
    ruleSources: options.ruleSources,
    queue: options.queue,
    shards: shards.map((shard) => shard.files),
    workers: Math.min(2, availableParallelism()),
    signal: options.signal,
    ...(options.first !== undefined && { first: options.first }),
    onMessage: (message) => {
      if (message.kind === 'rule-failed') options.onRuleFailed(message.ruleId);
      else if (message.kind === 'waiting') options.onWaiting(message.code);
      else {
        options.onFiles(-message.files);
        options.onProgress(message);
      }
    },
  });
}
