import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createCountModel,
  type CountModel,
  DAYS_TO_BE_USUAL,
  followRate,
  FORGET_DAYS,
  isUsual,
  learnRate,
  learnValue,
  learnedRate,
  newRate,
  scaleCounts,
  tailOf,
} from '../../../../collector/pipeline/baseline/count-model.ts';
import { weightAt } from '../../../../collector/pipeline/baseline/decay.ts';
import { seeded } from '../../../support/developer-months.ts';

const DAY_MS = 86_400_000;
const START_MS = 1_780_000_000_000;
const at = (day: number): number => START_MS + day * DAY_MS;
const weight = (day: number): number => weightAt(at(day), START_MS);
const MAX = 200;

/** One thing, used as the only one of its run; in the first days, when all is new, no rate is learned. */
function use(model: CountModel, value: string, day: number, max = MAX): boolean {
  const fresh = !isUsual(model, value, day);
  learnValue(model, value, day, weight(day), max);
  if (day >= 5) learnRate(model, Number(fresh), 1, weight(day));
  return fresh;
}

describe('what is usual', () => {
  it('is so from the third day, and is forgotten after half a year', () => {
    const model = createCountModel();
    for (let run = 0; run < 50; run++) use(model, 'git push', 0);
    expect(isUsual(model, 'git push', 0)).toBe(false);
    use(model, 'git push', 1);
    expect(isUsual(model, 'git push', 1)).toBe(false);
    use(model, 'git push', 2);
    expect(isUsual(model, 'git push', 2)).toBe(true);
    expect(isUsual(model, 'git push', 2 + FORGET_DAYS)).toBe(true);
    expect(isUsual(model, 'git push', 3 + FORGET_DAYS)).toBe(false);
  });

  it('counts no day twice that comes late', () => {
    const model = createCountModel();
    for (const day of [10, 9, 10, 9, 10, 8]) use(model, 'nc', day);
    expect(model.values.get('nc')?.days).toBe(1);
  });
});

describe('the learned rate of new things', () => {
  it('is calibrated: what it says is what happens next', () => {
    for (const rate of [0.3, 0.1, 0.03]) {
      const random = seeded(Math.round(rate * 1_000));
      const model = createCountModel();
      let expected = 0;
      let happened = 0;
      let serial = 0;
      for (let n = 0; n < 6_000; n++) {
        const day = Math.floor(n / 60);
        const value = random() < rate ? `new${serial++}` : `old${Math.floor(random() * 12)}`;
        if (day >= 10) expected += newRate(model, 1 / weight(day), at(day));
        const fresh = use(model, value, day, 4_000);
        if (day >= 10) happened += Number(fresh);
      }
      expect(happened / expected).toBeGreaterThan(0.85);
      expect(happened / expected).toBeLessThan(1.15);
    }
  });

  it('follows a change within some half-lives, and old opinions fade', () => {
    const model = createCountModel();
    for (let day = 0; day < 60; day++) for (let n = 0; n < 10; n++) learnRate(model, 1, 1, weight(day));
    expect(learnedRate(model, 1 / weight(60))).toBeGreaterThan(0.9);
    for (let day = 60; day < 210; day++) for (let n = 0; n < 10; n++) learnRate(model, 0, 1, weight(day));
    expect(learnedRate(model, 1 / weight(210))).toBeLessThan(0.05);
  });

  it('does not punish exploring: who always finds something new is not surprising', () => {
    const explorer = createCountModel();
    const routine = createCountModel();
    for (let n = 0; n < 400; n++) {
      learnRate(explorer, Number(n % 2 === 0), 1, 1);
      learnRate(routine, Number(n % 100 === 0), 1, 1);
    }
    expect(-Math.log2(learnedRate(explorer, 1))).toBeLessThan(1.3);
    expect(-Math.log2(learnedRate(routine, 1))).toBeGreaterThan(5);
  });
});

