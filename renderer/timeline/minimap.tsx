import { memo } from 'react';
import type { TimelineMarks } from '../../collector/contract/timeline.ts';
import { SEVERITY_WORDS } from '../words/names.ts';

/** Where findings lie in the session, and which part is on the screen. A click goes there. */
export function Minimap({
  marks,
  first,
  last,
  total,
  onGo,
  eventHref,
}: {
  readonly marks: TimelineMarks;
  /** Rows on the screen, of `total`. */
  readonly first: number;
  readonly last: number;
  readonly total: number;
  readonly onGo: (fraction: number) => void;
  readonly eventHref: (eventId: string) => string;
}) {
  if (total === 0) return null;
  return (
    <nav
      className="minimap"
      aria-label="Findings in this session"
      onClick={(event) => {
        if (event.target !== event.currentTarget) return;
        const box = event.currentTarget.getBoundingClientRect();
        onGo((event.clientY - box.top) / box.height);
      }}
    >
      <div
        className="minimap-window"
        style={{ top: part(first, total), height: part(Math.max(1, last - first + 1), total) }}
      />
      <Marks marks={marks} eventHref={eventHref} />
    </nav>
  );
}

function part(n: number, of: number): string {
  return `${((n / Math.max(1, of)) * 100).toFixed(2)}%`;
}

/** Apart, because they stay while the window moves over them. */
const Marks = memo(function Marks({
  marks,
  eventHref,
}: {
  readonly marks: TimelineMarks;
  readonly eventHref: (eventId: string) => string;
}) {
  return marks.marks.map((mark) => (
    <a
      key={`${mark.findingId}${mark.eventId}`}
      className="minimap-mark"
      data-severity={mark.severity}
      style={{ top: part(mark.index, marks.total) }}
      href={eventHref(mark.eventId)}
      title={`${SEVERITY_WORDS[mark.severity]} finding`}
      aria-label={`${SEVERITY_WORDS[mark.severity]} finding, event ${mark.index + 1}`}
    />
  ));
});
