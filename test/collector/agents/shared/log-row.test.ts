import { expect, it } from 'vitest';
import { rowBase, rowTime } from '../../../../collector/agents/shared/log-row.ts';
import { createSink } from '../../../../collector/agents/shared/log-sink.ts';

const AT = Date.parse('2026-11-22T10:00:00.000Z');

it('leaves out what a record does not say', () => {
  const place = { timeMs: AT, nativeSessionId: 's', offsetBytes: 7 };
  expect(rowBase('codex', place, 'tool.call', 'c')).toEqual({ id: 'codex:tool.call:c', ...place });
  const full = { ...place, parentNativeSessionId: 'p', cwd: '/src' };
  expect(rowBase('codex', full, 'tool.call', 'c')).toEqual({ id: 'codex:tool.call:c', ...full });
});

it('takes over the time before, counts one that cannot be read, and has none at first', () => {
  const sink = createSink();
  const state = {};
  expect(rowTime(undefined, state, sink)).toBeUndefined();
  expect(rowTime(undefined, state, sink, AT)).toBe(AT);
  expect(rowTime('2026-11-22T10:00:01.000Z', state, sink)).toBe(AT + 1_000);
  expect(rowTime('yesterday', state, sink, AT)).toBe(AT + 1_000);
  expect(sink.unknown).toEqual(['timestamp']);
});
