import {
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  sortFn_alphanumeric,
  sortFn_text,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useListKeys } from '../hooks/use-list-keys.ts';
import type { Cell } from '../words/export.ts';

/** One column: `value` sorts and is exported, `show` is what a person sees. */
export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  readonly value: (row: Row) => Cell;
  readonly show?: (row: Row) => ReactNode;
  readonly align?: 'right';
  /** In pixels of the design; columns without one share the rest. */
  readonly width?: number;
  /** On a narrow screen a row becomes a card: `main` is its first line, `label` puts the title before the value. */
  readonly narrow?: 'main' | 'label' | 'hide';
  /** Left out while no row has anything in it. */
  readonly optional?: boolean;
}

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, text: sortFn_text },
});

const ROW_PX = 37;

export interface GridProps<Row> {
  /** Said to screen readers. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowId: (row: Row) => string;
  /** Where a row leads; Enter and a click go there. */
  readonly href?: (row: Row) => string;
  /** The row whose detail is open. */
  readonly activeId?: string | undefined;
  /** Rows of one group stand together under its name, in the order they come. */
  readonly group?: (row: Row) => string;
  readonly empty?: ReactNode;
}

/** A table of any length: only the rows near the screen exist. Sorting by the headings, `j` `k` and Enter by keyboard. */
export function Grid<Row>({
  label,
  rows,
  columns: all,
  rowId,
  href,
  activeId,
  group,
  empty,
}: GridProps<Row>) {
  const columns = useMemo(
    () => all.filter((column) => column.optional !== true || rows.some((row) => !isBlank(column.value(row)))),
    [all, rows],
  );
  const [sorting, setSorting] = useState<SortingState>([]);
  const data = useMemo(() => rows.map((row) => ({ row })), [rows]);
  const defs = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        accessorFn: (item: { readonly row: Row }) => column.value(item.row) ?? undefined,
        sortUndefined: 'last' as const,
      })),
    [columns],
  );
  const table = useTable({
    features,
    data,
    columns: defs,
    getRowId: (item) => rowId(item.row),
    state: { sorting },
    onSortingChange: setSorting,
  });
  const sorted = table.getRowModel().rows;
  const items = useMemo(() => {
    const grouped = group !== undefined && sorting.length === 0;
    const result: ({ readonly heading: string } | { readonly id: string; readonly row: Row })[] = [];
    let last: string | undefined;
    for (const item of sorted) {
      const name = grouped ? group(item.original.row) : undefined;
      if (name !== undefined && name !== last) result.push({ heading: name });
      last = name;
      result.push({ id: item.id, row: item.original.row });
    }
    return result;
  }, [sorted, group, sorting.length]);

  const body = useRef<HTMLTableSectionElement>(null);
  const [offset, setOffset] = useState(0);
  useEffect(() => {
    const top = body.current?.getBoundingClientRect().top;
    if (top !== undefined) setOffset(top + scrollY);
  }, [rows.length]);
  const virtual = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => ROW_PX,
    overscan: 12,
    scrollMargin: offset,
    // Rendering inside the scroll event would make the scroll wait for it.
    useFlushSync: false,
    scrollPaddingStart: 96,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : 'id' in item ? item.id : `# ${item.heading}`;
    },
  });
  useListKeys({
    root: body,
    count: items.length,
    isRow: (index) => 'id' in (items[index] ?? {}),
    reveal: (index) => {
      virtual.scrollToIndex(index, { align: 'auto' });
    },
  });

  // The link of a row is what it is called, wherever that stands.
  const main = Math.max(
    0,
    columns.findIndex(({ narrow }) => narrow === 'main'),
  );
  if (rows.length === 0 && empty !== undefined) return <div className="grid-wrap">{empty}</div>;
  const shown = virtual.getVirtualItems();
  const before = (shown[0]?.start ?? offset) - offset;
  const after = virtual.getTotalSize() - ((shown.at(-1)?.end ?? offset) - offset);
  return (
    <div className="grid-wrap">
      <table className="grid" aria-label={label} aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {columns.map((column) => {
              const direction = sorting.find((item) => item.id === column.id)?.desc;
              return (
                <th
                  key={column.id}
                  scope="col"
                  data-align={column.align}
                  style={column.width === undefined ? undefined : { width: `${column.width / 10}rem` }}
                  aria-sort={direction === undefined ? undefined : direction ? 'descending' : 'ascending'}
                >
                  <button
                    type="button"
                    onClick={() => {
                      setSorting(nextSorting(column.id, direction));
                    }}
                  >
                    {column.title}
                    {direction !== undefined &&
                      (direction ? <ArrowDown size={12} aria-hidden /> : <ArrowUp size={12} aria-hidden />)}
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody ref={body}>
          <Spacer height={before} columns={columns.length} />
          {shown.map(({ index, key }) => {
            const item = items[index];
            if (item === undefined) return null;
            if ('heading' in item)
              return (
                <tr key={key} className="group-row" data-index={index} ref={virtual.measureElement}>
                  <td colSpan={columns.length}>{item.heading}</td>
                </tr>
              );
            const target = href?.(item.row);
            return (
              <tr
                key={key}
                data-index={index}
                data-row=""
                data-active={item.id === activeId ? '' : undefined}
                ref={virtual.measureElement}
                onClick={(event) => {
                  if (target !== undefined && isPlainClick(event)) location.hash = target;
                }}
              >
                {columns.map((column, place) => (
                  <td
                    key={column.id}
                    data-align={column.align}
                    data-main={column.narrow === 'main' ? '' : undefined}
                    data-label={column.narrow === 'label' ? column.title : undefined}
                    data-narrow={column.narrow === 'hide' ? 'hide' : undefined}
                  >
                    {place === main && target !== undefined ? (
                      <a className="row-link" href={target}>
                        {content(column, item.row)}
                      </a>
                    ) : (
                      content(column, item.row)
                    )}
                  </td>
                ))}
              </tr>
            );
          })}
          <Spacer height={after} columns={columns.length} />
        </tbody>
      </table>
    </div>
  );
}

function isBlank(cell: Cell): boolean {
  return cell === undefined || cell === null || cell === '' || cell === 0;
}

/** Up, down, and back to the order the rows came in. */
function nextSorting(id: string, direction: boolean | undefined): SortingState {
  if (direction === undefined) return [{ id, desc: false }];
  return direction ? [] : [{ id, desc: true }];
}

function content<Row>(column: Column<Row>, row: Row): ReactNode {
  return column.show === undefined ? column.value(row) : column.show(row);
}

function Spacer({ height, columns }: { readonly height: number; readonly columns: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td className="spacer" colSpan={columns} style={{ height }} />
    </tr>
  );
}

/** Not on something that acts by itself, not while text is selected, not with a key held for a new tab. */
function isPlainClick(event: React.MouseEvent): boolean {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey) return false;
  if (event.target instanceof Element && event.target.closest('a, button, input, label, summary') !== null)
    return false;
  return getSelection()?.isCollapsed !== false;
}
