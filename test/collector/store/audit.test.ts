import Sqlite, { type Database } from 'better-sqlite3';
import fc from 'fast-check';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ActedProcess } from '../../../collector/contract/action.ts';
import { StoredEvent } from '../../../collector/contract/stored.ts';
import {
  canonicalJson,
  listAudit,
  pausedProcesses,
  type PerformedAction,
  recordAction,
  recordActionInFile,
  type RecordedAction,
  verifyAudit,
} from '../../../collector/store/audit.ts';
import { openDatabase } from '../../../collector/store/open.ts';
import { applyRetention } from '../../../collector/store/retention.ts';
import { Store } from '../../../collector/store/store.ts';
import { batch, toolCall } from '../../support/records.ts';
import { tempDir } from '../../support/temp.ts';

const NOW = 1_750_000_100_000;
const process1 = (pid: number, outcome: ActedProcess['outcome']): ActedProcess => ({
  pid,
  startTimeMs: NOW - 5_000,
  name: 'node',
  outcome,
});
const performed = (over: Partial<PerformedAction> = {}): PerformedAction => ({
  timeMs: NOW,
  actor: { user: 'ana', uid: 1000, via: 'cli' },
  action: 'kill',
  target: { kind: 'process', pid: 4242, startTimeMs: NOW - 5_000 },
  reason: 'it would not stop',
  result: { status: 'done', detail: '1 process ended.', processes: [process1(4242, 'killed')], goneMs: 12.5 },
  ...over,
});

const opened: Database[] = [];
const openDb = (path = join(tempDir(), 'reeve.db')): Database => {
  const { db } = openDatabase(path, NOW);
  opened.push(db);
  return db;
};
afterEach(() => {
  for (const db of opened.splice(0)) db.close();
});

const record = (db: Database, over: Partial<PerformedAction> = {}, queue = false): RecordedAction =>
  recordAction(db, performed(over), () => queue);
const fill = (db: Database, rows: number): void => {
  for (let n = 0; n < rows; n += 1) record(db, { timeMs: NOW + n });
};
/** What somebody with the file can do: first take the guards away. */
const tamper = (db: Database, sql: string): void => {
  db.exec('DROP TRIGGER IF EXISTS audit_keeps_rows; DROP TRIGGER IF EXISTS audit_keeps_words;');
  db.exec(sql);
};

