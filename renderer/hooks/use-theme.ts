import { useCallback, useSyncExternalStore } from 'react';
import { storeTheme } from '../theme.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const listeners = new Set<() => void>();

/** The chosen theme; `system` follows the computer. Kept by this browser only; the page comes with it. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const theme = useSyncExternalStore(subscribe, read);
  const set = useCallback((next: Theme) => {
    const root = document.documentElement;
    if (next === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = next;
    storeTheme(next === 'system' ? undefined : next);
    for (const listener of listeners) listener();
  }, []);
  return [theme, set];
}

function read(): Theme {
  const value = document.documentElement.dataset['theme'];
  return value === 'light' || value === 'dark' ? value : 'system';
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
