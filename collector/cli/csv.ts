/** RFC 4180 with a head line; every row is filled or cut to the columns. */
export function csvOf(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, ...rows]
    .map((cells) => `${columns.map((_, index) => cell(cells[index] ?? '')).join(',')}\r\n`)
    .join('');
}

/** A cell that begins like a formula would be run by a spreadsheet: it gets an apostrophe. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
