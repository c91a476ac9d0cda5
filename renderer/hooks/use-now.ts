import { useSyncExternalStore } from 'react';

/** Relative times change by the minute; this is often enough for all of them. */
const TICK_MS = 15_000;

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/**
 * The current time for all relative times of the page, from one clock. It stands while the page is not seen.
 */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    document.addEventListener('visibilitychange', run);
    run();
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    document.removeEventListener('visibilitychange', run);
    clearInterval(timer);
  };
}

function run(): void {
  clearInterval(timer);
  if (document.visibilityState !== 'visible') return;
  tick();
  timer = setInterval(tick, TICK_MS);
}

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}
