import fc from 'fast-check';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../../collector/contract/finding.ts';
import { Store } from '../../../collector/store/store.ts';
import { dumpStore } from '../../support/dump-store.ts';
import { batch, finding, toolCall } from '../../support/records.ts';
import { tempDir } from '../../support/temp.ts';

const DAY = 86_400_000;
const FIRST = 20_000 * DAY;
const opened: Store[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});
function open(path = join(tempDir(), 'reeve.db')): Store {
  const store = Store.open({ path, nowMs: () => FIRST + 40 * DAY, queue: () => true });
  opened.push(store);
  return store;
}

interface Seen {
  readonly day: number;
  readonly subject?: string;
  readonly severity?: Finding['severity'];
  readonly ruleId?: string;
  readonly session?: string;
}
/** What one day brings: an event, and a finding about it in the session of that day. */
function seen({
  day,
  subject = 'psql prod',
  severity = 'medium',
  ruleId = 'a.b',
  session = `d${day}`,
}: Seen) {
  const timeMs = FIRST + day * DAY;
  const id = `${ruleId} ${subject} ${session}`;
  const event = toolCall(`${id} ${day} ${severity}`, { timeMs, sessionId: session });
  const found = finding(id, {
    ruleId,
    severity,
    subject: { kind: 'tool-call', value: subject, agentId: 'claude-code', cwd: '/w/shop' },
    sessionId: session,
    firstSeenMs: timeMs,
    lastSeenMs: timeMs,
    evidence: [{ eventId: event.id }],
    habit: { may: ['lower', 'raise'] },
  });
  return batch({ events: [event], findings: [{ finding: found, eventId: event.id }] });
}
function happens(store: Store, one: Seen): Finding | undefined {
  return store.commit(seen(one)).findings[0];
}

