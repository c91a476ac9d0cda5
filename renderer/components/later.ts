import { useSyncExternalStore } from 'react';

/** A part of the window that no first picture needs. */
export interface Later<Part> {
  /** Loads it once. @returns undefined when it could not be had; the next one who wants it tries again */
  load(): Promise<Part | undefined>;
  /** It, once it is there; draws again when it comes. */
  usePart(): Part | undefined;
}

/** Every part that was declared, to be loaded while nothing else is to be done. */
const parts: Later<unknown>[] = [];

export function later<Part>(get: () => Promise<Part>): Later<Part> {
  const listeners = new Set<() => void>();
  let loaded: Part | undefined;
  let loading: Promise<Part | undefined> | undefined;
  const fetch = async (): Promise<Part | undefined> => {
    try {
      loaded = await get();
      for (const listener of listeners) listener();
    } catch {
      loading = undefined; // the collector is away: what it serves can be had when it is back
    }
    return loaded;
  };
  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const part: Later<Part> = {
    load: () => (loading ??= fetch()),
    usePart: () => useSyncExternalStore(subscribe, () => loaded),
  };
  parts.push(part);
  return part;
}

/** A person needs a moment to reach for anything; the browser says when it has nothing else to do. */
const LATEST_MS = 2_000;

/** Loads every part, so that what opens opens at once, also when the collector is gone by then. */
export function loadAllLater(): void {
  const load = (): void => {
    for (const part of parts) void part.load();
  };
  // Not every browser tells when it is idle.
  if ('requestIdleCallback' in globalThis) requestIdleCallback(load, { timeout: LATEST_MS });
  else setTimeout(load, LATEST_MS / 10);
}
