import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { baselinesView, baselineView } from '../../../collector/cli/baseline-view.ts';
import { columns } from '../../../collector/cli/words.ts';
import type { BaselineEntry } from '../../../collector/contract/baseline.ts';

const NOW = 1_790_000_000_000;
const frame = { width: 80, nowMs: NOW, home: '/home/ana' };

function entry(over: Partial<BaselineEntry> = {}): BaselineEntry {
  return {
    scope: 'project',
    agentId: 'claude-code',
    name: '/home/ana/src/shop',
    user: 'ana',
    state: 'ready',
    history: { firstMs: NOW - 9e9, lastMs: NOW - 60_000, activeDays: 46, runs: 1_240, toolCalls: 23_456 },
    dimensions: [
      {
        dimension: 'program',
        known: 50,
        newRate: 0.012,
        top: [{ value: 'git status', runs: 40, share: 0.12, firstMs: NOW - 9e9, lastMs: NOW }],
      },
    ],
    volume: {
      hours: Array.from({ length: 24 }, (_, hour) => ({
        hour,
        low: 0,
        usual: hour > 8 && hour < 18 ? 20 : 0,
        high: hour > 8 && hour < 18 ? 60 : 0,
        today: hour === 10 ? 90 : 0,
      })),
      window: { usual: 8, high: 21 },
    },
    newThisWeek: [
      { timeMs: NOW - 5e7, dimension: 'host', value: 'new.example', bits: 5, newTo: 'everywhere' },
    ],
    sizeBytes: 9_000,
    ...over,
  };
}

describe('what is usual, in a terminal', () => {
  it('fits 80 columns, however long the names are', () => {
    const long = 'x'.repeat(300);
    const odd = entry({
      name: `/home/ana/${long}`,
      agentId: 'github-copilot-in-vs-code',
      dimensions: [
        {
          dimension: 'repository',
          known: 1,
          newRate: 1e-9,
          top: [{ value: long, runs: 1, share: 1, firstMs: 0, lastMs: 0 }],
        },
      ],
      newThisWeek: Array.from({ length: 30 }, () => ({
        timeMs: NOW,
        dimension: 'host' as const,
        value: long,
        bits: 1,
        newTo: 'here' as const,
      })),
    });
    for (const text of [
      baselinesView([entry(), odd], frame),
      baselineView(odd, frame),
      baselineView(entry(), frame),
    ])
      for (const line of text.split('\n'))
        expect(columns(stripVTControlCharacters(line))).toBeLessThanOrEqual(80);
  });

  it('says how much is known, what is new, and where today stands', () => {
    const text = stripVTControlCharacters(baselineView(entry(), frame));
    expect(text).toContain('~/src/shop');
    expect(text).toContain('1,240 runs on 46 days with 23,456 tool calls');
    expect(text).toContain('git status 12 %');
    expect(text).toContain('1 in 83');
    expect(text).toMatch(/today {2}.*█/);
    expect(text).toContain('new.example');
  });

  it('says that it is still learning, or paused', () => {
    expect(baselineView(entry({ state: 'learning' }), frame)).toContain('Still learning');
    expect(baselineView(entry({ state: 'paused' }), frame)).toContain('Paused');
  });

  it('is harmless in a terminal whatever a log called its things', () => {
    const hostile = entry({ name: '/home/ana/\u001b[2Jx', newThisWeek: [] });
    expect(stripVTControlCharacters(baselineView(hostile, frame))).not.toContain('\u001b');
    expect(baselinesView([hostile], frame)).not.toContain('\u001b[2J');
  });
});
