import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  betaCdf,
  bitsOf,
  gammaPoissonQuantile,
  gammaPoissonTail,
  logGamma,
  MAX_BITS,
} from '../../../../collector/pipeline/baseline/numbers.ts';

const mean = fc.double({ min: 0.01, max: 200, noNaN: true });
const shape = fc.double({ min: 0.15, max: 50, noNaN: true });

/** P(X >= k) by adding up the probabilities below k, term by term. */
function tailBySum(k: number, mean_: number, shape_: number): number {
  const p = mean_ / (mean_ + shape_);
  let term = (1 - p) ** shape_;
  let below = 0;
  for (let n = 0; n < k; n++) {
    below += term;
    term *= (p * (shape_ + n)) / (n + 1);
  }
  return 1 - below;
}

describe('logGamma', () => {
  it('is the logarithm of factorials', () => {
    let factorial = 1;
    for (let n = 1; n < 20; n++) {
      factorial *= n;
      expect(logGamma(n + 1)).toBeCloseTo(Math.log(factorial), 9);
    }
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
  });
});

describe('gammaPoissonTail', () => {
  it('equals the sum of its terms', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), mean, shape, (k, m, r) => {
        expect(gammaPoissonTail(k, m, r)).toBeCloseTo(tailBySum(k, m, r), 7);
      }),
    );
  });

  it('falls with the count and rises with the mean', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), mean, shape, (k, m, r) => {
        const here = gammaPoissonTail(k, m, r);
        expect(here).toBeGreaterThanOrEqual(0);
        expect(here).toBeLessThanOrEqual(1);
        expect(gammaPoissonTail(k + 1, m, r)).toBeLessThanOrEqual(here + 1e-9);
        expect(gammaPoissonTail(k, m * 1.5, r)).toBeGreaterThanOrEqual(here - 1e-9);
      }),
    );
  });

  it('has a value at every edge', () => {
    expect(gammaPoissonTail(0, 5, 1)).toBe(1);
    expect(gammaPoissonTail(3, 0, 1)).toBe(0);
    expect(betaCdf(0, 1, 2)).toBe(0);
    expect(betaCdf(1, 1, 2)).toBe(1);
    expect(gammaPoissonTail(1e7, 10, 1)).toBeGreaterThanOrEqual(0);
  });

  it('finds quantiles that hold what they promise', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), mean, shape, (q, m, r) => {
        const k = gammaPoissonQuantile(q, m, r);
        expect(1 - gammaPoissonTail(k + 1, m, r)).toBeGreaterThanOrEqual(q - 1e-6);
        if (k > 0) expect(1 - gammaPoissonTail(k, m, r)).toBeLessThan(q + 1e-6);
      }),
    );
  });
});

describe('bitsOf', () => {
  it('counts halvings, never below nothing and never without end', () => {
    expect(bitsOf(1 / 8)).toBeCloseTo(3);
    expect(bitsOf(1)).toBe(0);
    expect(bitsOf(1.0000001)).toBe(0);
    expect(bitsOf(0)).toBe(MAX_BITS);
    expect(bitsOf(Number.NaN)).toBe(MAX_BITS);
  });
});
