import Database from 'better-sqlite3';
import { mkdirSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { IGNORED, type SqliteFormat } from '../../../collector/agents/spec-log.ts';
import type { ReadOptions } from '../../../collector/sources/line-batch.ts';
import { readSqlite } from '../../../collector/sources/read-sqlite.ts';
import type { ReadProblem } from '../../../collector/sources/open-log.ts';
import type { Cursor, LogBatch } from '../../../collector/sources/source.ts';
import { fileAt, lastCursor, stored, tempFolder } from './support.ts';

const format: SqliteFormat = {
  id: 'example.store',
  container: 'sqlite',
  requires: { message: ['id', 'text', 'updated'] },
  queries: [
    { id: 'by-id', sql: 'SELECT id AS cursor, text FROM message WHERE id > :after ORDER BY id LIMIT :limit' },
    {
      id: 'by-time',
      sql: 'SELECT updated AS cursor, id FROM message WHERE updated >= :after ORDER BY updated, id LIMIT :limit',
    },
  ],
  roots: () => [],
  initialState: () => ({}),
  parseRow: () => IGNORED,
};

function setUp(mode = 'wal') {
  const root = tempFolder();
  mkdirSync(join(root, 'app'));
  mkdirSync(join(root, 'scratch'));
  const file = { ...fileAt(join(root, 'app'), 'store.db'), formatId: format.id };
  const app = new Database(file.path);
  onTestFinished(() => {
    app.close();
  });
  app.pragma(`journal_mode = ${mode}`);
  app.exec('CREATE TABLE message (id INTEGER PRIMARY KEY, text TEXT, updated INTEGER)');
  const insert = app.prepare('INSERT INTO message (text, updated) VALUES (?, ?)');
  const add = (count: number, updated: (n: number) => number, text = 'hello'): void => {
    app.transaction(() => {
      for (let n = 0; n < count; n += 1) insert.run(text, updated(n));
    })();
  };
  const problems: ReadProblem[] = [];
  const read = (cursor?: Cursor, options: ReadOptions = {}, as: SqliteFormat = format) => [
    ...readSqlite(file, cursor, as, {
      scratchDir: join(root, 'scratch'),
      busyTimeoutMs: 20,
      ...options,
      problem: (problem) => problems.push(problem),
    }),
  ];
  return { root, file, app, add, read, problems };
}

const rows = (batches: readonly LogBatch[], query: string): unknown[] =>
  batches.flatMap((batch) =>
    batch.records.flatMap((record) =>
      record.kind === 'row' && record.query === query ? [record.row['id'] ?? record.row['cursor']] : [],
    ),
  );
const upTo = (count: number, from = 1): number[] => Array.from({ length: count }, (_, n) => n + from);

describe('readSqlite', () => {
  it('reads new rows while the application has the store open, and leaves its folder as it was', () => {
    const { read, add, root } = setUp();
    add(1234, (n) => n);
    const before = readdirSync(join(root, 'app'));
    const first = read();
    expect(rows(first, 'by-id')).toEqual(upTo(1234));
    expect(rows(first, 'by-time')).toEqual(expect.arrayContaining(upTo(1234)));
    const cursor = stored(lastCursor(first));
    expect(cursor.queries).toEqual({ 'by-id': 1234, 'by-time': 1233 });
    expect(read(cursor)).toEqual([]);
    add(3, () => 5000);
    const second = read(cursor);
    expect(rows(second, 'by-id')).toEqual([1235, 1236, 1237]);
    expect(rows(second, 'by-time')).toEqual([1234, 1235, 1236, 1237]);
    expect(readdirSync(join(root, 'app'))).toEqual(before);
    expect(readdirSync(join(root, 'scratch'))).toEqual([]);
  });

  it('reads a store nobody has open from a private copy that is removed again', () => {
    const { read, add, app, root } = setUp();
    add(10, (n) => n);
    app.close();
    expect(readdirSync(join(root, 'app'))).toEqual(['store.db']);
    expect(rows(read(), 'by-id')).toEqual(upTo(10));
    expect(readdirSync(join(root, 'app'))).toEqual(['store.db']);
    expect(readdirSync(join(root, 'scratch'))).toEqual([]);
  });

  it('reads a store with a rollback journal in place', () => {
    const { read, add, root } = setUp('delete');
    add(10, (n) => n);
    expect(rows(read(undefined, { scratchDir: join(root, 'none') }), 'by-id')).toEqual(upTo(10));
  });

  it('loses no row when many share one cursor value, with > and with >=', () => {
    const { read, add } = setUp();
    const shared: SqliteFormat = {
      ...format,
      queries: ['>', '>='].map((sign) => ({
        id: sign,
        sql: `SELECT updated AS cursor, id FROM message WHERE updated ${sign} :after ORDER BY updated LIMIT :limit`,
      })),
    };
    add(3000, (n) => (n < 700 ? 1 : n < 2500 ? 2 : n));
    const batches = read(undefined, { batchBytes: 5000 }, shared);
    expect(rows(batches, '>')).toEqual(upTo(3000));
    expect([...new Set(rows(batches, '>='))]).toEqual(upTo(3000));
    expect(batches.length).toBeGreaterThan(4);
  });

  it('goes on from the cursor of any batch', () => {
    const { read, add } = setUp();
    add(2000, (n) => n);
    const batches = read(undefined, { batchBytes: 20_000 });
    let done: unknown[] = [];
    for (const batch of batches) {
      done = [...done, ...rows([batch], 'by-id')];
      expect([...done, ...rows(read(stored(batch.cursor)), 'by-id')]).toEqual(upTo(2000));
    }
  });

  it('cuts pages of large rows by bytes', () => {
    const { read, add } = setUp();
    add(40, (n) => n, 'x'.repeat(100_000));
    const batches = read(undefined, { batchBytes: 500_000 });
    expect(Math.max(...batches.map((batch) => batch.bytes))).toBeLessThan(700_000);
    expect(rows(batches, 'by-id')).toEqual(upTo(40));
  });

  it('reports a store that is locked, broken, unknown, or no store', () => {
    const { read, add, app, file, problems } = setUp('delete');
    add(1000, (n) => n);
    app.exec('BEGIN EXCLUSIVE');
    expect(read()).toEqual([]);
    app.exec('COMMIT');
    expect(read(undefined, {}, { ...format, requires: { message: ['absent'] } })).toEqual([]);
    const wrong = [{ id: 'q', sql: 'SELECT absent AS cursor FROM message WHERE 1 > :after LIMIT :limit' }];
    expect(read(undefined, {}, { ...format, queries: wrong })).toEqual([]);
    app.close();
    truncateSync(file.path, 5000);
    expect(rows(read(), 'by-id').length).toBeLessThan(1000);
    writeFileSync(file.path, 'this is no database, only text that is longer than a header '.repeat(20));
    expect(read()).toEqual([]);
    expect(problems).toEqual(['busy', 'drifted', 'drifted', 'corrupt', 'corrupt']);
  });

  it('refuses views, virtual and computed columns that stand for a table', () => {
    const { read, app, problems } = setUp();
    app.exec(`CREATE VIEW trap AS SELECT 1 AS id;
      CREATE VIRTUAL TABLE search USING fts5(id);
      CREATE TABLE computed (a INTEGER, id TEXT AS (hex(zeroblob(a))))`);
    for (const name of ['trap', 'search', 'computed']) {
      expect(read(undefined, {}, { ...format, requires: { [name]: ['id'] } })).toEqual([]);
    }
    expect(problems).toEqual(['drifted', 'drifted', 'drifted']);
  });

  it('refuses links to a store and links beside it', () => {
    const { root, file, app, problems, read } = setUp();
    app.close();
    symlinkSync(file.path, join(root, 'app', 'link.db'));
    const link = { ...file, path: join(root, 'app', 'link.db') };
    expect([
      ...readSqlite(link, undefined, format, { problem: (problem) => problems.push(problem) }),
    ]).toEqual([]);
    symlinkSync('/dev/zero', `${file.path}-wal`);
    expect(read()).toEqual([]);
    expect(problems).toEqual(['missing', 'not-regular']);
  });

  it('starts again when another store came in its place', () => {
    const { read, add, app, file, root } = setUp('delete');
    add(5, (n) => n);
    const cursor = { ...stored(lastCursor(read())), fileId: 'other:1' };
    app.close();
    const batches = read(cursor);
    expect(batches[0]!.restarted).toBe(true);
    expect(rows(batches, 'by-id')).toEqual(upTo(5));
    expect([file.root, root]).toHaveLength(2);
  });

  it('does not copy a store over the bound', () => {
    const { read, add, app, problems } = setUp();
    add(1000, (n) => n);
    app.close();
    expect(read(undefined, { maxCopyBytes: 4096 })).toEqual([]);
    expect(problems).toEqual(['too-large']);
  });
});
