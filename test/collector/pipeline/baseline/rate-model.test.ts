import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addMeasure,
  addMoments,
  createMoments,
  errorTail,
  fitted,
  rateQuantile,
  rateTail,
} from '../../../../collector/pipeline/baseline/rate-model.ts';
import { type Random, seeded } from '../../../support/developer-months.ts';

/** A whole number of a Poisson distribution. */
function poisson(mean: number, random: Random): number {
  let n = 0;
  for (let product = random(); product > Math.exp(-mean); product *= random()) n++;
  return n;
}

/** A Gamma of shape 2 (the sum of two exponentials), so that the mean of windows differs as work does. */
function gamma2(mean: number, random: Random): number {
  return (-Math.log(1 - random()) - Math.log(1 - random())) * (mean / 2);
}

describe('the rate of work', () => {
  it('is calibrated on bursty data: tails of p come in about p of all windows', () => {
    const random = seeded(3);
    const moments = createMoments();
    const tails: number[] = [];
    for (let n = 0; n < 12_000; n++) {
      const count = poisson(gamma2(12, random), random);
      // A random point between the two tails makes whole numbers exactly calibrated.
      if (n >= 1_000) {
        const distribution = fitted('calls', moments, 1);
        const upper = rateTail(count, distribution);
        tails.push(upper - random() * (upper - rateTail(count + 1, distribution)));
      }
      addMeasure(moments, count, 1);
    }
    for (const level of [0.5, 0.25, 0.1, 0.03, 0.01]) {
      const share = tails.filter((tail) => tail <= level).length / tails.length;
      expect(share / level).toBeGreaterThan(0.75);
      expect(share / level).toBeLessThan(1.3);
    }
  });

  it('has a prior that a handful of measures outweigh', () => {
    const moments = createMoments();
    expect(fitted('calls', moments, 1).mean).toBe(8);
    for (let n = 0; n < 100; n++) addMeasure(moments, 40, 1);
    expect(fitted('calls', moments, 1).mean).toBeGreaterThan(38);
    expect(rateTail(80, fitted('calls', moments, 1))).toBeLessThan(1e-3);
  });

  it('does not depend on the order of runs, nor on how they are put together', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 40 }), (values) => {
        const all = createMoments();
        for (const value of values) addMeasure(all, value, 2);
        const parts = createMoments();
        for (const value of [...values].reverse()) {
          const run = createMoments();
          addMeasure(run, value, 1);
          addMoments(parts, run, 2);
        }
        expect(parts).toEqual(all);
      }),
    );
  });

  it('never gives a number that is none, whatever was measured', () => {
    const numbers = fc.record({
      n: fc.double({ min: 0, max: 1e6, noNaN: true }),
      sum: fc.double({ min: 0, max: 1e9, noNaN: true }),
      squares: fc.double({ min: 0, max: 1e15, noNaN: true }),
    });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 0, max: 10_000 }), (moments, k) => {
        const tail = rateTail(k, fitted('tokens', moments, 0.5));
        expect(tail).toBeGreaterThanOrEqual(0);
        expect(tail).toBeLessThanOrEqual(1.000001);
        expect(rateQuantile(0.95, fitted('calls', { n: 10, sum: 50, squares: 400 }, 1))).toBeGreaterThan(4);
      }),
    );
  });

  it('takes failing as ordinary where failing is ordinary', () => {
    const often = { n: 1_000, sum: 300, squares: 0 };
    const seldom = { n: 1_000, sum: 20, squares: 0 };
    expect(errorTail(12, 30, often, 1)).toBeGreaterThan(0.2);
    expect(errorTail(12, 30, seldom, 1)).toBeLessThan(0.001);
  });
});
