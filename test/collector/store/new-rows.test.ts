import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UsageRecord } from '../../../collector/agents/spec-log.ts';
import { NewRows, prepareInsert } from '../../../collector/store/new-rows.ts';
import { Store } from '../../../collector/store/store.ts';
import { batch, toolCall } from '../../support/records.ts';
import { tempDir } from '../../support/temp.ts';

const nowMs = (): number => 1_750_000_100_000;

describe('NewRows', () => {
  it('puts every row in, in order, and tells its key', () => {
    const db = new Sqlite(':memory:');
    db.exec('CREATE TABLE t (row INTEGER PRIMARY KEY, a, b)');
    db.exec('INSERT INTO t VALUES (40, NULL, NULL)');
    const insert = prepareInsert(db, 't', ['a', 'b']);
    for (const n of [0, 1, 31, 32, 33, 100]) {
      const keys: number[] = [];
      const rows = new NewRows(insert, keys);
      const given = Array.from({ length: n }, (_, at) => ({ a: `${n}/${at}`, b: at === 7 ? null : at }));
      for (const { a, b } of given) rows.add(a, b);
      rows.flush();
      const stored = db.prepare<[], { row: number; a: string; b: number | null }>(
        `SELECT * FROM t WHERE a LIKE '${n}/%' ORDER BY row`,
      );
      expect(stored.all()).toEqual(given.map((one, at) => ({ row: keys[at], ...one })));
    }
    db.close();
  });
});

describe('a store that is told what is certainly new', () => {
  const usage = (key: number, output: number): UsageRecord => ({
    key: `msg_${key}`,
    nativeSessionId: key % 2 === 0 ? 's1' : 's2',
    timeMs: 1_750_000_000_000 + output,
    tokens: { input: 1, output, cacheRead: 0, cacheWrite: 0 },
    ...(key % 3 === 0 && { model: 'claude-opus-4-8' }),
  });

  it('stores the same as one that has to look', () => {
    const folder = tempDir();
    let stores = 0;
    const open = (isTold: boolean): Store => {
      const path = join(folder, `${stores++}.db`);
      if (!isTold) return Store.open({ path, nowMs });
      const first = Store.open({ path, nowMs });
      const knownIds = first.readKnownIds();
      first.close();
      return Store.open({ path, nowMs, ...(knownIds !== undefined && { knownIds }) });
    };
    const ids = fc.array(fc.nat(120), { maxLength: 90 });
    const seen = fc.array(fc.tuple(fc.nat(90), fc.nat(9)), { maxLength: 90 });
    fc.assert(
      fc.property(fc.array(fc.tuple(ids, seen), { minLength: 1, maxLength: 3 }), (batches) => {
        const [told, looking] = [true, false].map((isTold) => {
          const store = open(isTold);
          const inserted = batches.map(
            ([events, responses]) =>
              store.commit(
                batch({
                  events: events.map((n) => toolCall(String(n))),
                  usage: responses.map(([key, output]) => usage(key, output)),
                }),
              ).inserted,
          );
          store.close();
          const db = new Sqlite(store.path, { readonly: true });
          const rows = ['events', 'usage', 'usage_sums', 'sessions', 'activity'].map((table) =>
            db.prepare(`SELECT * FROM ${table}`).all(),
          );
          db.close();
          return { inserted, rows };
        });
        expect(told).toEqual(looking);
      }),
      { numRuns: 8 },
    );
  });
});
