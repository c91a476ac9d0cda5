/**
 * Draws docs/baseline.svg: how surprising the runs of three months of made-up ordinary work were, what a run needs to
 * be told, and how surprising eight takeovers were. Usage: node build/baseline-picture.ts
 */
import { writeFileSync } from 'node:fs';
import { EXPLORER, ROUTINE } from '../test/support/developer-months.ts';
import { type LivedMonths, liveThrough } from '../test/support/live-through.ts';

const WIDTH = 720;
const ROW = 190;
const LEFT = 60;
const RIGHT = 20;
const BITS = 56;
const TALL = 110;

const x = (bits: number): number => LEFT + (bits / BITS) * (WIDTH - LEFT - RIGHT);

function row(title: string, lived: LivedMonths, top: number): string {
  const base = top + 40 + TALL;
  const most = Math.max(...lived.ordinary);
  const bars = lived.ordinary
    .map((share, bin) => {
      const height = (share / most) * TALL;
      if (height < 0.2 || bin * 2 >= BITS) return '';
      return `<rect class="bar" x="${(x(bin * 2) + 1).toFixed(1)}" y="${(base - height).toFixed(1)}" width="${(x(2) - x(0) - 2).toFixed(1)}" height="${height.toFixed(1)}"/>`;
    })
    .join('');
  const dots = lived.takeoverBits
    .map(
      (bits, n) =>
        `<circle class="dot" cx="${x(Math.min(BITS, bits)).toFixed(1)}" cy="${base - 12 - (n % 4) * 14}" r="5"/>`,
    )
    .join('');
  const ticks = Array.from({ length: BITS / 8 + 1 }, (_, n) => n * 8)
    .map((bits) => `<text class="tick" x="${x(bits).toFixed(1)}" y="${base + 16}">${bits}</text>`)
    .join('');
  const alarm = x(lived.alarmBits).toFixed(1);
  return (
    `<text class="title" x="${LEFT}" y="${top + 20}">${title}</text>${bars}` +
    `<line class="axis" x1="${LEFT}" y1="${base}" x2="${WIDTH - RIGHT}" y2="${base}"/>${ticks}` +
    `<line class="alarm" x1="${alarm}" y1="${top + 30}" x2="${alarm}" y2="${base}"/>` +
    `<text class="note" x="${Number(alarm) + 6}" y="${top + 40}">told from here: ${lived.alarmBits.toFixed(0)} bits</text>${dots}`
  );
}

const style =
  'text{font:13px system-ui,sans-serif;fill:#333}.title{font-weight:600}.tick{text-anchor:middle;fill:#666;font-size:11px}' +
  '.note{font-size:11px;fill:#8a4b00}.bar{fill:#7a9cc6}.axis{stroke:#999}.alarm{stroke:#c46a00;stroke-dasharray:4 3}.dot{fill:#b3261e}';
const height = ROW * 2 + 40;
const svg =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Bars: ordinary runs by bits of surprise. Dashed line: what a run needs to be told. Dots: takeovers.">` +
  `<style>${style}</style><rect width="${WIDTH}" height="${height}" fill="#fff"/>` +
  row('Routine work', liveThrough(ROUTINE, [101], 90), 0) +
  row('Exploring work', liveThrough(EXPLORER, [101], 90), ROW) +
  `<text class="note" x="${LEFT}" y="${height - 16}">Bars: runs of ordinary work. Red dots: takeovers. Across: bits of surprise of a run.</text></svg>\n`;
writeFileSync(new URL('../docs/baseline.svg', import.meta.url), svg);
