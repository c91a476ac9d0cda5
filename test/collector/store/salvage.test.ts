import Sqlite from 'better-sqlite3';
import { closeSync, copyFileSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Store } from '../../../collector/store/store.ts';
import { batch, finding, toolCall } from '../../support/records.ts';
import { tempDir } from '../../support/temp.ts';

const PAGE = 4_096;
const NOW = 1_750_000_000_000;
const MANY = 300;
const BY = { actor: { user: 'ana', via: 'app' as const }, timeMs: NOW };
const open = (path: string): Store => Store.open({ path, nowMs: () => NOW });

/** Overwrites pages of a table, as a bad disk does: the first, middle and last `n` that hold rows of it. */
function damage(path: string, table: string, which: 'middle' | 'all'): number {
  const db = new Sqlite(path, { readonly: true });
  const leaves = db
    .prepare<[string], { pageno: number }>(
      "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path",
    )
    .all(table)
    .map(({ pageno }) => pageno);
  db.close();
  const hit = which === 'all' ? leaves : leaves.slice(leaves.length >> 1, (leaves.length >> 1) + 1);
  const fd = openSync(path, 'r+');
  for (const page of hit) writeSync(fd, Buffer.alloc(PAGE, 0xa5), 0, PAGE, (page - 1) * PAGE);
  closeSync(fd);
  return leaves.length;
}

let sound: string;

/** A store with many rows of everything that no log tells. */
beforeAll(() => {
  sound = join(mkdtempSync(join(tmpdir(), 'reeve-sound-')), 'reeve.db');
  const store = open(sound);
  store.commit(
    batch({
      events: Array.from({ length: MANY }, (_, n) => toolCall(`e${n}`, { sessionId: `claude-code:s${n}` })),
      usage: [
        {
          key: 'u1',
          nativeSessionId: 's1',
          timeMs: NOW,
          model: 'm',
          tokens: { input: 7, output: 1, cacheRead: 0, cacheWrite: 0 },
        },
      ],
    }),
  );
  store.saveFindings(Array.from({ length: MANY }, (_, n) => finding(`f${n}`, { count: 3 })));
  for (let n = 0; n < MANY; n++) store.life.acknowledge(`f${n}`, 'looked at', BY);
  store.life.suppress({ scope: { ruleId: 'other.rule' }, reason: 'ours' }, BY);
  const items = Array.from({ length: MANY }, (_, n) => ({
    id: `skill-${n}`,
    kind: 'skill' as const,
    name: `skill ${n}`,
    agentIds: ['claude-code'],
    sha256: 'a'.repeat(64),
    detail: 'a skill '.repeat(10),
  }));
  store.approvals.sync(items, NOW);
  store.approvals.decide({ ids: ['skill-1'], decision: 'approve', via: 'app' }, BY);
  store.sent.add({
    timeMs: NOW,
    endpoint: 'https://receiver.example.com',
    mode: 'metadata',
    status: 'accepted',
    wireBytes: 900,
    records: Array.from({ length: MANY }, (_, n) => ({
      uid: `r${n}`,
      name: 'tool.call',
      severity: 'informational',
      attributes: {},
      body: JSON.stringify({ text: 'x'.repeat(200) }),
    })),
  });
  store.close();
});

afterAll(() => {
  rmSync(dirname(sound), { recursive: true, force: true });
});

function recovered(table: string, which: 'middle' | 'all'): { store: Store; leaves: number } {
  const path = join(tempDir(), 'reeve.db');
  copyFileSync(sound, path);
  const leaves = damage(path, table, which);
  const store = open(path);
  if (store.asidePath === undefined) store.recover();
  expect(store.check()).toEqual([]);
  return { store, leaves };
}

const counts = (store: Store) => ({
  findings: store.read.findings({ limit: 1_000 }).length,
  audit: store.listAudit({ limit: 10_000 }).length,
  approvals: store.approvals.list({ gone: true }).length,
  sent: store.sent.list({ limit: 1_000 }).length,
  sessions: store.read.sessions({ limit: 1_000 }).length,
  suppressions: store.life.rows.list().length,
});
const WHOLE = {
  findings: MANY,
  audit: MANY + 2,
  approvals: MANY,
  sent: MANY,
  sessions: MANY,
  suppressions: 1,
};