describe('surprise', () => {
  it('of b bits or more comes in at most 2^-b of all cases, and not much more rarely where it can', () => {
    const random = seeded(7);
    const model = createCountModel();
    const weights = Array.from({ length: 40 }, (_, n) => 1 / (n + 1) ** 1.3);
    const total = weights.reduce((sum, one) => sum + one, 0);
    const bits: number[] = [];
    let serial = 0;
    for (let n = 0; n < 20_000; n++) {
      const day = Math.floor(n / 400);
      let left = random() * total;
      let value = 'v39';
      for (const [index, one] of weights.entries()) {
        left -= one;
        if (left > 0) continue;
        value = `v${index}`;
        break;
      }
      if (random() < 0.01) value = `new${serial++}`;
      if (n >= 6_000) bits.push(-Math.log2(tailOf(model, value, day, 1 / weight(day), at(day))));
      use(model, value, day, 4_000);
    }
    for (const level of [1, 2, 3, 4, 5, 6]) {
      const share = bits.filter((one) => one >= level).length / bits.length;
      expect(share).toBeLessThanOrEqual(2 ** -level * 1.15 + 0.002);
      expect(share).toBeGreaterThan(2 ** -level * 0.35);
    }
  });

  it('does not depend on the order in which runs were learned', () => {
    const runs = fc.array(
      fc.record({ value: fc.constantFrom('a', 'b', 'c', 'd'), day: fc.integer({ min: 0, max: 60 }) }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(runs, (list) => {
        const learn = (ordered: typeof list): CountModel => {
          const model = createCountModel();
          for (const { value, day } of ordered) {
            learnValue(model, value, day, weight(day), MAX);
            learnRate(model, 0, 1, weight(day));
          }
          return model;
        };
        const one = learn(list);
        const other = learn([...list].reverse());
        expect(other.total).toBeCloseTo(one.total, 6);
        expect(other.trials).toBeCloseTo(one.trials, 6);
        for (const [value, seen] of one.values) {
          expect(other.values.get(value)?.weight).toBeCloseTo(seen.weight, 6);
          expect(other.values.get(value)?.runs).toBe(seen.runs);
        }
      }),
    );
  });

  it('falls for a thing the more it is used, and never rises for what is used more often', () => {
    const model = createCountModel();
    for (let day = 0; day < 5; day++) {
      for (let n = 0; n < 40; n++) use(model, 'often', day);
      for (let n = 0; n < 5; n++) use(model, 'seldom', day);
    }
    const tail = (value: string): number => tailOf(model, value, 5, 1 / weight(5), at(5));
    expect(tail('often')).toBeGreaterThan(tail('seldom'));
    expect(tail('seldom')).toBeGreaterThan(tail('never'));
    let before = tail('seldom');
    for (let n = 0; n < 50; n++) {
      use(model, 'seldom', 5);
      expect(tail('seldom')).toBeGreaterThanOrEqual(before);
      before = tail('seldom');
    }
  });

  it('is the same after the landmark moved', () => {
    const model = createCountModel();
    for (let day = 0; day < 6; day++) for (let n = 0; n < 9; n++) use(model, `v${n % 4}`, day);
    const before = tailOf(model, 'v1', 6, 1 / weight(6), at(6));
    const factor = 1 / weight(6);
    scaleCounts(model, factor);
    expect(tailOf(model, 'v1', 6, 1, at(6))).toBeCloseTo(before, 9);
  });
});

describe('a slow attacker', () => {
  it('cannot make new things ordinary faster than one bit, and one more per 30 days', () => {
    const model = createCountModel();
    // The last ordinary day is day 29.
    for (let day = 0; day < 30; day++) {
      for (let n = 0; n < 12; n++) use(model, `usual${n}`, day);
      followRate(model, 1 / weight(day), at(day), day >= 7);
    }
    const surprise = (day: number): number => -Math.log2(newRate(model, 1 / weight(day), at(day)));
    const before = surprise(30);
    let lowest = before;
    for (let day = 30; day < 120; day++) {
      // Every day as many new names as fit, besides the ordinary work.
      for (let n = 0; n < 60; n++) use(model, `plant${day}-${n}`, day);
      for (let n = 0; n < 12; n++) use(model, `usual${n}`, day);
      followRate(model, 1 / weight(day), at(day), true);
      lowest = Math.min(lowest, surprise(day + 1));
      expect(before - lowest).toBeLessThanOrEqual(1 + (day + 2 - 30) / 30 + 1e-6);
    }
    // Without the guard it would be ordinary after some days.
    expect(-Math.log2(learnedRate(model, 1 / weight(120)))).toBeLessThan(0.5);
  });

  it('cannot push out what is usual with a flood of names', () => {
    const model = createCountModel();
    for (let day = 0; day < 10; day++) for (let n = 0; n < 30; n++) use(model, `usual${n}`, day, 50);
    for (let n = 0; n < 20_000; n++) learnValue(model, `flood${n}`, 11, weight(11), 50);
    expect(model.values.size).toBe(50);
    for (let n = 0; n < 30; n++) expect(isUsual(model, `usual${n}`, 12)).toBe(true);
    expect(model.total).toBeGreaterThan(0);
  });

  it('must show a thing on three days before it is usual', () => {
    const model = createCountModel();
    for (let day = 0; day < DAYS_TO_BE_USUAL - 1; day++) {
      for (let n = 0; n < 1_000; n++) use(model, 'drop.example', day);
    }
    expect(isUsual(model, 'drop.example', DAYS_TO_BE_USUAL - 1)).toBe(false);
  });
});
