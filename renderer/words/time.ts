const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const dateTime = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const shortDate = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const longDate = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const timeOfDay = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** `just now`, `2 min ago`, `3 h ago`, `5 d ago`, then the date. A time to come reads `in 4 min`. */
export function ago(timeMs: number, nowMs: number): string {
  const past = nowMs - timeMs;
  if (past < 0) return past > -30_000 ? 'just now' : `in ${span(-past)}`;
  if (past < MINUTE) return 'just now';
  if (past < 14 * DAY) return `${span(past)} ago`;
  return new Date(timeMs).getFullYear() === new Date(nowMs).getFullYear()
    ? shortDate.format(timeMs)
    : longDate.format(timeMs);
}

/** One unit, rounded down: `40 s`, `12 min`, `3 h`, `5 d`. */
export function span(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / 1_000))} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

/** How long something took: `120 ms`, `1.4 s`, `2 min 5 s`, `3 h 4 min`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.round(ms / 1_000)} s`;
  if (ms < HOUR) return pair(ms, MINUTE, 'min', 1_000, 's');
  if (ms < DAY) return pair(ms, HOUR, 'h', MINUTE, 'min');
  return pair(ms, DAY, 'd', HOUR, 'h');
}

function pair(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}

/** In full, with seconds and zone: what stands on hover. */
export function exactTime(timeMs: number): string {
  return dateTime.format(timeMs);
}

/** `14:03:22` in local time. */
export function clockTime(timeMs: number): string {
  return clock.format(timeMs);
}

/** `14:03`, with the day in front when it is not the day of `nowMs`. */
export function dayAndTime(timeMs: number, nowMs: number): string {
  const sameDay = new Date(timeMs).toDateString() === new Date(nowMs).toDateString();
  return sameDay ? timeOfDay.format(timeMs) : `${shortDate.format(timeMs)}, ${timeOfDay.format(timeMs)}`;
}
