import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstOf } from '../../../../collector/pipeline/graph/first.ts';

const item = fc.record({ rank: fc.nat(5), name: fc.string({ maxLength: 3 }) });
const compare = (a: { rank: number }, b: { rank: number }): number => b.rank - a.rank;

describe('the first of many', () => {
  it('are those that sorting puts first, equals as they came, and the rest is all others', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 60 }), fc.nat(20), (items, limit) => {
        const { first, rest } = firstOf(items, limit, compare);
        const sorted = items.toSorted(compare);
        expect(first).toEqual(sorted.slice(0, limit));
        expect(new Set([...first, ...rest])).toEqual(new Set(items));
        expect(rest).toHaveLength(Math.max(0, items.length - limit));
      }),
    );
  });
});
