import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { OPENCODE_LOGS } from '../../../../collector/agents/opencode/log.ts';
import type { ParseOutcome, SqliteFormat } from '../../../../collector/agents/spec-log.ts';
import { hasTables } from '../../../../collector/sources/open-sqlite.ts';
import { readSqlite } from '../../../../collector/sources/read-sqlite.ts';
import type { Cursor } from '../../../../collector/sources/source.ts';
import { createRandom, mutateLine } from '../../../support/mutate-json.ts';
import { eventsOf, readFixture } from '../../../support/read-log.ts';
import { tempDir } from '../../../support/temp.ts';

const format = OPENCODE_LOGS.find((one): one is SqliteFormat => one.container === 'sqlite')!;
const open: Database.Database[] = [];
afterEach(() => {
  for (const db of open.splice(0)) db.close();
});

function store(sql = readFixture('opencode/database/input.sql')): Database.Database {
  const db = new Database(':memory:');
  open.push(db);
  db.exec(sql);
  return db;
}

/** Those that a store of this version can answer, as the reader chooses them. */
function queriesFor(db: Database.Database): typeof format.queries {
  return format.queries.filter(({ needs = {} }) => hasTables(db, needs));
}

/** Reads all queries from where `positions` stand, in pages; a page of one moment only is read larger, as the edge does. */
function poll(db: Database.Database, positions: Record<string, number> = {}, pageRows = 500): ParseOutcome[] {
  const outcomes: ParseOutcome[] = [];
  for (const query of queriesFor(db)) {
    for (let limit = pageRows; ;) {
      const after = positions[query.id] ?? 0;
      const rows = db.prepare<[object], Record<string, unknown>>(query.sql).all({ after, limit });
      const position = Number(rows.at(-1)?.['cursor'] ?? after);
      if (rows.length === limit && position === after) {
        limit *= 2;
        continue;
      }
      for (const row of rows) outcomes.push(format.parseRow(query.id, row, {}));
      positions[query.id] = position;
      if (rows.length < limit) break;
    }
  }
  return outcomes;
}

const idsOf = (outcomes: readonly ParseOutcome[]): readonly string[] =>
  eventsOf(outcomes).map((event) => event.id);
const unique = (outcomes: readonly ParseOutcome[]): ReadonlySet<string> => new Set(idsOf(outcomes));

function addPart(db: Database.Database, id: string, data: unknown, timeMs = 1_779_747_300_000): void {
  db.prepare('INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?, ?, ?)').run(
    id,
    'msg_a1',
    'ses_main',
    timeMs,
    timeMs,
    typeof data === 'string' ? data : JSON.stringify(data),
  );
}

const running = {
  type: 'tool',
  callID: 'call_00000000live',
  tool: 'bash',
  state: { status: 'running', input: { command: 'make' }, time: { start: 1_779_747_300_000 } },
};

