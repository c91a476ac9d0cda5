import { Worker } from 'node:worker_threads';
import type { LogFile } from './agents/spec-log.ts';
import { threadEnv } from './lib/compiled-code.ts';
import type { IngestPlace } from './pipeline/ingest.ts';
import type { ReadProgress } from './read-files.ts';
import type { RuleSource } from './rule-set.ts';
import { StoreError } from './store/errors.ts';
import type { KnownIdBits } from './store/known-ids.ts';
import { Store } from './store/store.ts';

export interface WorkerSetup {
  readonly storePath: string;
  readonly scratchDir: string;
  readonly places: readonly IngestPlace[];
  /** Rules of the organisation, which each thread makes anew. */
  readonly ruleSources: readonly RuleSource[];
  /** Put events and findings into the outbox. */
  readonly queue: boolean;
  readonly stop: Uint8Array;
  /** See `CommitGate`. */
  readonly gate: Int32Array;
  readonly knownIds: KnownIdBits | undefined;
}

export type ToWorker =
  { readonly kind: 'shard'; readonly files: readonly LogFile[] } | { readonly kind: 'stop' };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'rule-failed'; readonly ruleId: string }
  | { readonly kind: 'waiting'; readonly code: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly code: string }
  | ({ readonly kind: 'progress' } & ReadProgress);

export interface BacklogOptions extends Omit<WorkerSetup, 'stop' | 'gate' | 'knownIds'> {
  /** The files of one shard are read in order by one worker. The largest shards come first, so that no worker ends alone. */
  readonly shards: readonly (readonly LogFile[])[];
  readonly workers: number;
  /** What must be done before anything is read: the threads are made before it, and given their files after it. */
  readonly first?: () => Promise<void>;
  readonly signal: AbortSignal;
  readonly onMessage: (
    message: Extract<FromWorker, { kind: 'progress' | 'rule-failed' | 'waiting' }>,
  ) => void;
}

/** Small heaps: a batch is about 1 MiB of lines, and two workers together must stay far below the memory budget. */
const HEAP = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 48 };
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/**
 * Reads a big backlog on several threads. Each worker has its own connection to the store and commits for itself.
 * @throws StoreError or Error when a worker failed; what was committed stays. What `first` throws; then nothing was read
 */
export async function readBacklog(options: BacklogOptions): Promise<void> {
  const queue = [...options.shards];
  const stop = new Uint8Array(new SharedArrayBuffer(1));
  const onAbort = (): void => {
    stop[0] = 1;
  };
  if (options.signal.aborted) return;
  const setup: WorkerSetup = {
    storePath: options.storePath,
    scratchDir: options.scratchDir,
    places: options.places,
    ruleSources: options.ruleSources,
    queue: options.queue,
    stop,
    gate: new Int32Array(new SharedArrayBuffer(4)),
    knownIds: readKnownIds(options.storePath),
  };
  options.signal.addEventListener('abort', onAbort, { once: true });
  const count = Math.max(1, Math.min(options.workers, queue.length));
  try {
    const begun = Promise.withResolvers<unknown>();
    const threads = Array.from({ length: count }, () =>
      runWorker(setup, queue, options, stop, begun.promise),
    );
    begun.resolve(options.first?.());
    // All of them have ended before a failure is told: what comes next may be moving the store away.
    const ends = await Promise.allSettled([begun.promise, ...threads]);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  } finally {
    options.signal.removeEventListener('abort', onAbort);
  }
}

function readKnownIds(storePath: string): KnownIdBits | undefined {
  const store = Store.openSecond({ path: storePath, nowMs: () => Date.now() });
  try {
    return store.readKnownIds();
  } finally {
    store.release();
  }
}

function runWorker(
  setup: WorkerSetup,
  queue: (readonly LogFile[])[],
  options: BacklogOptions,
  stop: Uint8Array,
  begun: Promise<unknown>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(`./ingest-worker.${EXTENSION}`, import.meta.url), {
      workerData: setup,
      resourceLimits: HEAP,
      ...threadEnv(),
    });
    const send = (message: ToWorker): void => {
      worker.postMessage(message);
    };
    const sendNext = (): void => {
      const files = stop[0] === 0 ? queue.shift() : undefined;
      send(files === undefined ? { kind: 'stop' } : { kind: 'shard', files });
    };
    let failure: Error | undefined;
    worker.on('message', (message: FromWorker) => {
      switch (message.kind) {
        case 'ready':
          void begun.then(sendNext, () => {
            send({ kind: 'stop' });
          });
          break;
        case 'failed':
          stop[0] = 1;
          failure = new StoreError(storeCode(message.code), message.reason, undefined);
          send({ kind: 'stop' });
          break;
        case 'progress':
        case 'rule-failed':
        case 'waiting':
          options.onMessage(message);
          break;
      }
    });
    worker.once('error', (error) => {
      stop[0] = 1;
      failure = error instanceof Error ? error : new Error('a reading thread failed');
    });
    worker.once('exit', () => {
      if (failure === undefined) resolve();
      else reject(failure);
    });
  });
}

function storeCode(code: string): StoreError['code'] {
  return code === 'full' || code === 'corrupt' || code === 'busy' || code === 'unwritable' ? code : 'other';
}
