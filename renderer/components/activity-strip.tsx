import type { Overview } from '../../collector/contract/overview.ts';
import { useNow } from '../hooks/use-now.ts';
import { plural } from '../words/number.ts';
import { dayAndTime } from '../words/time.ts';
import { SeverityShape } from './severity.tsx';

/** Of the room for bars; the rest is for the marks above them. */
const HIGHEST = 76;
/** A quarter of an hour with one event must still be seen. */
const LEAST = 4;

/** What went on, quarter hour by quarter hour, with findings above. Each bar says its numbers. */
export function ActivityStrip({ strip }: { readonly strip: Overview['strip'] }) {
  const now = useNow();
  const most = Math.max(1, ...strip.buckets.map((bucket) => bucket.events));
  // By square root: one busy hour must not make the quiet ones vanish.
  const height = (events: number): string =>
    `${Math.max(LEAST, HIGHEST * Math.sqrt(events / most)).toFixed(1)}%`;
  const total = strip.buckets.reduce((sum, bucket) => sum + bucket.events, 0);
  const found = strip.buckets.reduce((sum, bucket) => sum + bucket.findings, 0);
  return (
    <figure
      className="card strip"
      aria-label={`${plural(total, 'event')}, ${plural(found, 'finding')} in the last 24 hours`}
    >
      <div className="strip-bars" aria-hidden>
        {strip.buckets.map((bucket, index) => {
          const startMs = strip.startMs + index * strip.bucketMs;
          return (
            <div
              key={startMs}
              className="strip-slot"
              title={`${dayAndTime(startMs, now)}: ${plural(bucket.events, 'event')}${bucket.findings === 0 ? '' : `, ${plural(bucket.findings, 'finding')}`}`}
            >
              {bucket.worst !== undefined && (
                <span className="strip-mark" data-severity={bucket.worst}>
                  <SeverityShape severity={bucket.worst} size={8} />
                </span>
              )}
              {bucket.events > 0 && <span className="strip-bar" style={{ height: height(bucket.events) }} />}
            </div>
          );
        })}
      </div>
      <div className="strip-hours muted" aria-hidden>
        <span>{dayAndTime(strip.startMs, now)}</span>
        <span>{dayAndTime(strip.startMs + (strip.bucketMs * strip.buckets.length) / 2, now)}</span>
        <span>now</span>
      </div>
    </figure>
  );
}
