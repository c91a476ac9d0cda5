import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALARMS_PER_DAY,
  createScores,
  followAlarm,
  learnScore,
  MAX_ALARM_BITS,
  runsPerDay,
  scoreTail,
} from '../../../../collector/pipeline/baseline/score-model.ts';
import { seeded } from '../../../support/developer-months.ts';

const DAY_MS = 86_400_000;

describe('scores of runs', () => {
  it('set the alarm so that ordinary runs are told about as often as promised', () => {
    for (const [seed, mean, perDay] of [
      [1, 4, 5],
      [2, 6, 9],
      [3, 2, 2],
    ] as const) {
      const random = seeded(seed);
      const model = createScores();
      let told = 0;
      let days = 0;
      for (let day = 0; day < 200; day++) {
        for (let n = 0; n < perDay; n++) {
          const score = -Math.log(1 - random()) * mean;
          if (day >= 60 && score >= (model.alarm?.bits ?? Infinity)) told += 1;
          learnScore(model, score, 1, n === 0);
          followAlarm(model, 1, day * DAY_MS);
        }
        if (day >= 60) days += 1;
      }
      expect(runsPerDay(model)).toBeCloseTo(perDay);
      expect(told / days).toBeLessThan(ALARMS_PER_DAY * 2.5);
    }
  });

  it('say that a higher score is never more ordinary', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 80, noNaN: true }), { maxLength: 50 }),
        fc.double({ min: 0, max: 60, noNaN: true }),
        (scores, score) => {
          const model = createScores();
          for (const one of scores) learnScore(model, one, 1, true);
          expect(scoreTail(model, score + 3, 1)).toBeLessThanOrEqual(scoreTail(model, score, 1));
          expect(scoreTail(model, score, 1)).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('cannot be raised quickly: the alarm goes up by six bits at once, and four more in 30 days', () => {
    const model = createScores();
    for (let day = 0; day < 40; day++) {
      for (let n = 0; n < 5; n++) learnScore(model, 3, 1, n === 0);
      followAlarm(model, 1, day * DAY_MS);
    }
    const before = model.alarm?.bits ?? 0;
    for (let day = 40; day < 100; day++) {
      for (let n = 0; n < 20; n++) learnScore(model, 60, 1, n === 0);
      followAlarm(model, 1, day * DAY_MS);
      expect((model.alarm?.bits ?? 0) - before).toBeLessThanOrEqual(6 + ((day - 39) * 4) / 30 + 1e-9);
    }
    expect(model.alarm?.bits).toBeLessThanOrEqual(MAX_ALARM_BITS);
  });
});
