import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowHeights } from '../../../renderer/timeline/row-heights.ts';

const ROW = 34;
const COUNT = 60;
const changes = fc.array(
  fc.record({
    index: fc.integer({ min: 0, max: COUNT - 1 }),
    height: fc.oneof(fc.constant(ROW), fc.integer({ min: 20, max: 400 })),
  }),
  { maxLength: 80 },
);

function tops(heights: readonly number[]): number[] {
  let top = 0;
  return heights.map((height) => {
    const here = top;
    top += height;
    return here;
  });
}

describe('the heights of rows', () => {
  it('stand where adding them up says, whatever was measured in which order', () => {
    fc.assert(
      fc.property(changes, (all) => {
        const rows = new RowHeights(ROW);
        const plain = Array.from({ length: COUNT }, () => ROW);
        for (const { index, height } of all) {
          const moved = height - plain[index]!;
          expect(rows.set(index, height)).toBe(moved);
          plain[index] = height;
        }
        expect(plain.map((_, index) => rows.topOf(index))).toEqual(tops(plain));
        expect(plain.map((_, index) => rows.isPlain(index))).toEqual(plain.map((height) => height === ROW));
        expect(rows.topOf(COUNT)).toBe(plain.reduce((sum, height) => sum + height, 0));
      }),
    );
  });

  it('finds the row at any distance, and the nearest for one outside', () => {
    fc.assert(
      fc.property(changes, fc.integer({ min: -500, max: 40_000 }), (all, px) => {
        const rows = new RowHeights(ROW);
        const plain = Array.from({ length: COUNT }, () => ROW);
        for (const { index, height } of all) {
          rows.set(index, height);
          plain[index] = height;
        }
        const expected = Math.max(
          0,
          tops(plain).findLastIndex((top) => top <= px),
        );
        expect(rows.indexAt(px, COUNT)).toBe(expected);
      }),
    );
  });

  it('takes no notice of half pixels', () => {
    const rows = new RowHeights(ROW);
    expect(rows.set(3, ROW + 0.25)).toBe(0);
    expect(rows.isPlain(3)).toBe(true);
  });

  it('costs nothing for a hundred thousand plain rows', () => {
    const rows = new RowHeights(ROW);
    rows.set(50_000, 100);
    expect(rows.topOf(100_000)).toBe(100_000 * ROW + 66);
    expect(rows.indexAt(rows.topOf(99_998) + 1, 100_000)).toBe(99_998);
    expect(rows.indexAt(1, 0)).toBe(0);
  });
});