describe('recordAction', () => {
  it('writes the row, its event and its outbox row together', () => {
    const db = openDb();
    const { record: row, event, seq } = record(db, {}, true);
    expect(row).toMatchObject({ seq: 1, action: 'kill', reason: 'it would not stop' });
    expect(StoredEvent.parse(event)).toEqual(event);
    expect(event).toMatchObject({
      id: `reeve:action.performed:${row.hash}`,
      kind: 'action.performed',
      outcome: { status: 'ok' },
      input: { action: 'kill', target: '4242', status: 'done', auditSeq: 1, auditHash: row.hash },
      resources: [{ kind: 'process', value: '4242 node', access: 'execute' }],
    });
    const stored = db.prepare<[], { seq: number; body: string }>('SELECT seq, body FROM events').get();
    expect(stored).toEqual({ seq, body: JSON.stringify(event) });
    expect(db.prepare('SELECT uid, priority, json FROM outbox').all()).toEqual([
      { uid: event.id, priority: 'action', json: JSON.stringify(event) },
    ]);
  });

  it('queues nothing while reporting is off', () => {
    const db = openDb();
    record(db);
    expect(db.prepare('SELECT count(*) AS n FROM outbox').get()).toEqual({ n: 0 });
  });

  it('puts an action on a session into that session, and any other into none that is shown', () => {
    const path = join(tempDir(), 'reeve.db');
    const store = Store.open({ path, nowMs: () => NOW });
    store.commit(batch({ events: [toolCall('a')] }));
    const db = openDb(path);
    const onSession = record(db, { target: { kind: 'session', id: 'claude-code:s1' } });
    expect(onSession.event).toMatchObject({ agentId: 'claude-code', sessionId: 'claude-code:s1' });
    record(db, { target: { kind: 'session', id: 'claude-code:unknown' } });
    record(db, { target: { kind: 'agent', id: 'codex' } });
    expect(
      store.read.events({ sessionId: 'claude-code:s1', limit: 10 }).map(({ event }) => event.kind),
    ).toContain('action.performed');
    expect(store.read.sessions({ limit: 10 }).map(({ id }) => id)).toEqual(['claude-code:s1']);
    expect(store.read.session('claude-code:s1')?.counts.toolCalls).toBe(1);
    store.close();
  });

  it('keeps no secret of the reason', () => {
    const db = openDb();
    const secret = ['ghp_', 'a1B2'.repeat(9)].join('');
    const { event } = record(db, { reason: `it sent ${secret} away` }, true);
    const all = JSON.stringify([
      db.prepare('SELECT body FROM audit').all(),
      db.prepare('SELECT json FROM outbox').all(),
      event,
    ]);
    expect(all).not.toContain(secret);
    expect(all).toContain('it sent ');
  });

  it('writes nothing at all when one part cannot be written', () => {
    const db = openDb();
    db.exec("CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT raise(ABORT, 'disk full'); END");
    expect(() => record(db, {}, true)).toThrow('disk full');
    expect(
      db.prepare('SELECT (SELECT count(*) FROM audit) + (SELECT count(*) FROM events) AS n').get(),
    ).toEqual({
      n: 0,
    });
    db.exec('DROP TRIGGER full');
    expect(record(db, {}, true).record.seq).toBe(1);
    expect(verifyAudit(db)).toMatchObject({ ok: true, rows: 1 });
  });

  it('keeps one chain when several programs write at once', async () => {
    const path = join(tempDir(), 'reeve.db');
    openDb(path);
    const module = new URL('../../../collector/store/audit.ts', import.meta.url).href;
    const code = `import(${JSON.stringify(module)}).then(({ recordActionInFile }) => {
      for (let n = 0; n < 25; n += 1) recordActionInFile(${JSON.stringify(path)}, ${JSON.stringify(performed())}, () => true);
    })`;
    const writers = [1, 2, 3].map(() => spawn(process.execPath, ['-e', code], { stdio: 'inherit' }));
    expect(await Promise.all(writers.map(async (one) => (await once(one, 'exit'))[0] as number))).toEqual([
      0, 0, 0,
    ]);
    expect(verifyAudit(openDb(path))).toMatchObject({ ok: true, rows: 75 });
  });

  it('holds the chain through kill -9', async () => {
    const path = join(tempDir(), 'reeve.db');
    openDb(path);
    const module = new URL('../../../collector/store/audit.ts', import.meta.url).href;
    const code = `import(${JSON.stringify(module)}).then(({ recordActionInFile }) => {
      for (;;) { recordActionInFile(${JSON.stringify(path)}, ${JSON.stringify(performed())}, () => true); process.stdout.write('.'); }
    })`;
    const writer = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    let told = 0;
    for await (const dots of writer.stdout) {
      told += (dots as Buffer).length;
      if (told > 30) writer.kill('SIGKILL');
    }
    const db = openDb(path);
    const check = verifyAudit(db);
    expect(check.ok).toBe(true);
    expect(check.rows).toBeGreaterThanOrEqual(told);
    expect(db.prepare('SELECT count(*) AS n FROM events').get()).toEqual({ n: check.rows });
    expect(db.prepare('SELECT count(*) AS n FROM outbox').get()).toEqual({ n: check.rows });
  });
});

describe('recordActionInFile', () => {
  it('leaves an orderly closed store orderly, and an unclean one unclean', () => {
    const path = join(tempDir(), 'reeve.db');
    Store.open({ path, nowMs: () => NOW }).close();
    recordActionInFile(path, performed(), () => false);
    const orderly = Store.open({ path, nowMs: () => NOW });
    expect(orderly.unclean).toBe(false);
    orderly.release();
    recordActionInFile(path, performed(), () => false);
    const crashed = Store.open({ path, nowMs: () => NOW });
    expect(crashed.unclean).toBe(true);
    crashed.close();
  });

  it('brings a store of an earlier format up to date first', () => {
    const path = join(tempDir(), 'reeve.db');
    const first = new Sqlite(path);
    first.exec(
      readFileSync(new URL('../../../collector/store/migrations/0001-initial.sql', import.meta.url), 'utf8'),
    );
    first.pragma('user_version = 1');
    first.close();
    recordActionInFile(path, performed(), () => false);
    expect(verifyAudit(openDb(path))).toMatchObject({ ok: true, rows: 1 });
  });
});

