import { homedir } from 'node:os';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Text from logs and configs made safe for a terminal: escape sequences, control and direction-changing characters
 * are shown as `·`, line breaks as spaces.
 */
export function plain(text: string): string {
  return (
    text
      .replaceAll(/[\r\n\t]+/g, ' ')
      // C0, DEL and C1 controls; bidirectional and invisible formatting characters.
      .replaceAll(
        /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu,
        '·',
      )
  );
}

export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** `/home/ana/src/shop` → `~/src/shop`. */
export function tilde(path: string, home = homedir()): string {
  return path === home ? '~' : path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

/** `3 min ago`, `2 d ago`; the exact time is in `--json`. */
export function ago(timeMs: number, nowMs: number): string {
  const past = nowMs - timeMs;
  if (past < MINUTE) return 'now';
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min ago`;
  if (past < DAY) return `${Math.floor(past / HOUR)} h ago`;
  return `${Math.floor(past / DAY)} d ago`;
}

/** `1,234` · `56.7k` · `8.9M`. */
export function compact(n: number): string {
  if (n < 10_000) return n.toLocaleString('en-US');
  if (n < 1_000_000) return `${(n / 1_000).toFixed(n < 100_000 ? 1 : 0)}k`;
  return `${(n / 1_000_000).toFixed(n < 100_000_000 ? 1 : 0)}M`;
}

export function bytes(n: number): string {
  return n < 1_000_000 ? `${Math.ceil(n / 1_000)} kB` : `${(n / 1_000_000).toFixed(1)} MB`;
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}

/** `HH:MM:SS` in local time. */
export function clockTime(timeMs: number): string {
  return new Date(timeMs).toTimeString().slice(0, 8);
}

const DURATION_UNITS: Readonly<Record<string, number>> = { s: 1_000, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };

/** `90s`, `15m`, `24h`, `7d`, `2w` → milliseconds; `undefined` when it is none of these. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,6})([smhdw])$/.exec(text.trim());
  if (match === null) return undefined;
  const unit = DURATION_UNITS[match[2] ?? ''];
  return unit === undefined ? undefined : Number(match[1]) * unit;
}
