import { describe, expect, it } from 'vitest';
import { toCursor } from '../../collector/stored-cursor.ts';

const CURSOR = {
  path: '/home/ana/a.jsonl',
  agentId: 'codex',
  formatId: 'codex.rollout',
  fileId: '1:2',
  offsetBytes: 10,
  prefixBytes: 10,
  prefixHash: 'x',
  sizeBytes: 10,
  mtimeMs: 1,
  state: { turn: 'a' },
};

describe('toCursor', () => {
  it('takes what the store kept, and a missing row for none', () => {
    expect(toCursor(CURSOR)).toEqual(CURSOR);
    expect(toCursor({ ...CURSOR, tailHash: 'y', queries: { a: 1 }, insideOversizeLine: true })).toMatchObject(
      {
        tailHash: 'y',
        queries: { a: 1 },
      },
    );
    expect(toCursor(undefined)).toBeUndefined();
  });

  it('reads a file again rather than trust a row it does not understand', () => {
    const { prefixHash, ...older } = CURSOR;
    expect(prefixHash).toBe('x');
    for (const row of [older, { ...CURSOR, offsetBytes: '10' }, { ...CURSOR, state: null }, {}, null, 'text'])
      expect(toCursor(row)).toBeUndefined();
  });
});
