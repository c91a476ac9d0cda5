import { describe, expect, it } from 'vitest';
import { EXPLORER, ROUTINE } from '../../../support/developer-months.ts';
import { liveThrough } from '../../../support/live-through.ts';

describe('months of ordinary work and then a takeover', () => {
  it.each([
    ['routine', ROUTINE, 0.95],
    ['exploring', EXPLORER, 0.7],
  ] as const)('of %s work: few words, and the takeover among them', (_name, style, caught) => {
    const result = liveThrough(style, [1], 66);
    expect(result.workDays).toBeGreaterThan(25);
    expect(result.alarms / result.workDays).toBeLessThan(0.1);
    expect(result.mostPerDay).toBeLessThanOrEqual(1);
    expect(result.caught / result.takeovers).toBeGreaterThanOrEqual(caught);
    expect(result.largestProjectBytes).toBeLessThan(40_000);
  });
});
