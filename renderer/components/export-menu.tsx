import { Download } from 'lucide-react';
import { toCsv, toJson } from '../words/export.ts';
import { DropDown } from './drop-down.tsx';
import type { Column } from './grid.tsx';

/** Saves what is shown, as it is filtered. */
export function ExportMenu<Row>({
  name,
  rows,
  columns,
}: {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
}) {
  return (
    <DropDown
      align="end"
      acts={[
        [
          'As a table (CSV)',
          () => {
            const table = rows.map((row) => columns.map((column) => column.value(row)));
            const titles = columns.map((column) => column.title);
            save(`${name}.csv`, toCsv(titles, table), 'text/csv');
          },
        ],
        [
          'With all details (JSON)',
          () => {
            save(`${name}.json`, toJson(rows), 'application/json');
          },
        ],
      ]}
      trigger={
        <button
          type="button"
          className="button export"
          data-look="plain"
          aria-label="Export"
          disabled={rows.length === 0}
        >
          <Download size={15} aria-hidden />
          <span className="export-word">Export</span>
        </button>
      }
    />
  );
}

function save(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = `reeve-${name}`;
  anchor.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}