describe('verifyAudit', () => {
  it('finds nothing wrong with an empty log, and tells the head of a good one', () => {
    const db = openDb();
    expect(verifyAudit(db)).toEqual({ ok: true, rows: 0 });
    fill(db, 5);
    expect(verifyAudit(db)).toEqual({ ok: true, rows: 5, head: listAudit(db, { limit: 1 })[0]!.hash });
  });

  it.each([
    [
      'a changed word',
      `UPDATE audit SET body = replace(body, 'it would not stop', 'maintenance') WHERE seq = 3`,
      3,
    ],
    ['a changed hash', `UPDATE audit SET hash = '${'f'.repeat(64)}' WHERE seq = 4`, 4],
    ['a changed time column', 'UPDATE audit SET time_ms = time_ms - 1 WHERE seq = 2', 2],
    ['a changed action column', `UPDATE audit SET action = 'resume' WHERE seq = 5`, 5],
    ['a row removed from the middle', 'DELETE FROM audit WHERE seq = 3', 3],
    ['the first row removed', 'DELETE FROM audit WHERE seq = 1', 1],
    ['rows cut off at the end', 'DELETE FROM audit WHERE seq >= 5', 5],
    ['all rows removed', 'DELETE FROM audit', 1],
    [
      'two rows swapped',
      'UPDATE audit SET seq = -2 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = -2',
      2,
    ],
    ['text that is no JSON', `UPDATE audit SET body = 'x' WHERE seq = 6`, 6],
  ])('finds %s', (_what, sql, seq) => {
    const db = openDb();
    fill(db, 6);
    tamper(db, sql);
    expect(verifyAudit(db)).toMatchObject({ ok: false, rows: seq - 1, broken: { seq } });
  });

  it('finds a gap that was written over with new rows', () => {
    const db = openDb();
    fill(db, 4);
    tamper(db, 'DELETE FROM audit WHERE seq = 4');
    record(db);
    expect(verifyAudit(db)).toMatchObject({ ok: false, broken: { seq: 4 } });
  });

  it('finds any changed character', () => {
    const db = openDb();
    fill(db, 3);
    const body = db.prepare<[], { body: string }>('SELECT body FROM audit WHERE seq = 2').get()!.body;
    tamper(db, '');
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.constantFrom('0', 'x', ' ', '"', '}'), (at, letter) => {
        fc.pre(body[at] !== letter);
        const changed = body.slice(0, at) + letter + body.slice(at + 1);
        db.prepare('UPDATE audit SET body = ? WHERE seq = 2').run(changed);
        expect(verifyAudit(db)).toMatchObject({ ok: false, broken: { seq: 2 } });
      }),
      { numRuns: 200 },
    );
    db.prepare('UPDATE audit SET body = ? WHERE seq = 2').run(body);
    expect(verifyAudit(db).ok).toBe(true);
  });
});

describe('the audit table', () => {
  it('lets no row be changed or deleted', () => {
    const db = openDb();
    fill(db, 2);
    expect(() => db.exec('DELETE FROM audit')).toThrow('never deleted');
    expect(() => db.exec("UPDATE audit SET action = 'x'")).toThrow('never changed');
  });

  it('outlives retention by age and by size', () => {
    const path = join(tempDir(), 'reeve.db');
    const db = openDb(path);
    for (let n = 0; n < 50; n += 1) record(db, { timeMs: NOW - 400 * 86_400_000 });
    const { removedByAge } = applyRetention(db, { days: 30, maxStoreBytes: 1 }, NOW, 10_000_000);
    expect(removedByAge).toBe(50);
    expect(verifyAudit(db)).toMatchObject({ ok: true, rows: 50 });
  });

  it('is read newest first, or on from a row', () => {
    const db = openDb();
    fill(db, 5);
    expect(listAudit(db, { limit: 2 }).map(({ seq }) => seq)).toEqual([5, 4]);
    expect(listAudit(db, { afterSeq: 2, limit: 2 }).map(({ seq }) => seq)).toEqual([3, 4]);
  });
});

describe('pausedProcesses', () => {
  it('tells what was paused and not let go since, and what stood still before', () => {
    const db = openDb();
    const act = (action: string, ...processes: ActedProcess[]): void => {
      record(db, { action, result: { status: 'done', detail: '', processes } });
    };
    act('pause', process1(1001, 'paused'), process1(1002, 'paused'), process1(1003, 'already-stopped'));
    act('pause', process1(1001, 'already-stopped'), process1(1004, 'paused'));
    expect(pausedProcesses(db).paused.map(({ pid }) => pid)).toEqual([1001, 1002, 1004]);
    expect(pausedProcesses(db).leave.map(({ pid }) => pid)).toEqual([1003]);
    act('resume', process1(1001, 'resumed'), process1(1003, 'already-stopped'));
    act('kill', process1(1004, 'killed'), process1(1002, 'refused'));
    expect(pausedProcesses(db).paused.map(({ pid }) => pid)).toEqual([1002]);
    expect(pausedProcesses(db).leave.map(({ pid }) => pid)).toEqual([1003]);
  });
});

describe('canonicalJson', () => {
  it('gives the same text whatever the order of the keys, and loses nothing', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
