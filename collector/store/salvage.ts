import Sqlite, { type Database, type Statement } from 'better-sqlite3';

/** Tables that cannot be rebuilt from the agents' logs. */
const PRECIOUS = [
  'findings',
  'inventory',
  'outbox',
  'audit',
  'suppressions',
  'tunings',
  'approvals',
  'processes',
  'process_counts',
  'contacts',
] as const;

/**
 * What sessions showed is read again from the logs and counted anew; the first sighting and a person's decision stay.
 * The old counts wait in `meta` until that is done: some logs may be gone. Counts that waited already, because this
 * store too was filled anew when it was damaged, are the better ones.
 */
const KEEP_COUNTS = `INSERT OR REPLACE INTO meta SELECT 'old_counts', json_patch(
    (SELECT json_group_object(id, body ->> '$.count') FROM findings WHERE session_id IS NOT NULL),
    coalesce((SELECT value FROM meta WHERE key = 'old_counts'), '{}'))`;
const FORGET_COUNTS = "UPDATE findings SET body = json_set(body, '$.count', 0) WHERE session_id IS NOT NULL";

const RESTORE_COUNTS = `UPDATE findings SET body = json_set(body, '$.count', old.value)
    FROM meta, json_each(meta.value) AS old
    WHERE meta.key = 'old_counts' AND findings.id = old.key AND findings.body ->> '$.count' < old.value`;

/** After a damaged store was replaced and every log read again: a finding counts no less than it did before. */
export function restoreCounts(db: Database): void {
  const waiting = db.prepare("SELECT 1 FROM meta WHERE key = 'old_counts'").get();
  if (waiting === undefined) return;
  db.transaction(() => {
    db.exec(RESTORE_COUNTS);
    db.exec("DELETE FROM meta WHERE key = 'old_counts'");
  }).immediate();
}

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
  keepCounts(from, into);
  from.close();
  return saved;
}

function keepCounts(from: Database, into: Database): void {
  try {
    const row = from.prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'old_counts'").get();
    if (row !== undefined)
      into.prepare("INSERT OR REPLACE INTO meta VALUES ('old_counts', ?)").run(row.value);
  } catch {
    // Damaged too: then the counts of the findings are what there is.
  }
  try {
    into.exec(KEEP_COUNTS);
    into.exec(FORGET_COUNTS);
  } catch {
    // No room: then findings whose logs are still there count twice, which is better than none of them.
  }
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
  } catch {
    return copied; // The damage begins here; rows before it are saved.
  }
  return copied;
}
