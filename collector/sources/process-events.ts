import { writeSync } from 'node:fs';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ProcessEventSetup } from '../platform/process-reader.ts';
import type { FromEventThread, ProcessEventBatch } from './process-event-batch.ts';

/** The thread reads small files and keeps nothing. */
const HEAP = { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 4 };
/** On a busy machine a thread may need some seconds to begin. */
const START_TIMEOUT_MS = 15_000;
const EXTENSION = extname(import.meta.url).slice(1);

export interface ProcessEvents {
  close(): Promise<void>;
}

export type OpenedProcessEvents =
  | { readonly ok: true; readonly events: ProcessEvents }
  /** In plain words; polling is all there is then. */
  | { readonly ok: false; readonly reason: string };

export interface ProcessEventHandlers {
  readonly onBatch: (batch: ProcessEventBatch) => void;
  /** The thread ended by itself: nothing more will come. */
  readonly onEnd: (reason: string) => void;
}

/**
 * Starts the thread that hears of every process that starts, runs a program or ends (Linux). Needs no privileges on
 * recent kernels. Nothing is thrown: what is in the way comes back as a reason.
 * @param setup of the reader that takes the snapshots, so that both give a process the same start time
 */
export async function openProcessEvents(
  setup: ProcessEventSetup | undefined,
  handlers: ProcessEventHandlers,
): Promise<OpenedProcessEvents> {
  if (setup === undefined)
    return { ok: false, reason: 'this system tells nobody of processes as they start' };
  const taken = new Int32Array(new SharedArrayBuffer(4));
  let worker: Worker;
  try {
    worker = new Worker(new URL(`./process-events-worker.${EXTENSION}`, import.meta.url), {
      workerData: { ...setup, taken },
      resourceLimits: HEAP,
      name: 'process-events',
      // Options of the main thread (--eval, --input-type) are refused beside a file.
      execArgv: [],
    });
  } catch (error) {
    return { ok: false, reason: `the event thread cannot be started (${nameOf(error)})` };
  }
  worker.unref();
  let failure = 'the event thread ended';
  worker.on('error', (error) => {
    failure = `the event thread failed (${nameOf(error)})`;
  });
  const exited = new Promise<void>((resolve) =>
    worker.once('exit', () => {
      resolve();
    }),
  );
  const first = await firstMessage(worker, exited);
  if (first?.kind !== 'ready') {
    // Not terminated: a native library that is cut off while it loads takes the whole process with it.
    worker.on('message', (late: FromEventThread) => {
      if (late.kind === 'ready') wake(late.wakeFd);
    });
    const reason = first?.kind === 'unavailable' ? first.reason : failure;
    return { ok: false, reason };
  }
  let closing = false;
  worker.on('message', (message: FromEventThread) => {
    if (message.kind !== 'batch') return;
    Atomics.add(taken, 0, 1);
    if (!closing) handlers.onBatch(message);
  });
  void exited.then(() => {
    if (!closing) handlers.onEnd(failure);
  });
  return { ok: true, events: { close: () => close() } };

  async function close(): Promise<void> {
    if (closing) return exited;
    closing = true;
    worker.ref(); // until it has ended, the caller waits
    if (first?.kind === 'ready') wake(first.wakeFd);
    return exited;
  }
}

/** The thread sleeps in the kernel and hears no message; this descriptor is what it also listens to. */
function wake(fd: number): void {
  const one = Buffer.alloc(8);
  one.writeBigUInt64LE(1n);
  try {
    writeSync(fd, one);
  } catch {
    return; // EBADF: the thread is on its way out by itself
  }
}

function firstMessage(worker: Worker, exited: Promise<void>): Promise<FromEventThread | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(undefined);
    }, START_TIMEOUT_MS);
    const finish = (message: FromEventThread | undefined): void => {
      clearTimeout(timer);
      resolve(message);
    };
    worker.once('message', finish);
    void exited.then(() => {
      finish(undefined);
    });
  });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
