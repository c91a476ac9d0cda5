import { describe, expect, it } from 'vitest';
import type { Attribution } from '../../collector/contract/attribution.ts';
import { WitnessGaps } from '../../collector/witness-gaps.ts';

const above = { pid: 5, startTimeMs: 1, parentPid: 1, name: 'claude', argv: ['claude'] };
const attribution: Attribution = {
  process: above,
  role: 'agent',
  agentId: 'claude-code',
  sessionId: 'claude-code:a',
  links: [],
  confidence: 'high',
};
const sees = (gaps: WitnessGaps, fromMs: number, toMs: number, session = 'claude-code:a'): boolean =>
  gaps.isComplete('claude-code', session, fromMs, toMs);

describe('gaps', () => {
  it('are everywhere until the kernel tells of every start, and again after it lost some', () => {
    const gaps = new WitnessGaps();
    gaps.note({ source: 'polling', overflows: 0 }, 10_000);
    expect(sees(gaps, 20_000, 30_000)).toBe(false);
    gaps.note({ source: 'events', overflows: 0 }, 20_000);
    gaps.note({ source: 'events', overflows: 0 }, 30_000);
    expect(sees(gaps, 19_999, 30_000)).toBe(false);
    expect(sees(gaps, 20_000, 30_000)).toBe(true);
    gaps.note({ source: 'events', overflows: 1 }, 40_000);
    expect(sees(gaps, 30_000, 50_000)).toBe(false);
    expect(sees(gaps, 40_000, 50_000)).toBe(true);
    gaps.note({ source: 'polling', overflows: 1 }, 60_000);
    expect(sees(gaps, 40_000, 50_000)).toBe(false);
  });

  it('count for the session below which something was missed, and for all when nobody knows', () => {
    const gaps = new WitnessGaps();
    gaps.note({ source: 'events', overflows: 0 }, 0);
    gaps.missed(undefined, { ...above, name: 'cron' }, 60_000);
    expect(sees(gaps, 50_000, 70_000)).toBe(true);
    gaps.missed(attribution, above, 60_000);
    expect(sees(gaps, 50_000, 70_000)).toBe(false);
    expect(sees(gaps, 50_000, 70_000, 'claude-code:b')).toBe(true);
    gaps.missed(undefined, undefined, 60_000);
    expect(sees(gaps, 50_000, 70_000, 'claude-code:b')).toBe(false);
  });

  it('end: what ran a few seconds before or after was seen', () => {
    const gaps = new WitnessGaps();
    gaps.note({ source: 'events', overflows: 0 }, 0);
    gaps.missed(attribution, above, 60_000);
    gaps.missed(undefined, undefined, 80_000);
    expect(sees(gaps, 50_000, 57_000)).toBe(true);
    expect(sees(gaps, 50_000, 59_000)).toBe(false);
    expect(sees(gaps, 63_000, 77_000)).toBe(true);
    expect(sees(gaps, 81_000, 90_000)).toBe(false);
  });

  it('are kept in bounds, and what is not kept counts as one long gap', () => {
    const gaps = new WitnessGaps();
    gaps.note({ source: 'events', overflows: 0 }, 0);
    for (let n = 1; n <= 300; n += 1) gaps.missed(attribution, above, n * 10_000);
    expect(sees(gaps, 15_000, 15_000)).toBe(false);
    expect(sees(gaps, 44 * 10_000 + 5_000, 44 * 10_000 + 5_000)).toBe(true);
    for (let n = 0; n < 600; n += 1)
      gaps.missed({ ...attribution, sessionId: `claude-code:${n}` }, above, 5_000_000);
    expect(sees(gaps, 5_000_000, 5_000_000, 'claude-code:599')).toBe(false);
  });
});
