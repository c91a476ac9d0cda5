import Sqlite, { type Database, type Statement } from 'better-sqlite3';
import { Finding } from '../contract/finding.ts';
import { sumUsageAnew } from './usage-sums.ts';
import { COUNTED, type Counted, forgetCounts, keepCounts, restoreCounted } from './salvage-counts.ts';

/** Made anew by reading the agents' logs, or from what is saved here; and what SQLite keeps for itself. */
const MADE_ANEW: ReadonlySet<string> = new Set([
  'meta',
  'events',
  'event_heads',
  'cursors',
  'parser_counts',
  'baseline',
  'usage_sums',
  'search',
]);
/** Before the others: sessions keep their numbers, by which other rows name them. */
const FIRST = ['sessions', 'audit', 'findings'];
/** Facts that no log tells: what was seen to run, and what Reeve and its users did. */
const WITNESSED = ['action.performed', 'config.change', 'network.connect', 'process.exit', 'process.start'];
/** Without the first, everything on the machine would be taken for what was always there. */
const MARKS = ['approvals', 'old_counts'];

type Row = Readonly<Record<string, unknown>>;

/** After a damaged store was replaced and every log read again: nothing counts less than it did before. */
export function restoreCounts(db: Database): void {
  db.transaction(() => {
    restoreCounted(db);
  }).immediate();
}

/**
 * Copies what can still be read of a damaged store and is in no log: findings and what people decided, the inventory,
 * the audit log, what was sent and what waits to be sent, what ran. A bad page costs the rows that lie on it: each
 * table is read from its beginning, from its end, and from places in between.
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
  for (const table of tablesOf(into)) saved[table] = copyTable(from, into, table);
  inOneTransaction(into, () => {
    sumUsageAnew(into);
  });
  saved['events'] = copyWitnessed(from, into);
  copyMarks(from, into);
  keepNumbers(from, into);
  from.close();
  return saved;
}

function tablesOf(db: Database): string[] {
  const rows = db
    .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all();
  const names = rows.flatMap(({ name }) =>
    MADE_ANEW.has(name) || /^(?:sqlite_|search_|old_)/.test(name) ? [] : [name],
  );
  return [...FIRST, ...names.filter((name) => !FIRST.includes(name))];
}

function copyTable(from: Database, into: Database, table: string): number {
  const counted = COUNTED.find((one) => one.table === table);
  let insert: Statement | undefined;
  let copied = 0;
  const take = (row: Row): void => {
    if (!isSound(table, row)) return;
    const cleared = counted === undefined ? row : withoutCounts(row, counted);
    const names = Object.keys(cleared);
    insert ??= into.prepare(
      `INSERT OR IGNORE INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    );
    copied += insert.run(...names.map((name) => cleared[name])).changes;
  };
  inOneTransaction(into, () => {
    for (const row of readableRows(from, table)) take(row);
  });
  return copied;
}

/** A failure to write ends the table, with what was written of it. */
function inOneTransaction(db: Database, run: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    run();
  } catch {
    // No room, or a table the damaged store knows and this one does not: the others may fit.
  }
  if (db.inTransaction) db.exec('COMMIT');
}

/**
 * Rows of a table from its beginning to the damage, from its end back to the damage, and from numbers in between where
 * rows have numbers. A row may come twice.
 */
function* readableRows(from: Database, table: string): Generator<Row> {
  const key = keyOf(from, table);
  if (key === undefined) return;
  const whole = yield* untilDamage(from, `SELECT * FROM ${table} ORDER BY ${key}`);
  if (whole) return;
  const back = key
    .split(', ')
    .map((name) => `${name} DESC`)
    .join(', ');
  yield* untilDamage(from, `SELECT * FROM ${table} ORDER BY ${back}`);
  if (key !== 'rowid') return;
  const last = rowNumber(from, `SELECT max(rowid) AS n FROM ${table}`) ?? MOST_ROWS;
  const step = Math.max(1, Math.floor(last / MOST_PLACES));
  for (let at = step; at < last; at += step)
    yield* untilDamage(
      from,
      `SELECT * FROM ${table} WHERE rowid >= ${at} AND rowid < ${at + step} ORDER BY rowid`,
    );
}

const MOST_ROWS = 1_000_000;
/** Places from which a table with holes is read again. */
const MOST_PLACES = 500;

