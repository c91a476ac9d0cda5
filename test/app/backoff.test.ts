import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONNECT, pauseMs, START } from '../../app/backoff.ts';

describe('pauseMs', () => {
  it('doubles up to the longest', () => {
    expect([0, 1, 2, 3, 20].map((failures) => pauseMs(START, failures, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 300_000,
    ]);
  });

  it('is between half and the whole, for any number of failures', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const pause = pauseMs(CONNECT, failures, random);
        expect(pause).toBeGreaterThanOrEqual(CONNECT.firstMs / 2);
        expect(pause).toBeLessThanOrEqual(CONNECT.longestMs);
      }),
    );
  });
});
