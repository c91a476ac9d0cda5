import Table from 'cli-table3';
import pc from 'picocolors';
import type { Severity } from '../contract/finding.ts';
import { columns as columnsOf, cut, plain } from './words.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** This column takes the room that is left, and is cut first. */
  readonly flexible?: boolean;
}

const BARE = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

/** A table without frames that fits `width`; cells are made safe for the terminal here, so callers pass raw text. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
): string {
  const texts = rows.map((row) => row.map((cell) => plain(typeof cell === 'string' ? cell : cell.text)));
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...texts.map((row) => columnsOf(row[index] ?? ''))),
  );
  shrink(widths, columns, width);
  const table = new Table({
    head: columns.map((column, index) => pc.dim(cut(column.title, widths[index] ?? 0))),
    colAligns: columns.map((column) => column.align ?? 'left'),
    colWidths: widths,
    chars: BARE,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const [r, row] of texts.entries()) {
    table.push(
      row.map((text, c) => {
        const cell = rows[r]?.[c];
        const short = cut(text, widths[c] ?? 0);
        return typeof cell === 'object' ? cell.paint(short) : short;
      }),
    );
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Takes width from the flexible columns first, widest first, then from the widest of all. */
function shrink(widths: number[], columns: readonly Column[], width: number): void {
  const gaps = 2 * (columns.length - 1);
  let excess = widths.reduce((sum, w) => sum + w, gaps) - width;
  for (const flexibleOnly of [true, false]) {
    while (excess > 0) {
      let widest = -1;
      for (const [index, w] of widths.entries()) {
        if (flexibleOnly && columns[index]?.flexible !== true) continue;
        if (w > (flexibleOnly ? 12 : 6) && w > (widths[widest] ?? 0)) widest = index;
      }
      if (widest === -1) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
      excess--;
    }
  }
}

const PAINT: Readonly<Record<Severity, (text: string) => string>> = {
  critical: (text) => pc.bold(pc.red(text)),
  high: pc.red,
  medium: pc.yellow,
  low: pc.cyan,
  informational: pc.dim,
};

export function paintSeverity(severity: Severity): (text: string) => string {
  return PAINT[severity];
}

export function terminalWidth(): number {
  return process.stdout.columns > 0 ? Math.min(process.stdout.columns, 160) : 80;
}

/** How wide, when, and whose home: what every view asks for. */
export function frameFor(home: string): {
  readonly width: number;
  readonly nowMs: number;
  readonly home: string;
} {
  return { width: terminalWidth(), nowMs: Date.now(), home };
}
