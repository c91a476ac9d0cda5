import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Overview } from '../../collector/contract/overview.ts';
import type { StoredEvent } from '../../collector/contract/stored.ts';
import { overviewOf, type OverviewFacts } from '../../collector/overview.ts';
import { Store } from '../../collector/store/store.ts';
import { batch, finding, toolCall } from '../support/records.ts';
import { tempDir } from '../support/temp.ts';

const NOW = 1_750_000_000_000;
const MINUTE = 60_000;
const opened: Store[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});
const storeOf = (...events: StoredEvent[]): Store => {
  const store = Store.open({ path: join(tempDir(), 'reeve.db'), nowMs: () => NOW });
  opened.push(store);
  store.commit(batch({ events }));
  return store;
};
const look = (store: Store, over: Partial<OverviewFacts> = {}, sinceMs?: number): Overview =>
  Overview.parse(
    overviewOf(
      {
        store,
        nowMs: NOW,
        phase: 'watching',
        startedMs: 1,
        files: { known: 1, pending: 0 },
        processes: [],
        pausedPids: new Set(),
        sending: { on: false, mode: 'off' },
        coverage: [],
        ...over,
      },
      sinceMs,
    ),
  );
const at = (id: string, agoMs: number, over: Partial<StoredEvent> = {}): StoredEvent =>
  toolCall(id, { timeMs: NOW - agoMs, ...over });

describe('findings by session', () => {
  it('are the open ones, counted, with the worst; those of no session and those decided about are not', () => {
    const store = storeOf(at('a', MINUTE));
    const machine = finding('machine');
    Reflect.deleteProperty(machine, 'sessionId');
    store.saveFindings([
      finding('one', { severity: 'low' }),
      finding('two', { severity: 'critical' }),
      finding('done', { severity: 'critical', sessionId: 'claude-code:s2', status: 'acknowledged' }),
      finding('other', { severity: 'medium', sessionId: 'codex:s3' }),
      machine,
    ]);
    expect(store.overview.openBySession()).toEqual([
      { sessionId: 'claude-code:s1', open: 2, worst: 'critical' },
      { sessionId: 'codex:s3', open: 1, worst: 'medium' },
    ]);
  });
});

describe('what runs now', () => {
  it('is a session that did something just now, in words', () => {
    const store = storeOf(at('a', 30 * MINUTE), at('b', MINUTE, { input: { command: 'npm   test\n' } }));
    store.saveFindings([finding('f', { severity: 'medium' })]);
    expect(look(store).sessions.running).toMatchObject([
      {
        sessionId: 'claude-code:s1',
        agentName: 'Claude Code',
        lastCall: { verb: 'ran', object: 'npm test', eventId: 'claude-code:tool.call:b' },
        pids: 0,
        openFindings: 1,
        worst: 'medium',
      },
    ]);
  });

  it('is a silent session as long as a process of it runs, and none that ended', () => {
    const end = at('e', 0, {
      id: 'claude-code:session.end:e',
      kind: 'session.end',
      sessionId: 'claude-code:s3',
    });
    const store = storeOf(
      at('a', 120 * MINUTE),
      at('b', 120 * MINUTE, { sessionId: 'claude-code:s2' }),
      at('c', MINUTE, { sessionId: 'claude-code:s3' }),
      end,
    );
    const processes = [1, 2].map((pid) => ({
      pid,
      sessionId: 'claude-code:s1',
      agentId: 'claude-code',
      role: 'child' as const,
    }));
    const { sessions, agents } = look(store, { processes, pausedPids: new Set([2]) });
    expect(sessions.running).toMatchObject([{ sessionId: 'claude-code:s1', pids: 2, paused: true }]);
    expect([sessions.runningTotal, sessions.recent, agents.running]).toEqual([1, 3, 1]);
  });

  it('counts a sub-agent as work of its session', () => {
    const child = { sessionId: 'claude-code:s1/sub', parentSessionId: 'claude-code:s1' };
    const store = storeOf(at('a', 10 * MINUTE), at('b', MINUTE, { ...child, input: { command: 'ls' } }));
    expect(look(store).sessions.running).toMatchObject([
      { sessionId: 'claude-code:s1', lastEventMs: NOW - MINUTE, lastCall: { object: 'ls' } },
    ]);
  });
});

describe('the strip', () => {
  it('counts every event of the last day in its quarter of an hour, and marks findings', () => {
    const store = storeOf(...Array.from({ length: 200 }, (_, n) => at(`e${n}`, n * 10 * MINUTE)));
    store.saveFindings([
      finding('f', { severity: 'low', lastSeenMs: NOW }),
      finding('g', { severity: 'critical', lastSeenMs: NOW }),
      finding('old', { lastSeenMs: NOW - 3 * 86_400_000 }),
    ]);
    const { strip } = look(store);
    expect(strip.buckets).toHaveLength(96);
    expect(strip.bucketMs).toBe(15 * MINUTE);
    expect(strip.startMs + 96 * strip.bucketMs).toBeGreaterThan(NOW);
    expect(strip.startMs + 95 * strip.bucketMs).toBeLessThanOrEqual(NOW);
    const inside = Array.from({ length: 200 }, (_, n) => NOW - n * 10 * MINUTE).filter(
      (time) => time >= strip.startMs,
    );
    expect(strip.buckets.reduce((sum, bucket) => sum + bucket.events, 0)).toBe(inside.length);
    expect(strip.buckets.at(-1)).toMatchObject({ findings: 2, worst: 'critical' });
  });

  it('reaches as far back as it is asked for, within reason', () => {
    const store = storeOf(at('a', 20 * 86_400_000));
    const month = look(store, {}, NOW - 30 * 86_400_000).strip;
    expect(month.bucketMs % (15 * MINUTE)).toBe(0);
    expect(month.buckets.reduce((sum, bucket) => sum + bucket.events, 0)).toBe(1);
    for (const since of [0, -1, NOW + 1, Number.MAX_SAFE_INTEGER])
      expect(look(store, {}, since).strip.buckets).toHaveLength(96);
  });
});

describe('findings on the first screen', () => {
  it('are the worst three open ones, and counts of open ones only', () => {
    const store = storeOf(at('a', 0));
    store.saveFindings([
      finding('a', { severity: 'low' }),
      finding('b', { severity: 'critical', status: 'acknowledged' }),
      finding('c', { severity: 'high', lastSeenMs: 5 }),
      finding('d', { severity: 'high', lastSeenMs: 9 }),
      finding('e', { severity: 'medium' }),
    ]);
    const { open, worst } = look(store).findings;
    expect(open).toEqual({ informational: 0, low: 1, medium: 1, high: 2, critical: 0 });
    expect(worst.map(({ id }) => id)).toEqual(['d', 'c', 'e']);
  });

  it('are zero in an empty store', () => {
    expect(look(storeOf())).toMatchObject({
      lastSeq: 0,
      sessions: { running: [], recent: 0 },
      findings: { worst: [] },
    });
  });
});
