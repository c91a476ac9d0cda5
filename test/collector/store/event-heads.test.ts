import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hash53 } from '../../../collector/contract/event.ts';
import { StoredEvent } from '../../../collector/contract/stored.ts';
import { EventRows, wholeJson } from '../../../collector/store/event-row.ts';
import { Store } from '../../../collector/store/store.ts';
import { batch, toolCall } from '../../support/records.ts';
import { tempDir } from '../../support/temp.ts';

const MIGRATIONS = new URL('../../../collector/store/migrations/', import.meta.url);
const NOW = 1_750_000_100_000;
const open = (path: string, queue = false): Store =>
  Store.open({ path, nowMs: () => NOW, queue: () => queue });
const newPath = (): string => join(tempDir(), 'reeve.db');
const heads = (path: string): { n: number; used: number; whole: number } => {
  const db = new Sqlite(path, { readonly: true });
  const row = db
    .prepare<[], { n: number; used: number; whole: number }>(
      `SELECT (SELECT count(*) FROM event_heads) AS n, count(DISTINCT head) AS used, sum(head IS NULL) AS whole FROM events`,
    )
    .get();
  db.close();
  return row!;
};

describe('events without what they have in common', () => {
  it('come back as they were given, whatever their words', () => {
    const store = open(newPath());
    const word = fc.string({ unit: 'binary', maxLength: 12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word, word, word), { minLength: 1, maxLength: 4 }), (all) => {
        const events = all.map(([id, session, path, text], n) =>
          toolCall(`${id}${n}`, {
            sessionId: `claude-code:${session}`,
            source: { path, offsetBytes: n * 2 ** 40 },
            input: { command: text },
            ...(n % 2 === 1 && { parentSessionId: `claude-code:${path}` }),
          }),
        );
        for (const { event } of store.commit(batch({ events })).inserted) {
          expect(store.timeline.event(event.id, () => [])?.event).toEqual(event);
          expect(JSON.parse(wholeJson(new EventRows().of(event)))).toEqual(event);
        }
      }),
      { numRuns: 15 },
    );
    store.close();
  });

  it('have one head for each session and log', () => {
    const path = newPath();
    const store = open(path);
    const at = (id: string, session: string, log: string): StoredEvent =>
      toolCall(id, { sessionId: `claude-code:${session}`, source: { path: log, offsetBytes: 1 } });
    store.commit(batch({ events: [at('a', 's1', '/a'), at('b', 's1', '/a'), at('c', 's1', '/b')] }));
    store.close();
    const again = open(path);
    again.commit(batch({ events: [at('d', 's1', '/a'), at('e', 's2', '/a')] }));
    again.close();
    expect(heads(path)).toEqual({ n: 3, used: 3, whole: 0 });
  });

  it('tell apart whoever is behind them, and only them', () => {
    const rows = new EventRows();
    const actors = [
      { user: 'ana' },
      { user: 'ana', uid: 0 },
      { user: 'ana', uid: 501 },
      { user: 'ana', uid: 501, account: 'ana@example.com' },
      { user: 'ana', account: 'ana@example.com' },
      { user: 'bo', account: 'ana@example.com' },
    ];
    for (const actor of actors.flatMap((one) => [one, { ...one }])) {
      const event = toolCall('a', { actor });
      expect(JSON.parse(wholeJson(rows.of(event)))).toEqual(event);
    }
    // Each of them is in the list above.
    expect(Object.keys(StoredEvent.shape.actor.shape)).toEqual(['user', 'uid', 'account']);
  });

  it('are not taken to have a head that was undone', () => {
    const store = open(newPath());
    expect(() =>
      store.together(() => {
        store.commit(batch({ events: [toolCall('a')] }));
        throw new Error('no');
      }),
    ).toThrow('no');
    store.commit(batch({ events: [toolCall('b')] }));
    expect(store.read.events({ limit: 9 }).map(({ event }) => event)).toEqual([toolCall('b')]);
    store.close();
  });

  it('are whole in what is queued', () => {
    const store = open(newPath(), true);
    store.commit(batch({ events: [toolCall('a')] }));
    expect(store.outbox.peek(1, 1e6).map(({ json }) => StoredEvent.parse(JSON.parse(json)))).toEqual([
      toolCall('a'),
    ]);
    store.close();
  });
});

describe('a store whose events are whole in their rows', () => {
  const OLD = Array.from({ length: 300 }, (_, n) =>
    toolCall(`old${n}`, { timeMs: NOW - 50_000 + n, input: { command: `echo word${n}` } }),
  );

  /** As the release before stored it. */
  function oldStore(): string {
    const path = newPath();
    const db = new Sqlite(path);
    const names = readdirSync(MIGRATIONS).sort().slice(0, 16);
    db.pragma('synchronous = OFF');
    for (const name of names) db.exec(readFileSync(new URL(name, MIGRATIONS), 'utf8'));
    db.pragma('user_version = 16');
    db.exec(`INSERT INTO sessions (id, agent_id, native_id, user, started_ms, last_event_ms)
      VALUES ('claude-code:s1', 'claude-code', 's1', 'ana', 1, ${NOW})`);
    const insert = db.prepare(
      'INSERT INTO events (id_hash, id, session_key, kind, time_ms, body) VALUES (?, ?, 1, ?, ?, ?)',
    );
    db.transaction(() => {
      for (const event of OLD)
        insert.run(hash53(event.id), event.id, event.kind, event.timeMs, JSON.stringify(event));
    })();
    db.close();
    return path;
  }

  it('is read as before, and takes new ones beside them', () => {
    const path = oldStore();
    const store = open(path);
    const fresh = toolCall('new', { timeMs: NOW, input: { command: 'echo fresh' } });
    expect(store.commit(batch({ events: [OLD[7]!, fresh] })).inserted.map(({ event }) => event)).toEqual([
      fresh,
    ]);
    const all = [...OLD, fresh];
    expect(store.read.events({ afterSeq: 0, limit: 999 }).map(({ event }) => event)).toEqual(all);
    const page = { sessionId: 'claude-code:s1', anchor: 'start', direction: 'forward', limit: 999 } as const;
    expect(store.timeline.page(page).events.map(({ event }) => event)).toEqual(all);
    expect(store.baseline.eventsBetween(0, 999, { timeMs: 0, seq: 0 }, 999).map(parsed)).toEqual(all);
    expect(store.baseline.eventsInOrder(0, 999, 999).map(parsed)).toEqual(all);
    for (const word of ['word299', 'fresh']) expect(store.search.find(word, 9)).toHaveLength(1);
    expect(store.sessionCalls.latest('claude-code:s1', 999).events).toHaveLength(301);
    store.close();
    expect(heads(path)).toEqual({ n: 1, used: 1, whole: 300 });
  });

  it('loses the old ones first when there are too many', () => {
    const store = open(oldStore());
    store.commit(batch({ events: [toolCall('new', { timeMs: NOW + 60_000 })] }));
    store.applyRetention({ days: (NOW - OLD[200]!.timeMs) / 86_400_000, maxStoreBytes: 1e9 });
    expect(store.read.totals().events).toBe(101);
    expect(store.read.events({ limit: 1 })[0]?.event.id).toBe('claude-code:tool.call:new');
    store.close();
  });
});

function parsed({ body }: { readonly body: string }): unknown {
  return StoredEvent.parse(JSON.parse(body));
}