/** @returns whether the end was reached */
function* untilDamage(from: Database, sql: string): Generator<Row, boolean> {
  try {
    yield* from.prepare<[], Row>(sql).iterate();
    return true;
  } catch {
    return false; // a damaged page, or a table this store does not have yet
  }
}

/** By what the rows of a table lie in order; `undefined` when the table is not there. */
function keyOf(from: Database, table: string): string | undefined {
  try {
    const columns = from
      .prepare<[string], { name: string; pk: number }>('SELECT name, pk FROM pragma_table_info(?)')
      .all(table);
    if (columns.length === 0) return undefined;
    const list = from.prepare<[string], { wr: number }>('SELECT wr FROM pragma_table_list(?)').get(table);
    if (list?.wr !== 1) return 'rowid';
    const keys = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
    return keys.map(({ name }) => name).join(', ');
  } catch {
    return undefined; // the schema itself is damaged
  }
}

function rowNumber(from: Database, sql: string): number | undefined {
  try {
    return from.prepare<[], { n: number | null }>(sql).get()?.n ?? undefined;
  } catch {
    return undefined;
  }
}

/** Damage can look like a row: what is taken for JSON later must be JSON, and a finding a finding. */
function isSound(table: string, row: Row): boolean {
  const { body } = row;
  if (body === undefined) return true;
  if (typeof body !== 'string') return false;
  try {
    const value: unknown = JSON.parse(body);
    return table !== 'findings' || Finding.safeParse(value).success;
  } catch {
    return table === 'sent'; // what was sent is kept as it was, whatever its form
  }
}

function withoutCounts(row: Row, { counts, forget }: Counted): Row {
  const zeros = Object.fromEntries(counts.map((name) => [name, 0]));
  return { ...row, ...zeros, ...Object.fromEntries(forget.map((name) => [name, null])) };
}

/** Events that no log tells, under new numbers, of sessions that were saved. */
function copyWitnessed(from: Database, into: Database): number {
  let copied = 0;
  const insert = into.prepare(
    `INSERT INTO events (id_hash, id, session_key, kind, time_ms, body) SELECT @hash, @id, @key, @kind, @timeMs, @body
       WHERE EXISTS (SELECT 1 FROM sessions WHERE key = @key)
         AND NOT EXISTS (SELECT 1 FROM events WHERE id_hash = @hash AND id = @id)`,
  );
  const kinds = WITNESSED.map((kind) => `'${kind}'`).join(', ');
  // A store of an older Reeve has no heads, and the whole of each event in its row.
  const whole = rowNumber(from, "SELECT 1 AS n FROM sqlite_schema WHERE name = 'whole_events'") !== undefined;
  const table = whole ? 'whole_events' : 'events';
  const sql = `SELECT * FROM ${table} WHERE kind IN (${kinds}) AND kind NOT IN ('tool.call', 'tool.result')`;
  inOneTransaction(into, () => {
    for (const row of untilDamage(from, sql)) {
      const { id_hash: hash, id, session_key: key, kind, time_ms: timeMs, body } = row;
      if (isSound('events', row)) copied += insert.run({ hash, id, key, kind, timeMs, body }).changes;
    }
  });
  return copied;
}

function copyMarks(from: Database, into: Database): void {
  const names = MARKS.map((name) => `'${name}'`).join(', ');
  const put = into.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)');
  inOneTransaction(into, () => {
    for (const { key, value } of untilDamage(from, `SELECT * FROM meta WHERE key IN (${names})`))
      put.run(key, value);
    // Numbers that were given out stay missed when their rows are lost.
    const raise = into.prepare('UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?');
    const add = into.prepare(
      'INSERT INTO sqlite_sequence (name, seq) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)',
    );
    for (const { name, seq } of untilDamage(from, 'SELECT name, seq FROM sqlite_sequence')) {
      raise.run(seq, name);
      add.run(name, seq, name);
    }
  });
}

function keepNumbers(from: Database, into: Database): void {
  for (const counted of COUNTED) {
    inOneTransaction(into, () => {
      keepCounts(into, counted, readableRows(from, counted.table));
      // This store too was filled anew when it was damaged: what waited in it are the better numbers.
      keepCounts(into, counted, readableRows(from, `old_${counted.table}`));
    });
  }
  inOneTransaction(into, () => {
    forgetCounts(into);
  });
}
