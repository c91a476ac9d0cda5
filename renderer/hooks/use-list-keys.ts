import { type RefObject, useEffect, useEffectEvent, useRef } from 'react';
import { isTyping } from './keys.ts';

/**
 * `j` and `k` move the focus through the links of a list; Enter follows a link by itself. Rows carry `data-index`.
 */
export function useListKeys(list: {
  readonly root: RefObject<HTMLElement | null>;
  readonly count: number;
  readonly isRow?: (index: number) => boolean;
  /** Brings a row that is not built yet to the screen. */
  readonly reveal: (index: number) => void;
}): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== 'j' && event.key !== 'k') return;
    if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector('[role="dialog"]') !== null) return;
    const step = event.key === 'j' ? 1 : -1;
    const current = document.activeElement?.closest('[data-index]');
    const from =
      current !== null && current !== undefined && list.root.current?.contains(current) === true
        ? Number(current.getAttribute('data-index'))
        : step > 0
          ? -1
          : list.count;
    let index = from + step;
    while (index >= 0 && index < list.count && list.isRow?.(index) === false) index += step;
    if (index < 0 || index >= list.count) return;
    event.preventDefault();
    focusRow(list.root.current, index, list.reveal);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => {
      onKey(event);
    };
    document.addEventListener('keydown', listener);
    return () => {
      document.removeEventListener('keydown', listener);
    };
  }, []);
}

/** The same for a list that is there as a whole: its rows carry `data-index` from 0. */
export function useShortListKeys(count: number): RefObject<HTMLDivElement | null> {
  const root = useRef<HTMLDivElement>(null);
  useListKeys({ root, count, reveal: () => undefined });
  return root;
}

/** Some frames may pass until a row far away is built. */
const FRAMES_TO_WAIT = 10;

export function focusRow(root: HTMLElement | null, index: number, reveal: (index: number) => void): void {
  let frames = 0;
  const tryNow = (): void => {
    const row = root?.querySelector(`[data-index="${index}"]`);
    const target = row?.querySelector<HTMLElement>('a, button') ?? null;
    if (target !== null) {
      target.focus({ preventScroll: true });
      row?.scrollIntoView({ block: 'nearest' });
    } else if (frames++ < FRAMES_TO_WAIT) {
      reveal(index);
      requestAnimationFrame(tryNow);
    }
  };
  tryNow();
}
