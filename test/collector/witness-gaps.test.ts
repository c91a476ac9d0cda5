import { describe, expect, it } from 'vitest';
import type { Attribution } from '../../collector/contract/attribution.ts';
import { processId, type ProcessInfo } from '../../collector/contract/process.ts';
import { WitnessGaps } from '../../collector/witness-gaps.ts';

const processOf = (pid: number, name: string): ProcessInfo => ({
  pid,
  startTimeMs: 1,
  parentPid: 1,
  name,
  argv: [name],
});
const terminal = processOf(2, 'bash');
const agent = processOf(5, 'claude');
const shell = processOf(9, 'bash');
const attribution: Attribution = {
  process: shell,
  role: 'child',
  agentId: 'claude-code',
  sessionId: 'claude-code:a',
  agentProcess: agent,
  links: [],
  confidence: 'high',
};
const above = [shell, agent, terminal];
const missed = (gaps: WitnessGaps, fromMs: number, toMs: number, session = 'claude-code:a') =>
  gaps.missedBetween('claude-code', session, fromMs, toMs);
const opened = (): WitnessGaps => {
  const gaps = new WitnessGaps();
  gaps.note({ source: 'events', losses: 0 }, 0);
  return gaps;
};

describe('gaps', () => {
  it('are everywhere until the kernel tells of every start, and again after it lost some', () => {
    const gaps = new WitnessGaps();
    gaps.note({ source: 'polling', losses: 0 }, 10_000);
    expect(missed(gaps, 20_000, 30_000)).toBeUndefined();
    gaps.note({ source: 'events', losses: 0 }, 20_000);
    gaps.note({ source: 'events', losses: 0 }, 30_000);
    expect(missed(gaps, 19_999, 30_000)).toBeUndefined();
    expect(missed(gaps, 20_000, 30_000)).toEqual([]);
    gaps.note({ source: 'events', losses: 1 }, 40_000);
    expect(missed(gaps, 30_000, 50_000)).toBeUndefined();
    expect(missed(gaps, 40_000, 50_000)).toEqual([]);
    gaps.note({ source: 'polling', losses: 1 }, 60_000);
    expect(missed(gaps, 40_000, 50_000)).toBeUndefined();
  });

  it('count for the session below which something was missed, and for all when nobody knows', () => {
    const gaps = opened();
    gaps.missed({ attribution: undefined, above: [processOf(3, 'cron')], timeMs: 60_000 });
    expect(missed(gaps, 50_000, 70_000)).toEqual([]);
    gaps.missed({ attribution, above, timeMs: 60_000 });
    expect(missed(gaps, 50_000, 70_000)).toHaveLength(1);
    expect(missed(gaps, 50_000, 70_000, 'claude-code:b')).toEqual([]);
    gaps.missed({ attribution: undefined, above: [], timeMs: 60_000 });
    expect(missed(gaps, 50_000, 70_000, 'claude-code:b')).toEqual([{ timeMs: 60_000, line: [] }]);
  });

  it('say what stands above, up to the agent, and the name where that could be read', () => {
    const gaps = opened();
    gaps.missed({ attribution, above, name: 'head', timeMs: 60_000 });
    gaps.missed({ attribution: { ...attribution, role: 'agent' }, above: [agent, terminal], timeMs: 60_001 });
    expect(missed(gaps, 50_000, 70_000)).toEqual([
      { timeMs: 60_000, name: 'head', agent: processId(agent), line: [processId(shell)] },
      { timeMs: 60_001, agent: processId(agent), line: [] },
    ]);
  });

  it('end: what ran a few seconds before or after was seen', () => {
    const gaps = opened();
    gaps.missed({ attribution, above, timeMs: 60_000 });
    gaps.missed({ attribution: undefined, above: [], timeMs: 80_000 });
    expect(missed(gaps, 50_000, 57_000)).toEqual([]);
    expect(missed(gaps, 50_000, 59_000)).toHaveLength(1);
    expect(missed(gaps, 63_000, 77_000)).toEqual([]);
    expect(missed(gaps, 81_000, 90_000)).toHaveLength(1);
  });

  it('count from when they may have been, however late they are told', () => {
    const gaps = opened();
    gaps.missed({ attribution, above, sinceMs: 60_000, timeMs: 69_000 });
    expect(missed(gaps, 50_000, 59_000)).toHaveLength(1);
    expect(missed(gaps, 50_000, 57_000)).toEqual([]);
  });

  it('are kept in bounds, and what is not kept is not known', () => {
    const gaps = opened();
    for (let n = 1; n <= 1_100; n += 1) gaps.missed({ attribution, above, timeMs: n * 10_000 });
    expect(missed(gaps, 15_000, 15_000)).toBeUndefined();
    expect(missed(gaps, 1_005_000, 1_005_000)).toEqual([]);
    for (let n = 0; n < 100; n += 1)
      gaps.missed({
        attribution: { ...attribution, sessionId: `claude-code:${n}` },
        above,
        timeMs: 20_000_000 + n,
      });
    expect(missed(gaps, 20_000_000, 20_000_000, 'claude-code:1')).toBeUndefined();
    expect(missed(gaps, 20_010_000, 20_010_000, 'claude-code:1')).toEqual([]);
  });
});
