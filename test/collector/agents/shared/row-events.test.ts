import { expect, it } from 'vitest';
import { createSink } from '../../../../collector/agents/shared/log-sink.ts';
import { pushDecision, pushPatch, pushUpdate } from '../../../../collector/agents/shared/row-events.ts';

const place = { timeMs: Date.parse('2026-11-22T10:00:00.000Z'), nativeSessionId: 's', offsetBytes: 7 };

it('says in whose place a row stands, and leaves out what it does not say', () => {
  const row = { ...place, agentId: 'codex', records: createSink() };
  pushUpdate(row, 'compaction', undefined, undefined, 'k');
  pushUpdate(row, 'model', 'a', 'b', 'l');
  pushDecision(row, undefined, 'ask', 'hook', 'm');
  pushDecision(row, 'c', 'deny', 'human', 'n');
  expect(row.records.events).toEqual([
    { id: 'codex:session.update:k', ...place, kind: 'session.update', change: 'compaction' },
    { id: 'codex:session.update:l', ...place, kind: 'session.update', change: 'model', from: 'a', to: 'b' },
    { id: 'codex:permission.decision:m', ...place, kind: 'permission.decision', decision: 'ask', by: 'hook' },
    {
      id: 'codex:permission.decision:n',
      ...place,
      kind: 'permission.decision',
      callId: 'c',
      decision: 'deny',
      by: 'human',
    },
  ]);
});

it('speaks of the session of the row, and of its parent where there is one', () => {
  const row = { ...place, agentId: 'codex', records: createSink() };
  pushPatch(row, { cwd: '/src' });
  pushPatch({ ...row, parentNativeSessionId: 'p' }, { model: 'm' });
  expect(row.records.sessions).toEqual([
    { nativeId: 's', cwd: '/src' },
    { nativeId: 's', parentNativeId: 'p', model: 'm' },
  ]);
});
