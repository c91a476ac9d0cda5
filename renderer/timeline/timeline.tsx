import { ArrowDownToLine, ArrowUpToLine, SquareTerminal } from 'lucide-react';
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import type { EventKind } from '../../collector/contract/event.ts';
import type { Finding } from '../../collector/contract/finding.ts';
import { severityRank } from '../../collector/contract/severity.ts';
import type { Api } from '../api.ts';
import { Button } from '../components/button.tsx';
import { ChoiceMenu } from '../components/filters.tsx';
import { Empty, Failure, Loading } from '../components/states.tsx';
import { useApi } from '../hooks/reeve.tsx';
import { useCall } from '../hooks/use-call.ts';
import { useFilters } from '../hooks/use-filters.ts';
import { focusRow, useListKeys } from '../hooks/use-list-keys.ts';
import { useMedia } from '../hooks/use-media.ts';
import { useScale } from '../hooks/use-scale.ts';
import { links } from '../links.ts';
import { plural } from '../words/number.ts';
import { kindsOf, TIMELINE_KINDS } from './kinds.ts';
import { Minimap } from './minimap.tsx';
import { type EventFindings, NOTHING_FOUND } from './row.tsx';
import { ROW_PX, TimelineRows } from './timeline-rows.tsx';
import type { Rows } from './use-rows.ts';
import { useTimeline } from './use-timeline.ts';

/** As in timeline.css. */
const NARROW = '(max-width: 720px)';
/** Fewer events are seen at once, or nearly. */
const MINIMAP_FROM = 40;

/** Everything a session did, in order; rows exist only near the screen. */
export function Timeline({ sessionId }: { readonly sessionId: string }) {
  const api = useApi();
  const [filters, change] = useFilters();
  const kinds = useMemo(() => kindsOf(filters['show']), [filters]);
  const timeline = useTimeline(sessionId, kinds);
  const { total } = timeline;
  const count = total ?? 0;
  const ready = total !== undefined;
  const wanted = filters['event'];
  const { data: marks } = useCall('events.marks', { sessionId });
  const { data: findings } = useCall('findings.list', { sessionId, limit: 1_000 });
  const byEvent = useMemo(() => findingsByEvent(findings ?? []), [findings]);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((id: string) => {
    setOpen((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);

  const list = useRef<HTMLOListElement>(null);
  const rows = useRef<Pick<Rows, 'scrollTo'>>(null);
  const isNarrow = useMedia(NARROW);
  const scale = useScale();
  const go = useCallback((index: number, align: 'start' | 'center' | 'end') => {
    rows.current?.scrollTo(index, align);
  }, []);
  const reveal = useCallback(
    (index: number) => {
      go(index, 'center');
    },
    [go],
  );
  const eventHref = useCallback((eventId: string) => links.event(sessionId, eventId), [sessionId]);
  const map = useCallback(
    (first: number, last: number) =>
      marks !== undefined &&
      count > MINIMAP_FROM && (
        <Minimap
          marks={marks}
          first={first}
          last={last}
          total={count}
          onGo={(fraction) => {
            go(Math.floor(fraction * count), 'center');
          }}
          eventHref={eventHref}
        />
      ),
    [marks, count, go, eventHref],
  );
  useListKeys({ root: list, count, reveal });

  const goTo = useEffectEvent((id: string, index: number) => {
    setOpen((before) => new Set(before).add(id));
    focusRow(list.current, index, reveal);
  });
  useEffect(() => {
    if (wanted === undefined || !ready) return;
    let left = false;
    void placeOf(api, sessionId, wanted, kinds).then((index) => {
      if (!left && index !== undefined) goTo(wanted, index);
    });
    return () => {
      left = true;
    };
  }, [api, sessionId, wanted, kinds, ready]);

  if (timeline.error !== undefined && total === undefined) return <Failure error={timeline.error} />;
  if (total === undefined) return <Loading lines={14} />;
  return (
    <div className="timeline">
      <div className="toolbar timeline-tools">
        <ChoiceMenu
          label="Show"
          value={filters['show'] ?? ''}
          choices={TIMELINE_KINDS}
          onChange={(value) => {
            change({ show: value, event: undefined });
          }}
        />
        <span className="muted small num" role="status">
          {plural(total, 'event')}
        </span>
        {total > ON_A_SCREEN && (
          <div className="end">
            <Button
              size="small"
              look="quiet"
              icon={ArrowUpToLine}
              onClick={() => {
                go(0, 'start');
              }}
            >
              Start
            </Button>
            <Button
              size="small"
              look="quiet"
              icon={ArrowDownToLine}
              onClick={() => {
                go(count - 1, 'end');
              }}
            >
              End
            </Button>
          </div>
        )}
      </div>
      {total === 0 && (
        <Empty icon={SquareTerminal} title="Nothing of this kind">
          This session has no such events, or they are older than what is kept.
        </Empty>
      )}
      <TimelineRows
        list={list}
        rows={rows}
        count={count}
        rowPx={(isNarrow ? ROW_PX.narrow : ROW_PX.wide) * scale}
        timeline={timeline}
        findings={byEvent}
        open={open}
        marked={wanted}
        onToggle={toggle}
        map={map}
      />
    </div>
  );
}

/** Fewer events have no ends to go to. */
const ON_A_SCREEN = 30;

/** Where an event stands among those that are shown; undefined when it is not kept any more. */
async function placeOf(
  api: Api,
  sessionId: string,
  eventId: string,
  kinds: readonly EventKind[],
): Promise<number | undefined> {
  const placed = await api.call('events.get', { id: eventId });
  if (placed === null) return undefined;
  const anchor = { seq: placed.seq };
  const page = await api.call('events.page', { sessionId, anchor, limit: 1, kinds: [...kinds] });
  return page.firstIndex;
}

/** A finding stands where it was complete; the events before it only say that they are a part of it. */
function findingsByEvent(findings: readonly Finding[]): ReadonlyMap<string, EventFindings> {
  const map = new Map<string, EventFindings>();
  const worstFirst = [...findings].sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
  for (const finding of worstFirst) {
    const events = finding.evidence.flatMap(({ eventId }) => eventId ?? []);
    for (const [at, eventId] of events.entries()) {
      const { here, partOf } = map.get(eventId) ?? NOTHING_FOUND;
      map.set(
        eventId,
        at === events.length - 1
          ? { here: [...here, finding], partOf }
          : { here, partOf: [...partOf, finding] },
      );
    }
  }
  return map;
}
