import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Store } from '../../../collector/store/store.ts';
import { batch, toolCall } from '../../support/records.ts';
import { tempDir } from '../../support/temp.ts';

const record = fc.record({
  key: fc.integer({ min: 0, max: 12 }).map(String),
  nativeSessionId: fc.constantFrom('s1', 's2'),
  timeMs: fc.integer({ min: 1, max: 1_000 }),
  model: fc.option(fc.constantFrom('m1', 'm2'), { nil: undefined }),
  tokens: fc.record({
    input: fc.nat(1_000),
    output: fc.nat(1_000),
    cacheRead: fc.nat(1_000),
    cacheWrite: fc.nat(1_000),
  }),
});

describe('tokens per session', () => {
  it('are the sum of its responses, also of those told twice with larger numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.array(record, { maxLength: 8 }), { maxLength: 5 }), (batches) => {
        const path = join(tempDir(), 'reeve.db');
        const store = Store.open({ path, nowMs: () => 1 });
        for (const usage of batches)
          store.commit(
            batch({
              usage: usage.map(({ model, ...rest }) => ({ ...rest, ...(model !== undefined && { model }) })),
            }),
          );
        const db = new Sqlite(path, { readonly: true });
        const sums = (table: string): unknown[] =>
          db
            .prepare(
              `SELECT session_key, coalesce(model, '') AS model, sum(input), sum(output), sum(cache_read), sum(cache_write)
                 FROM ${table} GROUP BY 1, 2 ORDER BY 1, 2`,
            )
            .all();
        expect(sums('usage_sums')).toEqual(sums('usage'));
        db.close();
        store.close();
      }),
      { numRuns: 25 },
    );
  });
});

describe('what the window asks for', () => {
  /** Steps of SQLite's plan for a statement as the store makes it. */
  const plans = (run: (store: Store) => void): string[] => {
    const path = join(tempDir(), 'reeve.db');
    const store = Store.open({ path, nowMs: () => 1 });
    store.commit(batch({ events: [toolCall('a'), toolCall('b')] }));
    const seen: string[] = [];
    const prepare: unknown = Reflect.get(Sqlite.prototype, 'prepare');
    const db = new Sqlite(path, { readonly: true });
    if (typeof prepare !== 'function') throw new Error('no prepare');
    Object.assign(Sqlite.prototype, {
      prepare(this: unknown, sql: string): unknown {
        seen.push(sql);
        return Reflect.apply(prepare, this, [sql]);
      },
    });
    try {
      run(store);
    } finally {
      Object.assign(Sqlite.prototype, { prepare });
    }
    const steps = seen.flatMap((sql) =>
      db
        .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...Array.from({ length: sql.split('?').length - 1 }, () => 1))
        .map(({ detail }) => detail),
    );
    db.close();
    store.close();
    return steps;
  };

  it('never walks all events, nor takes an event apart to see of which kind it is', () => {
    const sessionId = 'claude-code:s1';
    const steps = plans((store) => {
      for (const kinds of [
        undefined,
        ['prompt.submit' as const],
        ['tool.call' as const, 'tool.result' as const],
      ])
        for (const anchor of ['start', 'end', { index: 1 }, { seq: 1 }] as const)
          store.timeline.page({
            sessionId,
            anchor,
            direction: 'forward',
            limit: 10,
            ...(kinds && { kinds }),
          });
      store.timeline.lastCall(sessionId);
      store.read.events({ kind: 'prompt.submit', limit: 10 });
      store.read.events({ sessionId, limit: 10 });
      store.read.events({ limit: 10 });
      store.read.models();
      store.read.session(sessionId);
      store.read.sessions({ limit: 10 });
      store.overview.lastSeq();
      store.overview.hasEnded(sessionId);
    });
    expect(steps.length).toBeGreaterThan(15);
    expect(steps.filter((step) => /^SCAN (?:events|e|usage)\b(?!.*USING)/.test(step))).toEqual([]);
    expect(steps.filter((step) => /TEMP B-TREE FOR ORDER BY/.test(step))).toEqual([]);
    expect(steps.some((step) => step.includes('events_rare'))).toBe(true);
    expect(steps.filter((step) => step.includes('COVERING INDEX events_by_session')).length).toBeGreaterThan(
      3,
    );
  });
});
