import { Worker } from 'node:worker_threads';
import { z } from 'zod';

/** Memory for the checking thread: it holds one page at a time. */
const HEAP = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const Problems = z.array(z.string());

/**
 * Reads every page of a store in a thread of its own, while it is used: a store of some gigabytes takes a minute.
 * @returns what is damaged; nothing when the store is sound, could not be looked at, or the signal came first
 */
export async function checkBehind(path: string, signal: AbortSignal): Promise<readonly string[]> {
  if (signal.aborted) return [];
  const worker = new Worker(new URL(`./check-worker.${EXTENSION}`, import.meta.url), {
    workerData: { path },
    resourceLimits: HEAP,
  });
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<readonly string[]>((resolve) => {
      worker.once('message', (message: unknown) => {
        resolve(Problems.safeParse(message).data ?? []);
      });
      worker.once('error', () => {
        resolve([]);
      });
      worker.once('exit', () => {
        resolve([]);
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
