import { homedir } from 'node:os';
import { stripVTControlCharacters } from 'node:util';

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
      // C0, DEL and C1 controls; lone surrogates; bidirectional and invisible formatting characters.
      .replaceAll(
        /[\p{Cc}\p{Cs}\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu,
        '·',
      )
  );
}

/** Takes two columns of a terminal: East Asian wide characters and emoji. */
const WIDE =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u;
const COMBINING = /^\p{M}$/u;

function columnsOf(char: string): number {
  if (char <= '\u007e') return 1;
  return WIDE.test(char) ? 2 : COMBINING.test(char) ? 0 : 1;
}

/** Columns a text takes in a terminal. */
export function columns(text: string): number {
  let sum = 0;
  for (const char of text) sum += columnsOf(char);
  return sum;
}

/** At most `width` columns, with `…` where something was left out. */
export function cut(text: string, width: number): string {
  if (text.length * 2 <= width || columns(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const char of text) {
    used += columnsOf(char);
    if (used > width - 1) break;
    kept += char;
  }
  return width < 1 ? '' : `${kept}…`;
}

/** Lines of at most `width` columns, broken at spaces, and inside words that are longer than a line. */
export function wrap(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const flush = (): void => {
    if (line !== '') lines.push(line);
    line = '';
    used = 0;
  };
  for (const word of paragraph.split(' ')) {
    const size = columns(word);
    if (used > 0 && used + 1 + size > width) flush();
    if (used > 0) {
      line += ' ';
      used++;
    }
    for (const char of word) {
      const wide = columnsOf(char);
      if (used + wide > width) flush();
      line += char;
      used += wide;
    }
  }
  flush();
  return lines;
}

/** A paragraph behind a label; its other lines begin below its first word. */
export function hanging(label: string, paragraph: string, width: number): string {
  const indent = ' '.repeat(columns(stripVTControlCharacters(label)));
  const lines = wrap(paragraph, Math.max(20, width - indent.length));
  return lines.map((line, index) => (index === 0 ? label : indent) + line).join('\n') || label.trimEnd();
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
