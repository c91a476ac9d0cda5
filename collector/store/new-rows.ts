import type { Database, Statement } from 'better-sqlite3';

type Value = string | number | null;

/** A fifth of what a row costs is the call; with more in one, hardly anything is left of that. */
const ROWS_AT_ONCE = 32;

/** Statements that add rows to a table, one or many at a time. */
interface InsertStatements {
  readonly columns: number;
  readonly one: Statement;
  readonly many: Statement;
}

export function prepareInsert(db: Database, table: string, columns: readonly string[]): InsertStatements {
  const start = `INSERT INTO ${table} (${columns.join(', ')}) VALUES `;
  const row = `(${columns.map(() => '?').join(', ')})`;
  return {
    columns: columns.length,
    one: db.prepare(start + row),
    many: db.prepare(start + Array.from({ length: ROWS_AT_ONCE }, () => row).join(', ')),
  };
}

/**
 * Rows that are certainly new, on their way into a table: some of them wait until there are enough for one statement.
 * For one transaction; `flush` before the table is asked for any of them, and at the end.
 */
export class NewRows {
  readonly #insert: InsertStatements;
  readonly #values: Value[] = [];
  readonly #rowIds: number[];

  /** @param rowIds gets the key of each row, in order */
  constructor(insert: InsertStatements, rowIds: number[] = []) {
    this.#insert = insert;
    this.#rowIds = rowIds;
  }

  /** @param values one per column */
  add(...values: Value[]): void {
    this.#values.push(...values);
    if (this.#values.length === this.#insert.columns * ROWS_AT_ONCE) {
      const last = Number(this.#insert.many.run(...this.#values).lastInsertRowid);
      // Nobody else writes in our transaction: keys of one statement follow each other.
      for (let n = ROWS_AT_ONCE - 1; n >= 0; n--) this.#rowIds.push(last - n);
      this.#values.length = 0;
    }
  }

  flush(): void {
    const { columns, one } = this.#insert;
    for (let at = 0; at < this.#values.length; at += columns)
      this.#rowIds.push(Number(one.run(...this.#values.slice(at, at + columns)).lastInsertRowid));
    this.#values.length = 0;
  }
}
