/** Worker thread: reads whole log files from their stored cursors and stores what is in them. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { AGENTS } from './agents/index.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './backlog.ts';
import { formatsOf } from './formats.ts';
import { CommitGate } from './commit-gate.ts';
import { Ingester } from './ingester.ts';
import { FileReader } from './read-files.ts';
import { rulesOf } from './rule-set.ts';
import { storeErrorOf } from './store/errors.ts';
import { Store } from './store/store.ts';

const port = parentPort;
if (port === null) throw new Error('ingest-worker runs as a worker thread only');
const post = (message: FromWorker): void => {
  port.postMessage(message);
};

const setup: WorkerSetup = z
  .object({
    storePath: z.string(),
    scratchDir: z.string(),
    places: z.array(
      z.object({
        home: z.string(),
        platform: z.enum(['linux', 'darwin', 'win32']),
        actor: z.object({
          user: z.string(),
          uid: z.int().exactOptional(),
          account: z.string().exactOptional(),
        }),
      }),
    ),
    ruleSources: z.array(z.object({ path: z.string(), text: z.string() })),
    queue: z.boolean(),
    stop: z.instanceof(Uint8Array),
    gate: z.instanceof(Int32Array),
    knownIds: z
      .object({ events: z.instanceof(Int32Array), usage: z.instanceof(Int32Array) })
      .or(z.undefined()),
  })
  .parse(workerData);
const store = Store.openSecond({
  path: setup.storePath,
  nowMs: () => Date.now(),
  queue: () => setup.queue,
  ...(setup.knownIds !== undefined && { knownIds: setup.knownIds }),
});
const formats = formatsOf(AGENTS);
const ingester = new Ingester({
  store,
  formats,
  rules: (await rulesOf(setup.ruleSources)).rules,
  places: setup.places,
  onRuleFailed: (ruleId) => {
    post({ kind: 'rule-failed', ruleId });
  },
});
const reader = new FileReader({
  store,
  formats,
  ingester,
  scratchDir: setup.scratchDir,
  stop: setup.stop,
  gate: new CommitGate(setup.gate),
  onWaiting: (code) => {
    post({ kind: 'waiting', code });
  },
  onBatch: (progress) => {
    post({ kind: 'progress', ...progress });
  },
});

port.on('message', (message: ToWorker) => {
  void handle(message);
});
let failed = false;
post({ kind: 'ready' });

async function handle(message: ToWorker): Promise<void> {
  try {
    if (message.kind === 'shard') {
      await reader.read(message.files);
      post({ kind: 'ready' });
      return;
    }
    if (!failed) await reader.finish();
  } catch (error) {
    failed = true;
    post({
      kind: 'failed',
      reason: error instanceof Error ? error.message : 'unknown',
      code: storeErrorOf(error, setup.storePath)?.code ?? '',
    });
    if (message.kind === 'shard') return; // The order to stop is on its way.
  }
  store.release();
  port?.close();
}
