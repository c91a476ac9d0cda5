import { Menu } from '@base-ui/react/menu';
import { Download } from 'lucide-react';
import { toCsv, toJson } from '../words/export.ts';
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
    <Menu.Root>
      <Menu.Trigger
        className="button export"
        data-look="plain"
        aria-label="Export"
        disabled={rows.length === 0}
      >
        <Download size={15} aria-hidden />
        <span className="export-word">Export</span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="positioner">
          <Menu.Popup className="menu-pop">
            <Menu.Item
              className="menu-item"
              onClick={() => {
                const table = rows.map((row) => columns.map((column) => column.value(row)));
                save(
                  `${name}.csv`,
                  toCsv(
                    columns.map((column) => column.title),
                    table,
                  ),
                  'text/csv',
                );
              }}
            >
              As a table (CSV)
            </Menu.Item>
            <Menu.Item
              className="menu-item"
              onClick={() => {
                save(`${name}.json`, toJson(rows), 'application/json');
              }}
            >
              With all details (JSON)
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
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