describe('opencode database', () => {
  it('reads every row type as reviewed', () => {
    const db = store();
    const outcomes = format.queries
      .filter((query) => !query.id.endsWith('changed'))
      .flatMap((query) =>
        db
          .prepare<[object], Record<string, unknown>>(query.sql)
          .all({ after: 0, limit: 500 })
          .map((row) => format.parseRow(query.id, row, {})),
      );
    const reviewed: unknown = JSON.parse(
      JSON.stringify(outcomes, (key, value: unknown) => (key === 'offsetBytes' ? undefined : value)),
    );
    expect(reviewed).toEqual(JSON.parse(readFixture('opencode/database/events.json')));
  });

  it('requires what its queries name', () => {
    const db = store();
    for (const [table, columns] of Object.entries(format.requires)) {
      const names = db
        .prepare<[], { name: string }>(`PRAGMA table_info(${table})`)
        .all()
        .map((row) => row.name);
      expect(names).toEqual(expect.arrayContaining([...columns]));
    }
  });

  it('tells a session by its newer record only where the older tables have nothing of it', () => {
    const db = store();
    const texts = eventsOf(poll(db)).flatMap((event) => (event.kind === 'prompt.submit' ? event.text : []));
    expect(texts).toContain('Rename the tool');
    expect(texts).not.toContain('Told by its parts already');
    db.exec('DELETE FROM part; DELETE FROM message');
    const newer = eventsOf(poll(db)).flatMap((event) => (event.kind === 'prompt.submit' ? event.text : []));
    expect(new Set(newer)).toEqual(new Set(['Rename the tool', 'Told by its parts already']));
  });

  it('is read by the real reader whether or not the store has the newer table', () => {
    for (const extra of ['', 'DROP TABLE session_message']) {
      const path = join(tempDir(), 'opencode.db');
      const db = new Database(path);
      db.exec(readFixture('opencode/database/input.sql'));
      db.exec(extra);
      db.close();
      const problems: string[] = [];
      const file = { agentId: 'opencode', formatId: format.id, root: '/', path, relativePath: 'opencode.db' };
      const batches = [...readSqlite(file, undefined, format, { problem: (what) => problems.push(what) })];
      const newer = batches.flatMap(({ records }) =>
        records.filter((record) => record.kind === 'row' && record.query.startsWith('session_message')),
      );
      expect([problems, newer.length > 0]).toEqual([[], extra === '']);
    }
  });

  it('runs on a store that has only the required columns', () => {
    const sql = Object.entries(format.requires).map(
      ([table, columns]) => `CREATE TABLE ${table} (${columns.join(', ')});`,
    );
    expect(poll(store(sql.join('\n')))).toEqual([]);
  });

  it('gives each row once by row id, in any page size', () => {
    const whole = unique(poll(store()));
    expect(whole.size).toBeGreaterThan(40);
    for (const limit of [1, 2, 7]) expect(unique(poll(store(), {}, limit))).toEqual(whole);
  });

  it('is read by the real reader from a file that is being written', () => {
    const path = join(tempDir(), 'opencode.db');
    const db = new Database(path);
    open.push(db);
    db.pragma('journal_mode = WAL');
    db.exec(readFixture('opencode/database/input.sql'));
    const file = {
      agentId: 'opencode',
      formatId: format.id,
      root: dirname(path),
      path,
      relativePath: 'opencode.db',
    };
    let cursor: Cursor | undefined;
    const readAll = (): ReadonlySet<string> => {
      const ids = new Set<string>();
      for (const batch of readSqlite(file, cursor, format)) {
        for (const record of batch.records) {
          if (record.kind !== 'row') continue;
          for (const id of idsOf([format.parseRow(record.query, record.row, {})])) ids.add(id);
        }
        cursor = batch.cursor;
      }
      return ids;
    };
    expect(readAll()).toEqual(unique(poll(store())));
    addPart(db, 'prt_live', running);
    expect(readAll()).toContain('opencode:tool.call:call_00000000live');
    expect([...readAll()]).toEqual([]);
  });

  it('finds nothing new in an unchanged store but the rows of the last moment', () => {
    const db = store();
    const positions = {};
    const first = unique(poll(db, positions));
    const second = poll(db, positions);
    expect(idsOf(second).filter((id) => !first.has(id))).toEqual([]);
    expect(second.length).toBeLessThan(6);
  });

  it('gives one call and then one result for a row that is updated in place', () => {
    const db = store();
    const positions = {};
    poll(db, positions);
    addPart(db, 'prt_live', running);
    const call = eventsOf(poll(db, positions)).filter((event) => event.id.includes('live'));
    expect(new Set(call.map((event) => event.kind))).toEqual(new Set(['tool.call']));
    const done = {
      ...running,
      state: {
        ...running.state,
        status: 'completed',
        output: 'ok',
        metadata: { exit: 0 },
        time: { start: 1_779_747_300_000, end: 1_779_747_309_000 },
      },
    };
    db.prepare('UPDATE part SET data = ?, time_updated = ? WHERE id = ?').run(
      JSON.stringify(done),
      1_779_747_309_000,
      'prt_live',
    );
    const later = eventsOf(poll(db, positions)).filter((event) => event.id.includes('live'));
    expect(later.map((event) => event.kind)).toEqual(['tool.call', 'tool.result']);
    expect(later[0]?.id).toBe(call[0]?.id);
  });

  it('finds new rows after VACUUM gave out other row ids', () => {
    const db = store();
    const positions = {};
    for (let i = 0; i < 200; i++) addPart(db, `prt_x${i}`, { type: 'reasoning', text: 'x' });
    poll(db, positions);
    db.exec("DELETE FROM part WHERE id LIKE 'prt_x%'; VACUUM;");
    addPart(db, 'prt_late', { ...running, callID: 'call_0000000late1' }, 1_779_747_400_000);
    expect(idsOf(poll(db, positions))).toContain('opencode:tool.call:call_0000000late1');
  });

  it('pages through a large store without reading it again and again', () => {
    const db = store();
    const insert = db.prepare('INSERT INTO part VALUES (?, ?, ?, ?, ?, ?)');
    const data = JSON.stringify({
      ...running,
      state: { ...running.state, status: 'completed', output: 'x'.repeat(500) },
    });
    db.transaction(() => {
      for (let i = 0; i < 30_000; i++) {
        insert.run(
          `prt_n${i}`,
          'msg_a1',
          'ses_main',
          1_779_747_300_000 + i,
          1_779_747_300_000 + i,
          data.replace('000000live', String(i).padStart(10, '0')),
        );
      }
    })();
    const positions = {};
    const startMs = performance.now();
    const calls = [...unique(poll(db, positions))].filter((id) =>
      id.startsWith('opencode:tool.call:call_000'),
    );
    const firstMs = performance.now() - startMs;
    expect(calls).toHaveLength(30_000);
    const againMs = performance.now();
    poll(db, positions);
    // Looking again costs a window of the newest rows, not the store.
    expect(performance.now() - againMs).toBeLessThan(Math.max(200, firstMs / 2));
  });

  it('treats a forked copy of a call as the same call, and numbered ids as different ones', () => {
    const db = store();
    addPart(db, 'prt_copy', { ...running, callID: 'call_bash00000001' });
    addPart(db, 'prt_num1', { ...running, callID: 'functions.bash:0' });
    addPart(db, 'prt_num2', { ...running, callID: 'functions.bash:0' });
    const ids = unique(poll(db));
    expect([...ids].filter((id) => id.startsWith('opencode:tool.call:call_bash00000001'))).toHaveLength(1);
    expect([...ids].filter((id) => id.startsWith('opencode:tool.call:functions.bash:0'))).toHaveLength(2);
  });

  it('refuses oversized and broken JSON without failing the query', () => {
    const db = store();
    addPart(db, 'prt_big', JSON.stringify({ type: 'text', text: 'x'.repeat(33_600_000) }));
    addPart(db, 'prt_deep', `${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    db.exec("UPDATE message SET data = '{\"role\": ' WHERE id = 'msg_u1'");
    const reasons = poll(db).flatMap((outcome) => (outcome.kind === 'rejected' ? [outcome.reason] : []));
    expect(reasons).toEqual(expect.arrayContaining(['too-large', 'not-an-object', 'not-json']));
  });

  it('survives 2,000 mutated rows', () => {
    const random = createRandom(20_261_122);
    const db = store();
    const rows = format.queries.flatMap((query) =>
      db
        .prepare<[object], Record<string, unknown>>(query.sql)
        .all({ after: 0, limit: 500 })
        .map((row) => ({ query: query.id, row })),
    );
    for (let i = 0; i < 2_000; i++) {
      const { query, row } = rows[i % rows.length]!;
      const data = typeof row['data'] === 'string' ? mutateLine(row['data'], random) : row['data'];
      let hostile: unknown = { ...row, data };
      if (random() < 0.3) {
        try {
          hostile = JSON.parse(mutateLine(JSON.stringify(row), random));
        } catch {
          // A row is never text; a cut one is no case.
        }
      }
      if (typeof hostile !== 'object' || hostile === null) continue;
      const outcome = format.parseRow(query, hostile as Record<string, unknown>, {});
      for (const event of eventsOf([outcome])) {
        expect(event.id.length).toBeLessThan(300);
        expect(Number.isSafeInteger(event.timeMs)).toBe(true);
      }
    }
  });

  it('looks for databases of every channel, and for the one OPENCODE_DB names', () => {
    const context = { platform: 'linux', home: '/home/mira', env: {} } as const;
    const [root] = format.roots(context);
    expect(root?.dir).toBe('/home/mira/.local/share/opencode');
    expect(
      ['opencode.db', 'opencode-beta.db', 'opencode.db-wal', 'auth.json'].map((path) => root?.matches(path)),
    ).toEqual([true, true, false, false]);
    expect(format.roots({ ...context, env: { XDG_DATA_HOME: '/data' } })[0]?.dir).toBe('/data/opencode');
    expect(format.roots({ platform: 'win32', home: 'C:\\Users\\mira', env: {} })[0]?.dir).toBe(
      'C:\\Users\\mira\\.local\\share\\opencode',
    );
    const moved = format.roots({ ...context, env: { OPENCODE_DB: '/srv/oc/own.db' } });
    expect(moved.map((one) => [one.dir, one.matches('own.db')])).toEqual([
      ['/home/mira/.local/share/opencode', false],
      ['/srv/oc', true],
    ]);
    expect(format.roots({ ...context, env: { OPENCODE_DB: ':memory:' } })).toHaveLength(1);
  });
});
