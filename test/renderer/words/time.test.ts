import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ago, duration, span } from '../../../renderer/words/time.ts';

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('relative times', () => {
  it.each([
    [0, 'just now'],
    [59_000, 'just now'],
    [2 * MINUTE, '2 min ago'],
    [3 * HOUR, '3 h ago'],
    [47 * HOUR, '47 h ago'],
    [5 * DAY, '5 d ago'],
  ])('says what lies %i ms back', (past, words) => {
    expect(ago(NOW - past, NOW)).toBe(words);
  });

  it('gives the date after two weeks, with the year when it is another', () => {
    expect(ago(NOW - 20 * DAY, NOW)).toMatch(/^2 Nov/);
    expect(ago(NOW - 400 * DAY, NOW)).toContain('2025');
  });

  it('takes clocks that differ a little as now, and says what is still to come', () => {
    expect(ago(NOW + 5_000, NOW)).toBe('just now');
    expect(ago(NOW + 5 * MINUTE, NOW)).toBe('in 5 min');
  });
});

describe('durations', () => {
  it.each([
    [12, '12 ms'],
    [1_400, '1.4 s'],
    [42_000, '42 s'],
    [125_000, '2 min 5 s'],
    [2 * HOUR, '2 h'],
    [3 * DAY + 4 * HOUR, '3 d 4 h'],
  ])('writes %i ms', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  it('never shows more than the time that passed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 * DAY }), (ms) => {
        const [amount = 0] = span(ms).split(' ').map(Number);
        expect(amount).toBeGreaterThanOrEqual(0);
        expect(amount).toBeLessThanOrEqual(Math.max(60, ms / 1_000));
      }),
    );
  });
});
