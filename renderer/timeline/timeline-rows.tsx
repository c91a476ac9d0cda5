import { type ReactNode, type RefObject, useEffect, useImperativeHandle, useLayoutEffect } from 'react';
import type { SequencedEvent } from '../../collector/contract/ipc.ts';
import { outcomeWords } from '../words/event-sentence.ts';
import { type EventFindings, NOTHING_FOUND, Row, startsTurn } from './row.tsx';
import { type Rows, useRows } from './use-rows.ts';
import type { Timeline } from './use-timeline.ts';

/** As in timeline.css: `--event-row`, and with two lines of words on a narrow screen. */
export const ROW_PX = { wide: 34, narrow: 52 };

export interface TimelineRowsProps {
  readonly list: RefObject<HTMLOListElement | null>;
  readonly rows: RefObject<Pick<Rows, 'scrollTo'> | null>;
  readonly count: number;
  readonly rowPx: number;
  readonly timeline: Pick<Timeline, 'at' | 'outcomeAt' | 'show'>;
  readonly findings: ReadonlyMap<string, EventFindings>;
  readonly open: ReadonlySet<string>;
  readonly marked: string | undefined;
  readonly onToggle: (id: string) => void;
  /** What shows which part is on the screen. */
  readonly map: (first: number, last: number) => ReactNode;
}

/** The part of a timeline that follows the scroll, apart from all that does not. */
export function TimelineRows(props: TimelineRowsProps) {
  const { list, count, timeline, findings, open, marked, onToggle } = props;
  const { at, outcomeAt, show } = timeline;
  const rows = useRows(list, count, props.rowPx);
  const { first, last, topOf, measure, plain, scrollTo } = rows;
  useImperativeHandle(props.rows, () => ({ scrollTo }), [scrollTo]);
  useEffect(() => {
    show(first, last);
  }, [show, first, last]);
  const isTall = (placed: SequencedEvent): boolean =>
    startsTurn(placed.event) || findings.has(placed.event.id) || open.has(placed.event.id);
  const indexes = Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n);
  useLayoutEffect(() => {
    for (const index of indexes) {
      const placed = at(index);
      if (placed !== undefined && !isTall(placed)) plain(index);
    }
  });
  return (
    <>
      <ol ref={list} className="events" style={{ height: rows.totalPx }}>
        {indexes.map((index) => {
          const placed = at(index);
          const tall = placed !== undefined && isTall(placed);
          const outcome = outcomeAt(index);
          return (
            <li
              key={index}
              data-index={index}
              data-tall={tall ? '' : undefined}
              ref={tall ? measure : undefined}
              style={{ top: topOf(index) }}
            >
              {placed === undefined ? (
                <div className="event-waiting" aria-hidden />
              ) : (
                <Row
                  event={placed.event}
                  outcome={outcome === undefined ? undefined : outcomeWords(outcome)}
                  failed={outcome !== undefined && outcome.status !== 'ok'}
                  findings={findings.get(placed.event.id) ?? NOTHING_FOUND}
                  open={open.has(placed.event.id)}
                  marked={placed.event.id === marked}
                  onToggle={onToggle}
                />
              )}
            </li>
          );
        })}
      </ol>
      {props.map(first, last)}
    </>
  );
}