describe('what is done day after day', () => {
  it('is one severity less from the day on when it is a habit, and stays told as it was before', () => {
    const store = open();
    const told = [0, 3, 5, 6, 7, 8].map((day) => happens(store, { day })?.severity);
    expect(told).toEqual(['medium', 'medium', 'medium', 'medium', 'low', 'low']);
    expect(store.read.finding('a.b psql prod d7')).toMatchObject({
      habit: { lowered: { from: 'medium', because: expect.stringContaining('4 of the 30 days') as string } },
    });
  });

  it('is not learned within days, from high findings, or from sessions with an open grave one', () => {
    const store = open();
    for (let day = 0; day < 7; day++) expect(happens(store, { day })?.severity).toBe('medium');
    for (let day = 0; day < 9; day++)
      happens(store, { day, subject: 'x', severity: 'high', session: `h${day}` });
    expect(happens(store, { day: 9, subject: 'x' })?.severity).toBe('medium');
    for (let day = 0; day < 9; day++) {
      happens(store, { day, subject: 'y', session: `g${day}` });
      happens(store, { day, subject: 'z', severity: 'critical', ruleId: 'c.d', session: `g${day}` });
    }
    expect(happens(store, { day: 10, subject: 'y' })?.severity).toBe('medium');
  });

  it('is not usual any more once its session turns grave, and is again when somebody answered', () => {
    const store = open();
    for (const day of [0, 2, 4]) happens(store, { day });
    expect(happens(store, { day: 9 })?.severity).toBe('low');
    happens(store, { day: 9, ruleId: 'c.d', severity: 'high' });
    expect(store.read.finding('a.b psql prod d9')?.severity).toBe('medium');
    store.life.acknowledge('c.d psql prod d9', undefined, {
      actor: { user: 'ana', via: 'cli' },
      timeMs: FIRST + 9 * DAY,
    });
    expect(store.commit(seen({ day: 9.1, session: 'd9' })).findings[0]?.severity).toBe('low');
  });

  it('is forgotten after a month without it, and holds for one agent in one project', () => {
    const store = open();
    for (const day of [0, 2, 4, 8]) happens(store, { day });
    expect(happens(store, { day: 39 })?.severity).toBe('medium');
    const other = seen({ day: 10 }).findings[0]?.finding;
    for (const subject of [{ cwd: '/w/other' }, { agentId: 'codex' }]) {
      const [found] = store.saveFindings(
        [other].flatMap((one) =>
          one ? [{ ...one, id: JSON.stringify(subject), subject: { ...one.subject, ...subject } }] : [],
        ),
      );
      expect(found?.severity).toBe('medium');
    }
  });

  it('makes something else that is new more certain', () => {
    const store = open();
    for (const day of [0, 2, 4]) happens(store, { day });
    const found = seen({ day: 5, subject: 'psql other' }).findings[0]?.finding;
    if (found === undefined) throw new Error('none');
    expect(store.saveFindings([{ ...found, confidence: 'low' }])[0]).toMatchObject({ confidence: 'medium' });
  });

  it('is told in words, the first time too', () => {
    const store = open();
    for (const day of [0, 2, 4, 6, 8])
      store.commit({
        ...seen({ day, severity: 'low' }),
        sessions: [{ nativeId: `d${day}`, cwd: '/w/shop' }],
      });
    const [known] = store.saveFindings([seen({ day: 9 }).findings[0]?.finding ?? finding('x')]);
    expect(known && store.habits.familiarity(known)).toMatchObject({ days: 5, windowDays: 30 });
    const fresh = seen({ day: 9, subject: 'new' }).findings[0]?.finding ?? finding('x');
    expect(store.habits.familiarity(fresh)).toMatchObject({ days: 0 });
  });

  it(
    'ends up the same in whatever order logs are read, cut into transactions, and stopped',
    { timeout: 60_000 },
    () => {
      const happening = fc.record({
        day: fc.integer({ min: 0, max: 12 }),
        subject: fc.constantFrom('psql prod', 'drop 2026-11-22', 'drop 2026-11-23'),
        severity: fc.constantFrom('low' as const, 'medium' as const, 'medium' as const, 'high' as const),
        ruleId: fc.constantFrom('a.b', 'a.b', 'c.d'),
      });
      fc.assert(
        fc.property(
          fc.uniqueArray(happening, { minLength: 6, maxLength: 24, selector: (one) => JSON.stringify(one) }),
          fc.infiniteStream(fc.nat()),
          (all, order) => {
            const folders = [tempDir(), tempDir()];
            const stores = folders.map((folder) => open(join(folder, 'reeve.db')));
            const inTime = [...all].sort((a, b) => a.day - b.day);
            for (const one of inTime) stores[0]?.commit(seen(one));
            const mixed = [...all];
            for (let n = mixed.length - 1; n > 0; n--) {
              const at = (order.next().value ?? 0) % (n + 1);
              [mixed[n], mixed[at]] = [mixed[at] ?? all[0], mixed[n] ?? all[0]] as [
                Seen & (typeof mixed)[0],
                Seen & (typeof mixed)[0],
              ];
            }
            for (const one of mixed) {
              stores[1]?.commit(seen(one));
              // What a sudden end makes the reader do again.
              if (one.day % 3 === 0) stores[1]?.commit(seen(one));
            }
            for (const store of stores) opened.splice(opened.indexOf(store), 1)[0]?.close();
            const [a, b] = folders.map((folder) => dumpStore(folder, '/home/none'));
            expect(b?.['habits']).toEqual(a?.['habits']);
            expect(severities(b)).toEqual(severities(a));
          },
        ),
        { numRuns: 25 },
      );
    },
  );
});

function severities(dump: Record<string, string[]> | undefined): unknown {
  return dump?.['findings']?.map((row) => {
    const { id, body } = JSON.parse(row) as { id: string; body: Finding };
    const { severity, confidence, habit, count } = body;
    return { id, severity, confidence, habit, count };
  });
}
