import Sqlite, { type Database, type Statement } from 'better-sqlite3';

/** Tables that cannot be rebuilt from the agents' logs. */
const PRECIOUS = ['findings', 'inventory', 'outbox', 'audit'] as const;

/** What sessions showed is read again from the logs and counted anew; the first sighting and a person's decision stay. */
const FORGET_COUNTS = "UPDATE findings SET body = json_set(body, '$.count', 0) WHERE session_id IS NOT NULL";

/**
 * Copies what can still be read of the precious tables from a damaged store. Row by row, so that one bad page
 * costs its own rows only.
 * @returns rows saved per table; a table that cannot be read at all counts 0. Never throws.
 */
export function salvage(damagedPath: string, into: Database): Record<string, number> {
  const saved: Record<string, number> = {};
  let from: Database;
  try {
    from = new Sqlite(damagedPath, { readonly: true, fileMustExist: true });
  } catch {
    return saved; // Not a database any more: nothing to save.
  }
  for (const table of PRECIOUS) saved[table] = copyTable(from, into, table);
  from.close();
  return saved;
}

function copyTable(from: Database, into: Database, table: (typeof PRECIOUS)[number]): number {
  let copied = 0;
  try {
    let insert: Statement | undefined;
    for (const row of from.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`).iterate()) {
      const names = Object.keys(row);
      insert ??= into.prepare(
        `INSERT OR IGNORE INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
      );
      copied += insert.run(...names.map((name) => row[name])).changes;
    }
    if (table === 'findings') into.exec(FORGET_COUNTS);
  } catch {
    return copied; // The damage begins here; rows before it are saved.
  }
  return copied;
}
