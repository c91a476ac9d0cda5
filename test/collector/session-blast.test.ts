import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createReadHandlers } from '../../collector/api.ts';
import { callDirectly } from '../../collector/call-directly.ts';
import type { StoredEvent } from '../../collector/contract/stored.ts';
import { blastRadius, buildGraph } from '../../collector/pipeline/graph/index.ts';
import { readGraph } from '../../collector/session-blast.ts';
import { gatherGraph, type GraphReader } from '../../collector/session-graph.ts';
import { Store } from '../../collector/store/store.ts';
import { batch, finding, toolCall } from '../support/records.ts';
import { tempDir } from '../support/temp.ts';

const SESSION = 'claude-code:s1';
const PLACE = {
  os: 'linux' as const,
  ownHome: { platform: 'linux' as const, home: '/home/ana', env: {} },
  identity: { name: 'nobody', emails: [] },
  host: { hostname: 'desk', osVersion: 'Debian' },
};
const opened: Store[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});

function open(events: readonly StoredEvent[]): { store: Store; reader: GraphReader } {
  const store = Store.open({ path: join(tempDir(), 'reeve.db'), nowMs: () => 1 });
  opened.push(store);
  for (let from = 0; from < events.length; from += 2_000)
    store.commit(batch({ events: events.slice(from, from + 2_000) }));
  const handlers = createReadHandlers(store);
  return { store, reader: { call: (method, params) => callDirectly(handlers, method, params) } };
}

const touch = (id: string, value: string, over: Partial<StoredEvent> = {}): StoredEvent =>
  toolCall(id, { resources: [{ kind: 'file', value, access: 'write' }], ...over });

const result = (id: string, status: 'ok' | 'denied'): StoredEvent =>
  toolCall(id, {
    id: `claude-code:tool.result:${id}`,
    kind: 'tool.result',
    timeMs: 1_750_000_000_001,
    input: { callId: id },
    outcome: { status },
  });

describe('the graph for the window', () => {
  it('is the one that is gathered over the API, refusals, sub-agents and sessions beside it included', async () => {
    const sub = { sessionId: 'claude-code:s1/sub', parentSessionId: SESSION };
    const { store, reader } = open([
      touch('a', '/home/ana/src/a.ts'),
      touch('b', '/home/ana/src/b.ts'),
      result('a', 'ok'),
      result('b', 'denied'),
      touch('c', '/home/ana/src/c.ts', { ...sub, tool: { name: 'Edit', category: 'write', callId: 'c' } }),
      touch('d', '/home/ana/src/a.ts', {
        sessionId: 'claude-code:s2',
        timeMs: 1_750_000_060_000,
        resources: [{ kind: 'file', value: '/home/ana/src/a.ts', access: 'read' }],
      }),
      toolCall('e', { input: { command: 'gh pr create', text: 'denied' } }),
    ]);
    store.saveFindings([finding('f1')]);
    const input = await gatherGraph(reader, PLACE, SESSION);
    if (input === undefined) throw new Error('no session');
    const read = await readGraph(store, reader, PLACE, SESSION);
    expect(read?.graph).toEqual(buildGraph(input));
    expect(read?.blast).toEqual(blastRadius(input));
    expect(read?.blast.deniedCalls).toBe(1);
    expect(read?.graph.edges.map(({ kind }) => kind)).toContain('handed-file');
    expect(await readGraph(store, reader, PLACE, 'claude-code:none')).toBeNull();
  });

  it('of a very long session holds its latest calls and those with findings, and says how many more there are', async () => {
    const events = Array.from({ length: 12_000 }, (_, n) =>
      touch(`n${n}`, `/home/ana/src/${n}.ts`, { timeMs: 1_750_000_000_000 + n }),
    );
    const { store, reader } = open(events);
    store.saveFindings([finding('f1', { evidence: [{ eventId: 'claude-code:tool.call:n7' }] })]);
    const read = await readGraph(store, reader, PLACE, SESSION);
    expect(read?.blast.omitted['earlier calls']).toBe(1_999);
    expect(read?.graph.omitted['earlier calls']).toBe(1_999);
    const flagged = read?.blast.touched.filter(({ findings }) => findings.length > 0);
    expect(flagged?.map(({ value }) => value)).toEqual(['/home/ana/src/7.ts']);
    expect(read?.blast.touched.length).toBe(1_000);
    expect(read?.blast.groups['files-outside']).toBe(10_001);
  });
});
