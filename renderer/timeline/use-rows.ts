import { type RefObject, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { RowHeights } from './row-heights.ts';

/** Rows beyond the screen that are built as well, above and below. */
const OVERSCAN = 12;
/** Rows come and go this many at once, so that most frames of a scroll change nothing. */
const BLOCK = 4;
/** A place far away is only known exactly once its surroundings were measured. */
const CORRECTIONS = 4;

export interface Rows {
  /** The rows to build. */
  readonly first: number;
  readonly last: number;
  readonly totalPx: number;
  readonly topOf: (index: number) => number;
  /** The ref of a row whose height is its own; it carries `data-index`. */
  readonly measure: (row: HTMLElement | null) => (() => void) | undefined;
  /** Tells that the row is as high as all others (again). */
  readonly plain: (index: number) => void;
  readonly scrollTo: (index: number, align: 'start' | 'center' | 'end') => void;
}

/**
 * Which rows of a list that scrolls with the page must exist. Built in the frame of the scroll itself: the browser
 * scrolls what is there without waiting, and the new rows are laid out once, with it.
 * @param rowPx height of a plain row, as the style sheet has it
 */
export function useRows(list: RefObject<HTMLElement | null>, count: number, rowPx: number): Rows {
  const heights = useMemo(() => new RowHeights(rowPx), [rowPx]);
  const [range, setRange] = useState({ first: 0, last: 2 * OVERSCAN });
  const [version, setVersion] = useState(0);
  const place = useRef({ offset: 0, first: 0, last: 0, count, frame: 0 });

  const look = useCallback(() => {
    const { offset, count: rows } = place.current;
    const top = scrollY - offset;
    const from = heights.indexAt(top, rows) - OVERSCAN;
    const to = heights.indexAt(top + innerHeight, rows) + OVERSCAN;
    const first = Math.max(0, Math.floor(from / BLOCK) * BLOCK);
    const last = Math.min(Math.ceil((to + 1) / BLOCK) * BLOCK - 1, rows - 1);
    if (first === place.current.first && last === place.current.last) return;
    place.current.first = first;
    place.current.last = last;
    setRange({ first, last });
  }, [heights]);

  useLayoutEffect(() => {
    place.current.count = count;
    const find = (): void => {
      const top = list.current?.getBoundingClientRect().top;
      if (top !== undefined) place.current.offset = top + scrollY;
      look();
    };
    const onScroll = (): void => {
      flushSync(look);
    };
    find();
    addEventListener('scroll', onScroll, { passive: true });
    addEventListener('resize', find);
    return () => {
      removeEventListener('scroll', onScroll);
      removeEventListener('resize', find);
    };
  }, [list, count, look]);

  const change = useCallback(
    (index: number, heightPx: number) => {
      const above = heights.indexAt(scrollY - place.current.offset, place.current.count);
      const moved = heights.set(index, heightPx);
      if (moved === 0) return;
      setVersion((before) => before + 1);
      look();
      // What is being read stays where it is.
      if (index < above)
        queueMicrotask(() => {
          scrollBy(0, moved);
        });
    },
    [heights, look],
  );
  const measure = useCallback(
    (row: HTMLElement | null) => {
      if (row === null) return undefined;
      const observer = new ResizeObserver(([entry]) => {
        const heightPx = entry?.borderBoxSize[0]?.blockSize;
        if (heightPx === undefined || !row.isConnected) return;
        // Before this frame is painted.
        flushSync(() => {
          change(Number(row.getAttribute('data-index')), heightPx);
        });
      });
      observer.observe(row);
      return () => {
        observer.disconnect();
      };
    },
    [change],
  );
  const plain = useCallback(
    (index: number) => {
      if (!heights.isPlain(index)) change(index, heights.rowPx);
    },
    [heights, change],
  );

  const scrollTo = useCallback(
    (index: number, align: 'start' | 'center' | 'end') => {
      cancelAnimationFrame(place.current.frame);
      const go = (left: number): void => {
        const { offset } = place.current;
        const top = offset + heights.topOf(index);
        const bottom = offset + heights.topOf(index + 1);
        const goal = {
          start: top - offset,
          center: (top + bottom - innerHeight) / 2,
          end: bottom - innerHeight + 40,
        };
        const before = scrollY;
        window.scrollTo(0, goal[align]);
        if (left > 0 && (left === CORRECTIONS || scrollY !== before))
          place.current.frame = requestAnimationFrame(() => {
            go(left - 1);
          });
      };
      go(CORRECTIONS);
    },
    [heights],
  );

  return useMemo(
    () => ({
      first: Math.min(range.first, Math.max(0, count - 1)),
      last: Math.min(range.last, count - 1),
      totalPx: heights.topOf(count),
      topOf: (index: number) => heights.topOf(index),
      measure,
      plain,
      scrollTo,
    }),
    // A new version is a new answer of `heights`.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [range, count, heights, version, measure, plain, scrollTo],
  );
}
