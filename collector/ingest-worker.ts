/** Worker thread: reads whole log files from their stored cursors and stores what is in them. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { AGENTS } from './agents/index.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './backlog.ts';
import { formatsOf } from './formats.ts';
import { Ingester } from './ingester.ts';
import { readFiles } from './read-files.ts';
import { RULES } from './rules/index.ts';
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
    queue: z.boolean(),
    stop: z.instanceof(Uint8Array),
  })
  .parse(workerData);
const store = Store.openSecond({
  path: setup.storePath,
  nowMs: () => Date.now(),
  queue: () => setup.queue,
});
const formats = formatsOf(AGENTS);
const ingester = new Ingester({
  store,
  formats,
  rules: RULES,
  places: setup.places,
  onRuleFailed: (ruleId) => {
    post({ kind: 'rule-failed', ruleId });
  },
});

port.on('message', (message: ToWorker) => {
  void handle(message);
});
post({ kind: 'ready' });

async function handle(message: ToWorker): Promise<void> {
  if (message.kind === 'stop') {
    store.release();
    port?.close();
    return;
  }
  try {
    await readFiles(message.files, {
      store,
      formats,
      ingester,
      scratchDir: setup.scratchDir,
      stop: setup.stop,
      onWaiting,
      onBatch,
    });
    post({ kind: 'ready' });
  } catch (error) {
    post({
      kind: 'failed',
      reason: error instanceof Error ? error.message : 'unknown',
      code: storeErrorOf(error, setup.storePath)?.code ?? '',
    });
  }
}

function onBatch(batch: {
  files: number;
  bytes: number;
  lines: number;
  events: number;
  findings: number;
}): void {
  post({ kind: 'progress', ...batch });
}

function onWaiting(code: string): void {
  post({ kind: 'waiting', code });
}
