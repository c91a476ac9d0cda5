import { describe, expect, it } from 'vitest';
import { localHours } from '../../../collector/lib/local-hours.ts';

const HOUR_MS = 3_600_000;

describe('local hours', () => {
  it('agree with the calendar of this machine, across a year and changes of the clock', () => {
    const localHour = localHours();
    for (let timeMs = Date.UTC(2026, 0, 1); timeMs < Date.UTC(2027, 0, 1); timeMs += 7.25 * HOUR_MS) {
      const date = new Date(timeMs);
      const { day, hourOfWeek } = localHour(timeMs);
      expect(hourOfWeek % 24).toBe(date.getHours());
      expect(Math.floor(hourOfWeek / 24)).toBe((date.getDay() + 6) % 7);
      expect(day).toBe(
        Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / (24 * HOUR_MS)),
      );
    }
  });

  it('answer the same for the same quarter of an hour, in any order', () => {
    const localHour = localHours();
    const at = Date.UTC(2026, 5, 3, 12, 0);
    const first = localHour(at);
    localHour(at + 40 * HOUR_MS);
    expect(localHour(at + 14 * 60_000)).toEqual(first);
    expect(localHour(at + HOUR_MS).hourOfWeek).toBe((first.hourOfWeek + 1) % 168);
  });
});
