import { useNow } from '../hooks/use-now.ts';
import { ago, exactTime } from '../words/time.ts';

/** A time as people say it; exact on hover and for screen readers. */
export function When({ timeMs, lead = '' }: { readonly timeMs: number; readonly lead?: string }) {
  const now = useNow();
  return (
    <time dateTime={new Date(timeMs).toISOString()} title={exactTime(timeMs)} className="nowrap num">
      {lead}
      {ago(timeMs, now)}
    </time>
  );
}
