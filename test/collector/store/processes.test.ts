import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProcessRecord } from '../../../collector/contract/process-record.ts';
import type { StoredEvent } from '../../../collector/contract/stored.ts';
import { NOTHING_RAN } from '../../../collector/store/processes.ts';
import { Store } from '../../../collector/store/store.ts';
import { batch, finding, toolCall } from '../../support/records.ts';
import { tempDir } from '../../support/temp.ts';

const NOW = 1_750_000_000_000;
const actor = { user: 'ana', uid: 1000 };

function openStore(queue = false): { store: Store; clock: { nowMs: number } } {
  const clock = { nowMs: NOW };
  const store = Store.open({
    path: join(tempDir(), 'reeve.db'),
    nowMs: () => clock.nowMs,
    queue: () => queue,
  });
  return { store, clock };
}

const started = (pid: number, over: Partial<StoredEvent> = {}): StoredEvent => ({
  id: `claude-code:process.start:boot.${pid}`,
  kind: 'process.start',
  timeMs: NOW,
  agentId: 'claude-code',
  sessionId: 'claude-code:s1',
  actor,
  input: { pid },
  resources: [],
  source: { path: '', offsetBytes: 0 },
  ...over,
});
const record = (pid: number, over: Partial<ProcessRecord> = {}): ProcessRecord => ({
  id: `boot.${pid}`,
  pid,
  startTimeMs: NOW + pid,
  parentPid: 1,
  name: 'npm',
  role: 'child',
  part: 'tool',
  agentId: 'claude-code',
  sessionId: 'claude-code:s1',
  confidence: 'high',
  links: [],
  ...over,
});

describe('stored processes', () => {
  it('are read back by session, oldest first, as last known', () => {
    const { store } = openStore();
    store.recordProcesses({
      actor,
      ...NOTHING_RAN,
      processes: [record(2), record(1), record(3, { sessionId: 'codex:x' })],
    });
    store.recordProcesses({
      actor,
      ...NOTHING_RAN,
      processes: [record(2, { endedMs: NOW + 9, exitCode: 3 })],
    });
    const { processes } = store.processes.ofSession(['claude-code:s1'], 10);
    expect(processes.map(({ pid, exitCode }) => [pid, exitCode])).toEqual([
      [1, undefined],
      [2, 3],
    ]);
    store.close();
  });

  it('store an event once, its finding with it, and queue what is to be sent', () => {
    const { store } = openStore(true);
    const rows = {
      actor,
      ...NOTHING_RAN,
      events: [started(1)],
      findings: [{ finding: finding('f_1'), eventId: started(1).id }],
    };
    expect(store.recordProcesses(rows).inserted).toHaveLength(1);
    expect(store.recordProcesses(rows)).toEqual({ inserted: [], findings: [] });
    expect(store.read.finding('f_1')?.count).toBe(1);
    expect(store.outbox.peek(10, 1_000_000).map(({ priority }) => priority)).toEqual(['event', 'finding']);
    store.close();
  });

  it('do not make a session more recent, nor list one that no log has told of', () => {
    const { store } = openStore();
    store.commit(batch({ events: [toolCall('a')] }));
    const later = { timeMs: NOW + 86_400_000 };
    store.recordProcesses({
      actor,
      ...NOTHING_RAN,
      events: [started(1, later), started(2, { ...later, sessionId: 'claude-code:unattributed' })],
    });
    expect(store.read.sessions({ limit: 10 }).map(({ id, lastEventMs }) => [id, lastEventMs])).toEqual([
      ['claude-code:s1', NOW],
    ]);
    expect(store.read.events({ sessionId: 'claude-code:unattributed', limit: 9 })).toHaveLength(1);
    // Its log is read at last: it is an ordinary session from then on.
    store.commit(batch({ events: [toolCall('b', { sessionId: 'claude-code:unattributed' })] }));
    expect(store.read.sessions({ limit: 10 })).toHaveLength(2);
    store.close();
  });

  it('count programs, at most 200 different ones of a session', () => {
    const { store } = openStore();
    const counted = Array.from({ length: 300 }, (_, n) => ({
      sessionId: 'claude-code:s1',
      program: `p${n}`,
      n: 2,
      firstMs: NOW,
      lastMs: NOW,
    }));
    for (const row of counted) store.recordProcesses({ actor, ...NOTHING_RAN, counted: [row] });
    store.recordProcesses({ actor, ...NOTHING_RAN, counted: counted.slice(0, 1) });
    const { counted: read } = store.processes.ofSession(['claude-code:s1'], 10);
    expect(read).toHaveLength(100);
    expect(read[0]).toMatchObject({ program: '(others)', n: 200 });
    expect(read[1]).toMatchObject({ program: 'p0', n: 4 });
    expect(store.processes.countedSince(NOW)).toBe(602);
    store.close();
  });

  it('go with age', () => {
    const { store, clock } = openStore();
    store.recordProcesses({
      actor,
      ...NOTHING_RAN,
      processes: [record(1)],
      contacts: [{ agentId: 'codex', role: 'tool', domain: 'a.test', timeMs: NOW }],
    });
    clock.nowMs = NOW + 40 * 86_400_000;
    store.applyRetention({ days: 30, maxStoreBytes: 1e9 });
    expect(store.processes.ofSession(['claude-code:s1'], 10).processes).toEqual([]);
    expect(store.processes.contacts()).toEqual([]);
    store.close();
  });
});
