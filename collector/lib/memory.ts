import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Keeps V8's space for young objects as small as it starts, 1 MB: while the code is loaded it would grow to 16 MB and
 * stay there. V8 takes compiled code only under the flags it was compiled with, of which this is one: so it is set before
 * any is taken up, and where it is made.
 */
export const START_FLAG = '--semi-space-growth-factor=1';

/**
 * Keeps that space small, in every thread that starts from now on at 4 MB. It would otherwise grow to 128 MB while a
 * backlog is read and stay there, with some 30 MB alive.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--min-semi-space-size=4');
  setFlagsFromString(START_FLAG);
  // Little survives in so small a space: waking helper threads for it, on cores that have work, takes longer.
  setFlagsFromString('--no-parallel-scavenge');
}

const RELEASE_AFTER_MS = 3_000;

/** By how much the heap may grow between two full collections, in per cent. V8 by itself makes 250 MB of 50 in use. */
const GROWTH_FLAG = '--heap-growing-percent=50';

/**
 * Gives back what the start and the backlog left: one full collection, a moment later, when there is time for it. From
 * then on the heap is held close to what is in use. Not before: reading a backlog, that would cost time, and threads
 * that start later compile their code anew.
 * @param trim asks the C library for its part, after it
 */
export function releaseMemorySoon(signal: AbortSignal, trim: () => unknown): void {
  if (signal.aborted) return;
  setFlagsFromString(GROWTH_FLAG);
  const timer = setTimeout(() => {
    releaseMemory();
    trim();
  }, RELEASE_AFTER_MS).unref();
  signal.addEventListener(
    'abort',
    () => {
      clearTimeout(timer);
    },
    { once: true },
  );
}

function releaseMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') return;
  Reflect.apply(collect, undefined, [{ type: 'major', execution: 'sync', flavor: 'last-resort' }]);
}
