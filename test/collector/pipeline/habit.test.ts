import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEVERITIES, severityRank } from '../../../collector/contract/finding.ts';
import { applyDecisions, asDetected } from '../../../collector/pipeline/decisions.ts';
import { applyHabit, habitSubject, type HabitPast, withoutHabit } from '../../../collector/pipeline/habit.ts';
import { finding } from '../../support/records.ts';

const TODAY = 20_000;
const at = TODAY * 86_400_000;
const past = (over: Partial<HabitPast> = {}): HabitPast => ({
  days: [TODAY - 1, TODAY - 4, TODAY - 9],
  most: 2,
  known: true,
  otherDays: 0,
  own: 1,
  trouble: false,
  ...over,
});
const found = (severity: (typeof SEVERITIES)[number], may: ('lower' | 'raise')[] = ['lower']) =>
  finding('f', { severity, firstSeenMs: at, lastSeenMs: at, habit: { may } });
const severityOf = (over: Partial<HabitPast>): string => applyHabit(found('medium'), past(over)).severity;

describe('a habit', () => {
  it('takes one severity off what is done day after day, and says so', () => {
    const lowered = applyHabit(found('medium'), past());
    expect(lowered).toMatchObject({ severity: 'low', habit: { lowered: { from: 'medium' } } });
    expect(lowered.habit?.lowered?.because).toContain('3 of the 30 days');
    expect(applyHabit(found('low'), past()).severity).toBe('informational');
  });

  it('needs three days, the first of them a week ago', () => {
    expect(severityOf({ days: [TODAY - 1, TODAY - 9] })).toBe('medium');
    expect(severityOf({ days: [TODAY - 1, TODAY - 2, TODAY - 3, TODAY - 4, TODAY - 5] })).toBe('medium');
    expect(severityOf({ days: [TODAY - 7, TODAY - 2, TODAY - 3] })).toBe('low');
  });

  it('never touches what is high or critical, part of an incident, or in a session with an open grave finding', () => {
    for (const severity of ['high', 'critical', 'informational'] as const)
      expect(applyHabit(found(severity), past()).severity).toBe(severity);
    expect(applyHabit({ ...found('medium'), incidentId: 'i' }, past()).severity).toBe('medium');
    expect(severityOf({ trouble: true })).toBe('medium');
  });

  it('is none when the thing is done far more often than ever before', () => {
    expect(severityOf({ most: 2, own: 8 })).toBe('low');
    expect(severityOf({ most: 2, own: 9 })).toBe('medium');
  });

  it('is nothing to rules that do not ask', () => {
    expect(applyHabit(found('medium', []), past()).severity).toBe('medium');
    expect(applyHabit(found('medium', ['raise']), past()).severity).toBe('medium');
  });

  it('makes us surer of what is new where the rule knows the project', () => {
    const fresh = { days: [], known: false, otherDays: 3 };
    const surer = applyHabit({ ...found('medium', ['raise']), confidence: 'medium' }, past(fresh));
    expect(surer).toMatchObject({ confidence: 'high', severity: 'medium' });
    expect(surer.habit?.surer?.because).toContain('first time');
    for (const over of [
      { ...fresh, known: true },
      { ...fresh, otherDays: 2 },
    ]) {
      const same = { ...found('medium', ['raise']), confidence: 'medium' as const };
      expect(applyHabit(same, past(over))).toEqual(same);
    }
  });

  it('moves by one step at most, only down, and is taken back exactly, whatever the past', () => {
    const pasts = fc.record({
      days: fc.array(fc.integer({ min: TODAY - 30, max: TODAY - 1 }), { maxLength: 12 }),
      most: fc.nat(50),
      known: fc.boolean(),
      otherDays: fc.nat(30),
      own: fc.nat(200),
      trouble: fc.boolean(),
    });
    const steps = fc.constantFrom(0, 1, 2);
    fc.assert(
      fc.property(fc.constantFrom(...SEVERITIES), pasts, pasts, steps, (severity, one, other, step) => {
        const detected = found(severity, ['lower', 'raise']);
        const after = applyHabit(detected, one);
        const drop = severityRank(severity) - severityRank(after.severity);
        expect(drop === 0 || (drop === 1 && severity !== 'high' && severity !== 'critical')).toBe(true);
        expect(withoutHabit(after)).toEqual(detected);
        const tuning = { id: 't', steps: step, changedMs: at };
        const decided = applyDecisions(detected, { suppressions: [], tuning, habit: one });
        expect(asDetected(decided)).toEqual(detected);
        const again = { suppressions: [], tuning, habit: other };
        expect(applyDecisions(decided, again)).toEqual(applyDecisions(detected, again));
      }),
    );
  });
});

describe('the subject of a habit', () => {
  it.each([
    ['backup of shop-2026-11-22.sql', 'backup of shop-#.sql'],
    ['/tmp/dump_20261122T0930Z.gz', '/tmp/dump_#.gz'],
    ['job 6c84fb90-12c4-11e1-840d-7b25c5ee775a', 'job #'],
    ['reset to 9f8e7d6', 'reset to #'],
    ['rm /tmp/tmp.k3J9xQ2a1Z', 'rm /tmp/tmp.#'],
    ['build 1763804400', 'build #'],
  ])('leaves out what changes from day to day: %s', (subject, rest) => {
    expect(habitSubject(subject)).toBe(rest);
  });

  it.each([
    'apply to prod-1',
    '10.0.0.7:5432',
    '203.0.113.204',
    'kube01.example.com',
    'publish shop@2.14.3',
    'facade of deadbeefs',
    '/home/ana/app/.env',
  ])('keeps what tells one thing from another: %s', (subject) => {
    expect(habitSubject(subject)).toBe(subject);
  });

  it('is found in linear time', () => {
    for (const part of ['2026-', 'a1', '0123456789abcdef-', 'tmp.', '1']) {
      const start = process.cpuUsage();
      for (let n = 0; n < 200; n++) habitSubject(part.repeat(2_000));
      expect(process.cpuUsage(start).user / 200).toBeLessThan(1_000);
    }
  });
});
