import { describe, expect, it } from 'vitest';
import type { UsageRecord } from '../../collector/agents/spec-log.ts';
import { HeldRows } from '../../collector/held-rows.ts';
import { batch, toolCall } from '../support/records.ts';

const NOTHING: Iterable<string> = [];
const usage = (key: string, output: number, input = 1): UsageRecord => ({
  key,
  nativeSessionId: 's1',
  timeMs: 1_750_000_000_000,
  tokens: { input, output, cacheRead: 0, cacheWrite: 0 },
});

describe('HeldRows', () => {
  it('holds a response once that is repeated line after line, also from batch to batch, with its largest counts', () => {
    const held = new HeldRows();
    held.add(batch({ usage: [usage('a', 1), usage('b', 5, 9), usage('b', 7)] }), NOTHING);
    held.add(batch({ usage: [usage('b', 6), usage('c', 2)] }), NOTHING);
    const [all] = held.toBatches(() => undefined);
    expect(all?.usage).toEqual([usage('a', 1), usage('b', 7, 9), usage('c', 2)]);
  });

  it('knows what it holds, and nothing of it once it is cleared', () => {
    const held = new HeldRows();
    held.add(batch({ events: [toolCall('a')], counts: new Map([['unknown:x', 2]]) }), ['claude-code:s1']);
    held.add(batch({ events: [toolCall('b')], counts: new Map([['unknown:x', 3]]) }), ['claude-code:s1']);
    expect([held.has(toolCall('a').id), held.has(toolCall('c').id), held.size]).toEqual([true, false, 2]);
    const [all] = held.toBatches((id) => `state of ${id}`);
    expect(all?.rows.map(({ id }) => id)).toEqual([toolCall('a').id, toolCall('b').id]);
    expect([...(all?.counts ?? [])]).toEqual([['unknown:x', 5]]);
    expect([...(all?.states ?? [])]).toEqual([['claude-code:s1', 'state of claude-code:s1']]);
    held.clear();
    expect([held.isEmpty, held.size, held.has(toolCall('a').id)]).toEqual([true, 0, false]);
    expect(held.toBatches(() => undefined)).toEqual([]);
  });
});
