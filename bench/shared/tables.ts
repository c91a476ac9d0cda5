/** One figure as a benchmark printed it; `name` is empty for a line that is a sentence. */
export interface Row {
  readonly name: string;
  readonly value: string;
}

/** Reads what a benchmark prints: `name  value` with two blanks or more between, or `name: value`. */
export function rowsOf(output: string): Row[] {
  return output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const at = /\s{2,}|: /.exec(line);
      return at === null
        ? { name: '', value: line }
        : {
            name: line.slice(0, at.index),
            value: line.slice(at.index + at[0].length).replaceAll(/\s{2,}/g, ' '),
          };
    });
}

export interface Measured {
  readonly name: string;
  readonly command: string;
  /** Where and when: machine, load, date. */
  readonly note: string;
  readonly rows: readonly Row[];
}

/** For a terminal. */
export function plainTable(all: readonly Measured[]): string {
  const width = Math.max(...all.flatMap(({ rows }) => rows.map(({ name }) => name.length)), 0);
  return all
    .map(({ name, command, note, rows }) =>
      [
        `${name}   ${command}   ${note}`,
        ...rows.map((row) => `  ${row.name.padEnd(width)}  ${row.value}`),
      ].join('\n'),
    )
    .join('\n\n');
}

/**
 * Puts each table between its markers `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`; a benchmark without markers gets
 * a section at the end. Everything else stays as it is.
 */
export function replaceTables(text: string, all: readonly Measured[]): string {
  return all.reduce((before, one) => {
    const [open, close] = [`<!-- bench:${one.name} -->`, `<!-- /bench:${one.name} -->`];
    const table = `${open}\n\n${markdownTable(one)}\n\n${close}`;
    const start = before.indexOf(open);
    const end = before.indexOf(close, start);
    return start < 0 || end < 0
      ? `${before.trimEnd()}\n\n### ${one.name}\n\n${table}\n`
      : before.slice(0, start) + table + before.slice(end + close.length);
  }, text);
}

/** Padded the way the formatter does it, so that a written file needs no formatting. */
function markdownTable({ command, note, rows }: Measured): string {
  const cells = [
    ['What', 'Measured'] as const,
    ...rows.map((row) => [escaped(row.name), escaped(row.value)] as const),
  ];
  const widths = [0, 1].map((column) => Math.max(3, ...cells.map((cell) => lengthOf(cell[column] ?? ''))));
  const lineOf = (cell: readonly string[]): string =>
    `| ${cell.map((text, column) => text + ' '.repeat((widths[column] ?? 0) - lengthOf(text))).join(' | ')} |`;
  const [head = [], ...body] = cells;
  const rule = lineOf(widths.map((width) => '-'.repeat(width)));
  return [`\`${command}\`, ${note}`, '', lineOf(head), rule, ...body.map(lineOf)].join('\n');
}

const lengthOf = (text: string): number => Array.from(text).length;

function escaped(text: string): string {
  return text.replaceAll(/[\\|]/g, '\\$&');
}
