import { describe, expect, it } from 'vitest';
import { type Overview, STRIP_BUCKETS } from '../../../collector/contract/overview.ts';
import { stateSentence } from '../../../renderer/words/state.ts';

const QUIET: Overview = {
  timeMs: 0,
  phase: 'watching',
  startedMs: 0,
  lastSeq: 0,
  files: { known: 10, pending: 0 },
  agents: { known: 3, running: 2 },
  sessions: { recent: 4, running: [], runningTotal: 2 },
  findings: { open: { informational: 5, low: 0, medium: 0, high: 0, critical: 0 }, worst: [] },
  approvals: { waiting: 0, before: 7 },
  strip: {
    startMs: 0,
    bucketMs: 900_000,
    buckets: Array.from({ length: STRIP_BUCKETS }, () => ({ events: 0, findings: 0 })),
  },
  sending: { on: false, mode: 'metadata' },
  coverage: [],
};

const withOpen = (open: Partial<Overview['findings']['open']>): Overview => ({
  ...QUIET,
  findings: { ...QUIET.findings, open: { ...QUIET.findings.open, ...open } },
});

describe('the first sentence', () => {
  it('is quiet when nothing matters, and counts what can wait', () => {
    expect(stateSentence(QUIET)).toMatchObject({ tone: 'ok', title: 'All quiet.' });
    expect(stateSentence(withOpen({ low: 2 })).detail).toContain('2 smaller findings can wait');
  });

  it('says the worst first, whatever else is true', () => {
    const all: Overview = { ...withOpen({ critical: 1, high: 3 }), approvals: { waiting: 2, before: 0 } };
    expect(stateSentence(all)).toMatchObject({ tone: 'critical', title: '1 critical finding needs you.' });
    expect(stateSentence({ ...all, phase: 'reading' }).tone).toBe('critical');
  });

  it('puts a question before findings that are only high', () => {
    const asked: Overview = { ...withOpen({ high: 3 }), approvals: { waiting: 1, before: 0 } };
    expect(stateSentence(asked).title).toBe('1 thing waits for your answer.');
    expect(stateSentence(withOpen({ high: 3 })).title).toBe('3 findings to look at.');
  });

  it('tells of the first look, of history and of a machine without agents', () => {
    expect(stateSentence({ ...QUIET, phase: 'starting' }).title).toBe('Looking around.');
    expect(stateSentence({ ...QUIET, phase: 'reading', files: { known: 10, pending: 4 } }).detail).toContain(
      '4 files of 10 left',
    );
    expect(stateSentence({ ...QUIET, agents: { known: 0, running: 0 } }).title).toBe('No agents yet.');
  });
});
