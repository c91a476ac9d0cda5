import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  guarded,
  GUARD_SLACK_BITS,
  HALF_LIFE_MS,
  moveAnchor,
  rebaseFactor,
  weightAt,
} from '../../../../collector/pipeline/baseline/decay.ts';

const DAY_MS = 86_400_000;
const START_MS = 1_780_000_000_000;

describe('weights', () => {
  it('halve in thirty days', () => {
    expect(weightAt(START_MS + HALF_LIFE_MS, START_MS)).toBeCloseTo(2);
    expect(weightAt(START_MS - HALF_LIFE_MS, START_MS)).toBeCloseTo(0.5);
    expect(HALF_LIFE_MS).toBe(30 * DAY_MS);
  });

  it('keep their ratios whatever the landmark is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: -200, max: 200 }),
        (a, b, moved) => {
          const at = (day: number): number => START_MS + day * DAY_MS;
          const ratio = weightAt(at(a), START_MS) / weightAt(at(b), START_MS);
          expect(weightAt(at(a), at(moved)) / weightAt(at(b), at(moved))).toBeCloseTo(ratio, 6);
        },
      ),
    );
  });

  it('ask for a new landmark long before they run over', () => {
    expect(rebaseFactor(START_MS + 200 * DAY_MS, START_MS)).toBeUndefined();
    const factor = rebaseFactor(START_MS + 300 * DAY_MS, START_MS);
    expect(factor).toBeCloseTo(2 ** -10);
  });
});

describe('the guard against slow drift', () => {
  it('lets no sequence of learned rates raise the used rate faster than one bit, and one more per 30 days', () => {
    const step = fc.tuple(
      fc.double({ min: 1e-4, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 20, noNaN: true }),
    );
    fc.assert(
      fc.property(
        fc.double({ min: 1e-4, max: 0.2, noNaN: true }),
        fc.array(step, { maxLength: 60 }),
        (rate, steps) => {
          const anchor = { rate, timeMs: START_MS };
          let timeMs = START_MS;
          for (const [learned, days] of steps) {
            timeMs += days * DAY_MS;
            const used = guarded(learned, anchor, timeMs);
            const bits = GUARD_SLACK_BITS + (timeMs - START_MS) / (30 * DAY_MS);
            expect(Math.log2(used / rate)).toBeLessThanOrEqual(bits + 1e-9);
            expect(used).toBeLessThanOrEqual(learned);
            moveAnchor(learned, anchor, timeMs);
          }
        },
      ),
    );
  });

  it('is not moved by a clock that was set back', () => {
    const anchor = { rate: 0.01, timeMs: START_MS };
    moveAnchor(1, anchor, START_MS - 100 * DAY_MS);
    expect(anchor).toEqual({ rate: 0.01, timeMs: START_MS });
  });
});
