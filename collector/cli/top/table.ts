import { Box, Text, type TextProps } from 'ink';
import { createElement as h, type ReactNode } from 'react';
import type { Severity } from '../../contract/finding.ts';
import type { PaneView, TopColumn, TopRow } from './panes.ts';

const SEVERITY_COLOR: Readonly<Record<Severity, string>> = {
  critical: 'red',
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  informational: 'gray',
};

export interface TableProps {
  readonly view: PaneView;
  readonly selected: number;
  /** Lines there are, the head included. */
  readonly height: number;
  readonly color: boolean;
}

/** The rows around the selected one. JSX would need a compiler: this file also runs from source. */
export function Table({ view, selected, height, color }: TableProps): ReactNode {
  const room = Math.max(0, height - 1);
  const first = Math.min(Math.max(0, selected - Math.floor(room / 2)), Math.max(0, view.rows.length - room));
  const rows = view.rows.slice(first, first + room);
  return h(
    Box,
    { flexDirection: 'column', height, overflow: 'hidden' },
    h(Line, {
      key: 'head',
      columns: view.columns,
      cells: view.columns.map(({ title }) => title),
      style: { dimColor: color },
    }),
    ...(view.rows.length === 0 ? [h(Text, { key: 'empty', wrap: 'truncate-end' }, `  ${view.empty}`)] : []),
    ...rows.map((row, index) =>
      h(Line, {
        key: row.id,
        columns: view.columns,
        cells: row.cells,
        marked: first + index === selected,
        style: styleOf(row, first + index === selected, color),
      }),
    ),
  );
}

function styleOf(row: TopRow, selected: boolean, color: boolean): TextProps {
  if (!color) return {};
  return {
    bold: selected,
    ...(row.severity !== undefined && { color: SEVERITY_COLOR[row.severity] }),
    ...(selected && { color: 'cyanBright' }),
  };
}

interface LineProps {
  readonly columns: readonly TopColumn[];
  readonly cells: readonly string[];
  readonly marked?: boolean;
  readonly style: TextProps;
}

function Line({ columns, cells, marked = false, style }: LineProps): ReactNode {
  return h(
    Box,
    { height: 1, overflow: 'hidden' },
    h(Box, { key: 'mark', width: 2, flexShrink: 0 }, h(Text, style, marked ? '› ' : '  ')),
    ...columns.map((column, index) =>
      h(
        Box,
        {
          key: column.title,
          height: 1,
          marginRight: index === columns.length - 1 ? 0 : 2,
          justifyContent: column.right === true ? 'flex-end' : 'flex-start',
          ...(column.width === undefined
            ? { flexGrow: 1, flexShrink: 1, flexBasis: 0 }
            : { width: column.width, flexShrink: 1 }),
        },
        h(Text, { ...style, wrap: 'truncate-end' }, cells[index] ?? ''),
      ),
    ),
  );
}