describe('salvage', () => {
  it('keeps everything that no log tells when only events are damaged, and the audit chain stays whole', () => {
    const { store } = recovered('events', 'all');
    expect(counts(store)).toEqual(WHOLE);
    expect(store.verifyAudit()).toMatchObject({ ok: true, rows: MANY + 2 });
    expect(store.sent.stats(NOW)).toMatchObject({ today: { requests: 1, records: MANY, wireBytes: 900 } });
    expect(store.approvals.list({ state: 'approved', gone: false }).map(({ id }) => id)).toEqual(['skill-1']);
    expect(store.read.session('claude-code:s1')?.tokens.input).toBe(7);
    store.close();
  });

  it('takes nothing new on the machine for what was always there', () => {
    const { store } = recovered('events', 'all');
    const fresh = { id: 'skill-new', kind: 'skill' as const, name: 'new', agentIds: [], detail: '' };
    store.approvals.sync([fresh], NOW);
    expect(store.approvals.list({ gone: false }).find(({ id }) => id === 'skill-new')?.before).toBe(false);
    store.close();
  });

  for (const table of ['audit', 'findings', 'approvals', 'sent', 'sessions'] as const) {
    it(`loses of a damaged page in the middle of ${table} the rows on it, and none of the others`, () => {
      const { store, leaves } = recovered(table, 'middle');
      const left = counts(store);
      expect({ ...left, [table]: WHOLE[table] }).toEqual(WHOLE);
      expect(leaves).toBeGreaterThan(2);
      expect(left[table]).toBeLessThan(WHOLE[table]);
      expect(left[table]).toBeGreaterThan(WHOLE[table] * (1 - 3 / leaves));
      if (table === 'audit') expect(store.verifyAudit()).toMatchObject({ ok: false });
      store.close();
    });
  }

  it('tells that audit rows were lost at the end', () => {
    const { store } = recovered('audit', 'all');
    expect(counts(store)).toEqual({ ...WHOLE, audit: 0 });
    expect(store.verifyAudit()).toMatchObject({ ok: false, broken: { seq: 1 } });
    store.life.acknowledge('f1', 'again', BY);
    expect(store.listAudit({ limit: 1 })[0]?.seq).toBe(MANY + 3);
    store.close();
  });

  it('counts what is read again once, and what is not read again as before', () => {
    const { store } = recovered('events', 'all');
    const again = Array.from({ length: 100 }, (_, n) =>
      toolCall(`e${n}`, { sessionId: `claude-code:s${n}` }),
    );
    store.commit(batch({ events: again }));
    // Damaged once more while the logs are being read.
    store.recover();
    store.commit(batch({ events: again }));
    expect(store.read.session('claude-code:s1')?.counts.toolCalls).toBe(1);
    expect(store.read.session('claude-code:s200')?.counts.toolCalls).toBe(0);
    store.restoreCounts();
    expect(store.read.session('claude-code:s1')?.counts.toolCalls).toBe(1);
    expect(store.read.session('claude-code:s200')?.counts.toolCalls).toBe(1);
    const strip = store.overview.activity(0);
    expect(strip.reduce((sum, { events }) => sum + events, 0)).toBe(MANY);
    expect(store.read.finding('f5')?.count).toBe(3);
    store.restoreCounts();
    expect(store.read.session('claude-code:s1')?.counts.toolCalls).toBe(1);
    store.close();
  });

  it('keeps the events of actions, which no log tells', () => {
    const { store } = recovered('cursors', 'all');
    const path = store.path;
    store.recover();
    const events = store.read.events({ kind: 'action.performed', limit: 1_000 });
    expect(events).toHaveLength(MANY + 2);
    expect(store.read.events({ kind: 'tool.call', limit: 10 })).toEqual([]);
    store.close();
    const db = new Sqlite(path, { readonly: true });
    expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
    db.close();
  });

  it('opens whatever page is damaged, and keeps most of the rest', { timeout: 30_000 }, () => {
    const pages = (() => {
      const db = new Sqlite(sound, { readonly: true });
      const n = Number(db.pragma('page_count', { simple: true }));
      db.close();
      return n;
    })();
    for (let page = 2; page <= pages; page += Math.ceil(pages / 12)) {
      const path = join(tempDir(), 'reeve.db');
      copyFileSync(sound, path);
      const fd = openSync(path, 'r+');
      writeSync(fd, Buffer.alloc(PAGE, 0xff), 0, PAGE, (page - 1) * PAGE);
      closeSync(fd);
      const store = open(path);
      if (store.asidePath === undefined) store.recover();
      const left = Object.values(counts(store)).reduce((sum, n) => sum + n, 0);
      expect(left, `page ${page}`).toBeGreaterThan(MANY * 2);
      store.close();
    }
  });
});
