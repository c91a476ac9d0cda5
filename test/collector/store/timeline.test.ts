import fc from 'fast-check';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../../collector/contract/stored.ts';
import { PageRequest } from '../../../collector/contract/timeline.ts';
import { Store } from '../../../collector/store/store.ts';
import { batch, finding, toolCall } from '../../support/records.ts';
import { tempDir } from '../../support/temp.ts';

const opened: Store[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});
const SESSION = 'claude-code:s1';
const storeOf = (events: StoredEvent[]): Store => {
  const store = Store.open({ path: join(tempDir(), 'reeve.db'), nowMs: () => 1 });
  opened.push(store);
  store.commit(batch({ events }));
  return store;
};
const page = (store: Store, request: Record<string, unknown>) =>
  store.timeline.page(PageRequest.parse({ sessionId: SESSION, anchor: 'start', ...request }));
const names = (found: ReturnType<typeof page>): string[] =>
  found.events.map(({ event }) => event.id.split(':')[2]!);

describe('a page of a session', () => {
  /** Arrived in another order than they happened, some at the same moment; another session in between. */
  const events = [30, 10, 20, 20, 10, 40].map((timeMs, n) => toolCall(`e${n}`, { timeMs }));
  const ORDER = ['e1', 'e4', 'e2', 'e3', 'e0', 'e5'];
  const mixed = (): Store => storeOf([...events, toolCall('x', { sessionId: 'claude-code:s2', timeMs: 15 })]);

  it('stands in the order of time, then arrival, and knows its place', () => {
    const store = mixed();
    const all = page(store, { limit: 10 });
    expect(names(all)).toEqual(ORDER);
    expect(all).toMatchObject({ total: 6, firstIndex: 0 });
    const [, , third] = all.events;
    expect(names(page(store, { anchor: { seq: third!.seq }, limit: 2 }))).toEqual(['e2', 'e3']);
    const back = page(store, { anchor: { seq: third!.seq }, direction: 'backward', limit: 2 });
    expect([back.firstIndex, names(back)]).toEqual([1, ['e4', 'e2']]);
    const end = page(store, { anchor: 'end', direction: 'backward', limit: 2 });
    expect([end.firstIndex, names(end)]).toEqual([4, ['e0', 'e5']]);
    expect(names(page(store, { anchor: { index: 4 }, limit: 9 }))).toEqual(['e0', 'e5']);
    expect(names(page(store, { anchor: { index: 99 }, limit: 9 }))).toEqual(['e5']);
  });

  it('is empty for what is not there', () => {
    const store = mixed();
    expect(page(store, { sessionId: 'none' })).toEqual({ total: 0, firstIndex: 0, events: [] });
    expect(page(store, { anchor: { seq: 99_999 } })).toEqual({ total: 6, firstIndex: 6, events: [] });
    const foreign = store.timeline.place('claude-code:tool.call:x')!.seq;
    expect(page(store, { anchor: { seq: foreign } }).events).toEqual([]);
  });

  it('counts and places only the kinds that were asked for', () => {
    const store = storeOf([
      toolCall('a', { timeMs: 1 }),
      toolCall('b', { id: 'claude-code:prompt.submit:b', kind: 'prompt.submit', timeMs: 2 }),
      toolCall('c', { timeMs: 3 }),
    ]);
    const calls = page(store, { kinds: ['tool.call'], anchor: 'end', direction: 'backward' });
    expect([calls.total, names(calls)]).toEqual([2, ['a', 'c']]);
    expect(page(store, { kinds: ['session.end'] })).toEqual({ total: 0, firstIndex: 0, events: [] });
  });

  it('is, from any place and in any direction, the same stretch of one order', () => {
    const store = storeOf(
      Array.from({ length: 120 }, (_, n) => toolCall(`p${n}`, { timeMs: (n * 37) % 40 })),
    );
    const all = page(store, { limit: 1_000 }).events;
    fc.assert(
      fc.property(
        fc.nat(119),
        fc.integer({ min: 1, max: 50 }),
        fc.boolean(),
        fc.boolean(),
        (index, limit, forward, bySeq) => {
          const got = page(store, {
            anchor: bySeq ? { seq: all[index]!.seq } : { index },
            direction: forward ? 'forward' : 'backward',
            limit,
          });
          const first = forward ? index : Math.max(0, index - limit + 1);
          const last = forward ? index + limit : index + 1;
          expect(got.firstIndex).toBe(first);
          expect(got.events).toEqual(all.slice(first, last));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('one event', () => {
  it('comes with its place, its result and the findings that name it', () => {
    const result = toolCall('r', {
      id: 'claude-code:tool.result:a',
      kind: 'tool.result',
      timeMs: 5,
      input: { callId: 'a' },
      outcome: { status: 'error', exitCode: 2 },
    });
    const store = storeOf([toolCall('z', { timeMs: 1 }), toolCall('a', { timeMs: 3 }), result]);
    store.saveFindings([finding('f1'), finding('f2', { evidence: [{ eventId: 'other' }] })]);
    const found = store.timeline.event('claude-code:tool.call:a', (sessionId) =>
      store.read.findings({ sessionId, limit: 10 }),
    );
    expect(found).toMatchObject({ index: 1, result: { id: result.id }, findingIds: ['f1'] });
    expect(store.timeline.event('none', () => [])).toBeUndefined();
  });
});

describe('marks', () => {
  it('lie where the events of the findings lie, worst finding first on a shared event', () => {
    const store = storeOf(Array.from({ length: 50 }, (_, n) => toolCall(`e${n}`, { timeMs: n })));
    const at = (n: number): { eventId: string } => ({ eventId: `claude-code:tool.call:e${n}` });
    const findings = [
      finding('low', { severity: 'low', evidence: [at(7), at(3)] }),
      finding('bad', { severity: 'critical', evidence: [at(7), { eventId: 'gone' }, {}] }),
    ];
    expect(store.timeline.marks(SESSION, findings)).toMatchObject({
      total: 50,
      marks: [
        { index: 3, findingId: 'low' },
        { index: 7, findingId: 'bad', severity: 'critical' },
      ],
    });
    expect(store.timeline.marks('none', findings)).toEqual({ total: 0, marks: [] });
  });
});
