import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import type { LogFile, LogFormat, ParseOutcome } from '../../collector/agents/spec-log.ts';
import { hasTables } from '../../collector/sources/open-sqlite.ts';
import { readSqlite } from '../../collector/sources/read-sqlite.ts';
import { unpackRow } from '../../collector/sources/unpack-row.ts';
import { createRandom, mutateLine } from './mutate-json.ts';
import { eventsOf, readFixture, reviewable } from './read-log.ts';
import { tempDir } from './temp.ts';

/** What every log in an application's SQLite store must do: be read as reviewed, in any page size, and never throw. */
export function describeStore(format: LogFormat | undefined, fixture: string, name: string): void {
  if (format?.container !== 'sqlite') throw new Error('no SQLite format');
  const open: Database.Database[] = [];
  afterEach(() => {
    for (const db of open.splice(0)) db.close();
  });
  const store = (sql: string, path = ':memory:'): Database.Database => {
    const db = new Database(path);
    open.push(db);
    db.pragma('journal_mode = WAL');
    db.exec(sql);
    return db;
  };
  /** A store of that name, below a root of its own. */
  const fileIn = (root: string): LogFile => {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    return { agentId: '', formatId: format.id, root, path, relativePath: name };
  };
  const queriesFor = (db: Database.Database): typeof format.queries =>
    format.queries.filter(({ needs = {} }) => hasTables(db, needs));
  const rowsOf = (db: Database.Database): readonly { query: string; row: Record<string, unknown> }[] =>
    queriesFor(db).flatMap((query) =>
      db
        .prepare<[object], Record<string, unknown>>(query.sql)
        .all({ after: 0, limit: 500 })
        .map((row) => ({ query: query.id, row: unpackRow(row, query) })),
    );
  const readAll = (db: Database.Database): readonly ParseOutcome[] =>
    rowsOf(db).map(({ query, row }) => format.parseRow(query, row, {}));
  const sql = readFixture(`${fixture}/input.sql`);

  describe(`${format.id} in ${fixture}`, () => {
    it('is read as reviewed', () => {
      const reading = { outcomes: readAll(store(sql)), events: [], state: {} };
      expect(reviewable(reading)).toEqual(JSON.parse(readFixture(`${fixture}/events.json`)));
    });

    it('needs no more columns than it says, and is drifted without one of them', () => {
      const minimal = Object.entries(format.requires).map(
        ([table, columns]) => `CREATE TABLE ${table} (${columns.join(', ')});`,
      );
      expect(readAll(store(minimal.join('\n')))).toEqual([]);
      const file = fileIn(tempDir());
      store(minimal.slice(1).join('\n'), file.path);
      const problems: string[] = [];
      const batches = [...readSqlite(file, undefined, format, { problem: (what) => problems.push(what) })];
      expect([batches, problems]).toEqual([[], ['drifted']]);
    });

    it('is read by the real reader from a file that is open elsewhere', () => {
      const file = fileIn(tempDir());
      const db = store(sql, file.path);
      const records = [...readSqlite(file, undefined, format)].flatMap((batch) => batch.records);
      expect(records.length).toBe(rowsOf(db).length);
    });

    it('pages through rows without losing one', () => {
      const db = store(sql);
      const whole = new Set(eventsOf(readAll(db)).map(({ id }) => id));
      for (const query of queriesFor(db)) {
        const statement = db.prepare<[object], Record<string, unknown>>(query.sql);
        const all = statement.all({ after: 0, limit: 500 }).map((row) => row['cursor']);
        expect([...all].sort((a, b) => Number(a) - Number(b))).toEqual(all);
        const later = statement.all({ after: all.at(-1), limit: 500 });
        expect(later.length).toBeLessThanOrEqual(all.filter((cursor) => cursor === all.at(-1)).length);
      }
      expect(whole.size).toBeGreaterThan(8);
    });

    it('never throws, whatever a row holds', () => {
      const random = createRandom(11);
      for (const { query, row } of rowsOf(store(sql))) {
        for (let n = 0; n < 60; n++) {
          const text = mutateLine(JSON.stringify(row), random);
          const column = Object.keys(row)[n % Object.keys(row).length] ?? '';
          const inner = row[column];
          const mutated: Record<string, unknown> = { ...row };
          if (typeof inner === 'string') mutated[column] = mutateLine(inner, random);
          expect(() => format.parseRow(query, mutated, {})).not.toThrow();
          let other: unknown;
          try {
            other = JSON.parse(text);
          } catch {
            continue; // not JSON any more, so no row
          }
          if (typeof other !== 'object' || other === null || Array.isArray(other)) continue;
          expect(() => format.parseRow(query, other as Record<string, unknown>, {})).not.toThrow();
        }
      }
    });

    it.each(['linux', 'darwin', 'win32'] as const)('is found on %s', (platform) => {
      const home = platform === 'win32' ? 'C:\\Users\\ana' : '/home/ana';
      const roots = format.roots({ platform, home, env: {} });
      expect(roots.some((root) => root.matches(name))).toBe(true);
      expect(roots.some((root) => root.matches(`${name}-wal`) || root.matches(`backup/${name}`))).toBe(false);
    });
  });
}
