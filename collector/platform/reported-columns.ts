/** Reads a row that a library made out of the output of a tool, whatever is in it. */
export function columnsOf(row: unknown): {
  /** A number as it is written; empty when it is absent or something else. */
  readonly text: (name: string) => string;
  /** A whole number, also when it is written as text. */
  readonly number: (name: string) => number | undefined;
} {
  const columns = new Map(typeof row === 'object' && row !== null ? Object.entries(row) : []);
  return {
    text: (name) => {
      const value: unknown = columns.get(name);
      return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
    },
    number: (name) => {
      const value: unknown = columns.get(name);
      const number = typeof value === 'string' && value !== '' ? Number(value) : value;
      return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
    },
  };
}
