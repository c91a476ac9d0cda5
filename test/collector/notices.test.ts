import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Notice, SequencedEvent } from '../../collector/contract/ipc.ts';
import type { SentStats } from '../../collector/contract/sent.ts';
import type { Session } from '../../collector/contract/stored.ts';
import { Notices } from '../../collector/notices.ts';
import { finding, toolCall } from '../support/records.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** @param names that are heard; default all */
function create(names?: Notice['name'][]): {
  notices: Notices;
  sent: Notice[];
  asked: string[];
  heard: Set<string>;
} {
  const heard = new Set<string>(names);
  const sent: Notice[] = [];
  const asked: string[] = [];
  const notices = new Notices({
    send: (notice) => sent.push(notice),
    ...(names !== undefined && { isHeard: (name) => heard.has(name) }),
    session: (id) => {
      asked.push(id);
      return { id } as Session;
    },
    sentStats: () => ({ on: true }) as SentStats,
    approvalCounts: () => ({ waiting: 1, before: 2 }),
  });
  return { notices, sent, asked, heard };
}
let seq = 0;
const events = (n: number, session = 's1'): SequencedEvent[] =>
  Array.from({ length: n }, () => ({ seq: ++seq, event: toolCall(`e${seq}`, { sessionId: session }) }));
const created = (rows: SequencedEvent[]): Notice => ({ name: 'events.created', body: { events: rows } });
const of = (sent: readonly Notice[], name: Notice['name']): Notice[] =>
  sent.filter((notice) => notice.name === name);

describe('notices', () => {
  it('go out at once when it was quiet', () => {
    const { notices, sent } = create();
    notices.publish({ name: 'status.changed', body: { phase: 'watching' } });
    expect(sent).toEqual([{ name: 'status.changed', body: { phase: 'watching' } }]);
  });

  it('come at most ten times a second and lose nothing, with ten sessions at 200 events a second', () => {
    const { notices, sent } = create();
    const all: number[] = [];
    for (let ms = 0; ms < 3_000; ms += 5) {
      const rows = events(1, `s${(ms / 5) % 10}`);
      all.push(...rows.map((row) => row.seq));
      notices.publish(created(rows));
      vi.advanceTimersByTime(5);
    }
    vi.advanceTimersByTime(1_000);
    const batches = of(sent, 'events.created');
    expect(batches.length).toBeLessThanOrEqual(31);
    expect(
      batches.flatMap((notice) =>
        (notice as { body: { events: SequencedEvent[] } }).body.events.map((row) => row.seq),
      ),
    ).toEqual(all);
    expect(of(sent, 'sessions.changed').length).toBeLessThanOrEqual(8);
    expect(of(sent, 'resync')).toEqual([]);
  });

  it('ask the store for a session once per notice, however many events it had', () => {
    const { notices, sent, asked } = create();
    notices.publish(created(events(100)));
    for (let n = 0; n < 50; n++) notices.publish(created(events(20, `s${n % 3}`)));
    vi.advanceTimersByTime(500);
    expect(asked).toHaveLength(1 + 3);
    expect(of(sent, 'sessions.changed').at(-1)?.body).toMatchObject({ more: 0 });
  });

  it('tell to ask again when more came in one gap than is worth sending', () => {
    const { notices, sent } = create();
    notices.publish(created(events(1)));
    for (let n = 0; n < 30; n++) notices.publish(created(events(100)));
    vi.advanceTimersByTime(100);
    expect(of(sent, 'resync')).toHaveLength(1);
    const total = of(sent, 'events.created').reduce(
      (sum, notice) => sum + (notice as { body: { events: unknown[] } }).body.events.length,
      0,
    );
    expect(total).toBeLessThan(2_100);
  });

  it('keep the last state of a finding and of health', () => {
    const { notices, sent } = create();
    notices.publish({ name: 'findings.changed', body: { findings: [finding('a')] } });
    for (const count of [2, 3, 4])
      notices.publish({
        name: 'findings.changed',
        body: { findings: [finding('b', { count }), finding('c')] },
      });
    notices.publish({ name: 'health.changed', body: { health: [] } });
    notices.publish({
      name: 'health.changed',
      body: { health: [{ code: 'x', severity: 'low', text: 'y' }] },
    });
    vi.advanceTimersByTime(100);
    const [, second] = of(sent, 'findings.changed');
    expect(second?.body).toMatchObject({ findings: [{ id: 'b', count: 4 }, { id: 'c' }] });
    expect(of(sent, 'health.changed').at(-1)?.body).toMatchObject({ health: [{ code: 'x' }] });
  });

  it('ask for the state of what was touched when they are sent', () => {
    const { notices, sent } = create();
    notices.touch('approvals.changed');
    for (let n = 0; n < 20; n++) notices.touch('sent.changed');
    vi.advanceTimersByTime(5_000);
    expect(of(sent, 'approvals.changed')).toEqual([
      { name: 'approvals.changed', body: { waiting: 1, before: 2 } },
    ]);
    expect(of(sent, 'sent.changed')).toHaveLength(2);
  });

  it('send what waits when they end, and nothing after', () => {
    const { notices, sent } = create();
    notices.publish({ name: 'status.changed', body: { phase: 'watching' } });
    notices.publish({ name: 'status.changed', body: { phase: 'stopping' } });
    notices.close();
    notices.publish(created(events(1)));
    notices.touch('sent.changed');
    vi.advanceTimersByTime(5_000);
    expect(sent.map(({ body }) => body)).toEqual([{ phase: 'watching' }, { phase: 'stopping' }]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('notices that nobody hears', () => {
  it('are not made, and the store is not asked for them', () => {
    const { notices, sent, asked, heard } = create(['status.changed']);
    notices.publish(created(events(5)));
    notices.touchSessions(['s1']);
    notices.touch('sent.changed');
    notices.publish({ name: 'status.changed', body: { phase: 'watching' } });
    vi.advanceTimersByTime(5_000);
    expect(sent.map(({ name }) => name)).toEqual(['status.changed']);
    expect(asked).toEqual([]);

    // Somebody comes: what happens from here on is told, what was missed is asked for by whoever comes.
    heard.add('sessions.changed');
    notices.publish(created(events(5, 's2')));
    vi.advanceTimersByTime(5_000);
    expect(of(sent, 'events.created')).toEqual([]);
    expect(asked).toEqual(['s2']);
  });
});
