import { describe, expect, it } from 'vitest';
import { createSeen, loadSeen, markSeen, storeSeen } from '../../../../collector/agents/shared/seen.ts';

describe('seen keys', () => {
  it('reports a repeat', () => {
    const seen = createSeen();
    expect([markSeen(seen, 'a'), markSeen(seen, 'b'), markSeen(seen, 'a')]).toEqual([true, true, false]);
  });

  it('forgets the oldest first and stays bounded', () => {
    const seen = createSeen();
    for (let i = 0; i < 10_000; i++) markSeen(seen, `key-${i}`);
    expect(JSON.stringify(storeSeen(seen)).length).toBeLessThan(32_768);
    expect(markSeen(seen, 'key-9999')).toBe(false);
    expect(markSeen(seen, 'key-0')).toBe(true);
  });

  it('does not remember an overlong key', () => {
    const seen = createSeen();
    const key = 'x'.repeat(81);
    expect([markSeen(seen, key), markSeen(seen, key), storeSeen(seen)]).toEqual([true, true, []]);
  });

  it('comes back from what was stored', () => {
    const seen = createSeen();
    markSeen(seen, '__proto__');
    expect(markSeen(loadSeen(JSON.parse(JSON.stringify(storeSeen(seen)))), '__proto__')).toBe(false);
    expect([undefined, 7, { length: 1 }, [1, null, 'a']].map((value) => storeSeen(loadSeen(value)))).toEqual([
      [],
      [],
      [],
      ['a'],
    ]);
  });
});
