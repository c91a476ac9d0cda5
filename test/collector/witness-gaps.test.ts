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
const since = (gaps: WitnessGaps, session = 'claude-code:a'): number =>
  gaps.completeSinceMs('claude-code', session);

describe('gaps', () => {
  it('are everywhere until the kernel tells of every start', () => {
    const gaps = new WitnessGaps();
    gaps.note({ source: 'polling', overflows: 0 }, 10);
    expect(since(gaps)).toBe(Infinity);
    gaps.note({ source: 'events', overflows: 0 }, 20);
    gaps.note({ source: 'events', overflows: 0 }, 30);
    expect(since(gaps)).toBe(20);
    gaps.note({ source: 'events', overflows: 1 }, 40);
    expect(since(gaps)).toBe(40);
    gaps.note({ source: 'polling', overflows: 1 }, 50);
    expect(since(gaps)).toBe(Infinity);
  });

  it('count for the session below which something was missed, and for all when nobody knows', () => {
    const gaps = new WitnessGaps();
    gaps.note({ source: 'events', overflows: 0 }, 20);
    gaps.missed(undefined, { ...above, name: 'cron' }, 60);
    expect(since(gaps)).toBe(20);
    gaps.missed(attribution, above, 70);
    expect(since(gaps)).toBe(70);
    expect(since(gaps, 'claude-code:b')).toBe(20);
    gaps.missed(undefined, undefined, 80);
    expect(since(gaps, 'claude-code:b')).toBe(80);
  });
});
