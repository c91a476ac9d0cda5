import { describe, expect, it } from 'vitest';
import type { ProcessPlace } from '../../collector/contract/attribution.ts';
import { ProcessDiary } from '../../collector/process-diary.ts';
import { finding } from '../support/records.ts';

const START = 1_800_000_000_000;

function placeOf(pid: number, argv: readonly string[] = ['npm', 'test']): ProcessPlace {
  const process = { pid, startTimeMs: START, parentPid: 10, name: argv[0] ?? '', argv };
  return {
    process,
    attribution: {
      process,
      role: 'child',
      agentId: 'claude-code',
      sessionId: 'claude-code:s1',
      toolCallId: 'call_1',
      agentProcess: { pid: 10, startTimeMs: START },
      links: [{ evidence: 'ancestry', detail: 'below claude-code pid 10', confidence: 'high' }],
      confidence: 'high',
    },
    ancestors: [],
  };
}

function setUp() {
  const clock = { nowMs: START };
  const diary = new ProcessDiary({ actor: { user: 'ana' }, nowMs: () => clock.nowMs });
  return { diary, clock };
}

describe('a process diary', () => {
  it('has nothing to store when nothing ran', () => {
    expect(setUp().diary.take()).toBeUndefined();
  });

  it('tells a short program once, with its end', () => {
    const { diary } = setUp();
    diary.process(placeOf(1), false, [], { endedMs: START + 40, exitCode: 1 });
    const batch = diary.take();
    expect(batch?.events).toMatchObject([
      {
        kind: 'process.start',
        sessionId: 'claude-code:s1',
        input: { pid: 1, command: 'npm test', callId: 'call_1', ended: true },
        outcome: { status: 'error', exitCode: 1, durationMs: 40 },
      },
    ]);
    expect(batch?.processes).toMatchObject([{ pid: 1, endedMs: START + 40, exitCode: 1 }]);
    diary.exit(placeOf(1).process, { endedMs: START + 40 });
    expect(diary.take()).toBeUndefined();
  });

  it('tells the end of a longer one by itself', () => {
    const { diary } = setUp();
    diary.process(placeOf(1), false, []);
    diary.exit(placeOf(1).process, { endedMs: START + 9_000, signal: 15 });
    expect(diary.take()?.events.map(({ kind, outcome }) => [kind, outcome?.status])).toEqual([
      ['process.start', undefined],
      ['process.exit', 'interrupted'],
    ]);
  });

  it('counts ordinary helpers by program', () => {
    const { diary } = setUp();
    for (let pid = 1; pid <= 30; pid += 1) diary.process(placeOf(pid, ['/usr/bin/git', 'status']), true, []);
    const batch = diary.take();
    expect(batch?.events).toEqual([]);
    expect(batch?.counted).toMatchObject([{ sessionId: 'claude-code:s1', program: 'git', n: 30 }]);
  });

  it('counts what is over the limits of a session, and of a day', () => {
    const { diary, clock } = setUp();
    for (let pid = 1; pid <= 500; pid += 1) diary.process(placeOf(pid), false, [], { endedMs: START });
    const first = diary.take();
    expect(first?.events).toHaveLength(60);
    expect(first?.counted).toMatchObject([{ n: 440 }]);
    let told = 0;
    for (let minute = 1; minute <= 24 * 60; minute += 1) {
      clock.nowMs += 59_000;
      for (let n = 0; n < 50; n += 1) diary.process(placeOf(minute * 100 + n), false, [], { endedMs: START });
      told += diary.take()?.events.length ?? 0;
    }
    expect(told).toBeLessThanOrEqual(4_000);
    expect(told).toBeGreaterThan(3_000);
  });

  it('tells whatever a rule says something of, and binds the finding to the event', () => {
    const { diary } = setUp();
    for (let pid = 1; pid <= 200; pid += 1) diary.process(placeOf(pid), false, []);
    diary.take();
    diary.process(placeOf(999), true, [finding('f_1')]);
    const batch = diary.take();
    expect(batch?.events).toMatchObject([{ kind: 'process.start', input: { pid: 999 } }]);
    expect(batch?.findings).toMatchObject([{ finding: { id: 'f_1' }, eventId: batch?.events[0]?.id }]);
    // Found out later of the same process: the event is known already, and must not take the finding with it.
    diary.late(placeOf(999), [finding('f_2')]);
    expect(diary.take()?.findings).toEqual([{ finding: finding('f_2') }]);
  });

  it('keeps what could not be stored', () => {
    const { diary } = setUp();
    diary.process(placeOf(1), false, [finding('f_1')]);
    diary.process(placeOf(2, ['git', 'log']), true, []);
    const batch = diary.take();
    if (batch === undefined) throw new Error('nothing');
    diary.putBack(batch);
    diary.process(placeOf(3, ['git', 'log']), true, []);
    const again = diary.take();
    expect(again?.events).toEqual(batch.events);
    expect(again?.findings).toEqual(batch.findings);
    expect(again?.counted).toMatchObject([{ program: 'git', n: 2 }]);
  });

  it('lets no secret of a command line through', () => {
    const { diary } = setUp();
    const secret = ['ghp_', 'x1'.repeat(18)].join('');
    diary.process(placeOf(1, ['curl', '-H', `Authorization: Bearer ${secret}`]), false, []);
    expect(JSON.stringify(diary.take())).not.toContain(secret);
  });
});
