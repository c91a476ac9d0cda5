import { describe, expect, it } from 'vitest';
import {
  createHours,
  hourTail,
  HOURS_OF_WEEK,
} from '../../../../collector/pipeline/baseline/hour-profile.ts';
import { seeded } from '../../../support/developer-months.ts';

const MONDAY_10 = 10;
const SUNDAY_3 = 6 * 24 + 3;

function officeHours(weeks: number) {
  const hours = createHours();
  for (let week = 0; week < weeks; week++) {
    for (let day = 0; day < 5; day++) {
      for (let hour = 9; hour < 18; hour++) hours[day * 24 + hour] = (hours[day * 24 + hour] ?? 0) + 1;
    }
  }
  return hours;
}

describe('hours of the week', () => {
  it('knows nothing at first, and then what is rare', () => {
    expect(hourTail(createHours(), SUNDAY_3, 1)).toBeCloseTo(1);
    const hours = officeHours(8);
    expect(hourTail(hours, MONDAY_10, 1)).toBeGreaterThan(0.3);
    expect(hourTail(hours, SUNDAY_3, 1)).toBeLessThan(0.02);
  });

  it('lends weight to the next hour, and to the same hour of days of the same kind', () => {
    const hours = createHours();
    for (let n = 0; n < 60; n++) hours[MONDAY_10] = (hours[MONDAY_10] ?? 0) + 1;
    const night = hourTail(hours, SUNDAY_3, 1);
    expect(hourTail(hours, MONDAY_10 + 1, 1)).toBeGreaterThan(night);
    expect(hourTail(hours, 2 * 24 + MONDAY_10, 1)).toBeGreaterThan(night);
    expect(hourTail(hours, 5 * 24 + MONDAY_10, 1)).toBeLessThanOrEqual(night + 1e-9);
  });

  it('is calibrated on work that keeps to its hours: rare hours are rare', () => {
    const random = seeded(5);
    const hours = createHours();
    const draw = (): number => {
      const late = random() < 0.05;
      const day = late ? Math.floor(random() * 7) : Math.floor(random() * 5);
      return day * 24 + (late ? Math.floor(random() * 24) : 9 + Math.floor(random() * 9));
    };
    let rare = 0;
    let n = 0;
    for (; n < 4_000; n++) {
      const hour = draw();
      if (n >= 500 && hourTail(hours, hour, 1) <= 0.01) rare++;
      hours[hour] = (hours[hour] ?? 0) + 1;
    }
    expect(rare / (n - 500)).toBeLessThan(0.02);
    expect(hours).toHaveLength(HOURS_OF_WEEK);
  });
});
