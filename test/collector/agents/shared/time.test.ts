import { describe, expect, it } from 'vitest';
import { epochMs, epochSecondsToMs, isoToMs } from '../../../../collector/agents/shared/time.ts';

describe('isoToMs', () => {
  it.each([
    ['2026-11-22T03:25:02.123Z', Date.UTC(2026, 10, 22, 3, 25, 2, 123)],
    ['2026-11-22T03:25:02Z', Date.UTC(2026, 10, 22, 3, 25, 2)],
    ['2026-11-22T03:25:02.123456789Z', Date.UTC(2026, 10, 22, 3, 25, 2, 123)],
    ['2026-11-22T03:25:02+01:00', Date.UTC(2026, 10, 22, 2, 25, 2)],
    ['2026-11-22 03:25:02-0130', Date.UTC(2026, 10, 22, 4, 55, 2)],
    ['2026-11-22T03:25:02', Date.UTC(2026, 10, 22, 3, 25, 2)],
  ])('reads %s', (text, ms) => {
    expect(isoToMs(text)).toBe(ms);
  });

  it.each([
    '',
    'yesterday',
    '2026-13-45T99:99:99.000Z',
    '1970-01-01T00:00:00.000Z',
    '2100-01-01T00:00:00.000Z',
    '2026-11-22',
    '0'.repeat(10_000),
    5,
    null,
    undefined,
    {},
    '2026-11-22T03:25:02.12xZ',
  ])('refuses %j', (value) => {
    expect(isoToMs(value)).toBeUndefined();
  });
});

describe('numbers', () => {
  it('are taken within the years a log can have', () => {
    expect(epochMs(1_763_778_302_123.7)).toBe(1_763_778_302_123);
    expect(epochSecondsToMs(1_763_778_302.5)).toBe(1_763_778_302_500);
    for (const bad of [0, -1, 1e18, Number.NaN, Infinity, '1763778302123', null]) {
      expect(epochMs(bad)).toBeUndefined();
      expect(epochSecondsToMs(bad)).toBeUndefined();
    }
  });
});
