import type { Database } from 'better-sqlite3';

/** Numbers that grow with each record of a log, and so are counted anew when the logs are read again. */
export interface Counted {
  readonly table: string;
  readonly key: readonly string[];
  readonly counts: readonly string[];
  /** Columns that must be found out anew. */
  readonly forget: readonly string[];
}

export const COUNTED: readonly Counted[] = [
  {
    table: 'sessions',
    key: ['id'],
    counts: ['prompts', 'tool_calls', 'tool_errors', 'mcp_calls'],
    forget: ['state'],
  },
  { table: 'mcp_use', key: ['agent_id', 'server', 'tool'], counts: ['calls'], forget: [] },
  { table: 'activity', key: ['quarter'], counts: ['events'], forget: [] },
  { table: 'habits', key: ['place', 'day', 'subject', 'finding_id'], counts: ['n'], forget: [] },
];

type Row = Readonly<Record<string, unknown>>;

/**
 * What findings showed is read again from the logs and counted anew; the first sighting and a person's decision stay.
 * The old counts wait in `meta` until that is done: some logs may be gone. Counts that waited already, because this
 * store too was filled anew when it was damaged, are the better ones.
 */
const KEEP_FINDINGS = `INSERT OR REPLACE INTO meta SELECT 'old_counts', json_patch(
    (SELECT json_group_object(id, body ->> '$.count') FROM findings WHERE session_id IS NOT NULL),
    coalesce((SELECT value FROM meta WHERE key = 'old_counts'), '{}'))`;
const FORGET_FINDINGS =
  "UPDATE findings SET body = json_set(body, '$.count', 0) WHERE session_id IS NOT NULL";
const RESTORE_FINDINGS = `UPDATE findings SET body = json_set(body, '$.count', old.value)
    FROM meta, json_each(meta.value) AS old
    WHERE meta.key = 'old_counts' AND findings.id = old.key AND findings.body ->> '$.count' < old.value`;

export function forgetCounts(db: Database): void {
  db.exec(KEEP_FINDINGS);
  db.exec(FORGET_FINDINGS);
}

/** Puts the numbers of a damaged table beside the new one, where they wait. The larger number stays. */
export function keepCounts(db: Database, { table, key, counts }: Counted, rows: Iterable<Row>): void {
  const columns = [...key, ...counts];
  db.exec(
    `CREATE TABLE IF NOT EXISTS old_${table} (${columns.join(', ')}, PRIMARY KEY (${key.join(', ')})) WITHOUT ROWID`,
  );
  const put = db.prepare(
    `INSERT INTO old_${table} VALUES (${columns.map(() => '?').join(', ')}) ON CONFLICT DO UPDATE SET
       ${counts.map((name) => `${name} = max(${name}, excluded.${name})`).join(', ')}`,
  );
  for (const row of rows) {
    const values = columns.map((name) => row[name]);
    if (
      key.every((name) => row[name] !== null && row[name] !== undefined) &&
      counts.every((name) => typeof row[name] === 'number')
    )
      put.run(...values);
  }
}

/** Everything was read again: what counts less than before, because its log is gone, counts what it did. */
export function restoreCounted(db: Database): void {
  for (const { table, key, counts } of COUNTED) {
    const waiting = db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(`old_${table}`);
    if (waiting === undefined) continue;
    db.exec(`UPDATE ${table} SET ${counts.map((name) => `${name} = max(${table}.${name}, old.${name})`).join(', ')}
      FROM old_${table} AS old WHERE ${key.map((name) => `${table}.${name} = old.${name}`).join(' AND ')}`);
    db.exec(`DROP TABLE old_${table}`);
  }
  db.exec(RESTORE_FINDINGS);
  db.exec("DELETE FROM meta WHERE key = 'old_counts'");
}
