import { describe, expect, it } from 'vitest';
import { NoticePlan } from '../../app/notices.ts';
import { finding } from '../support/app-facts.ts';

const NOW = 1_000_500;

describe('NoticePlan', () => {
  it('tells a serious new finding once', () => {
    const plan = new NoticePlan();
    expect(plan.findings([finding('a')], NOW).map(({ onClick }) => onClick)).toEqual([
      { kind: 'open', place: '#/findings/a' },
    ]);
    expect(plan.findings([finding('a', { count: 2 })], NOW + 5_000)).toEqual([]);
  });

  it('leaves out what is mild, old, decided, or a part of something larger', () => {
    const plan = new NoticePlan();
    const left = [
      finding('mild', { severity: 'medium' }),
      finding('old', { firstSeenMs: NOW - 3_600_000 }),
      finding('decided', { status: 'acknowledged' }),
      finding('part', { incidentId: 'whole' }),
    ];
    expect(plan.findings(left, NOW)).toEqual([]);
  });

  it('tells the worst three of a flood and sums up the rest a minute later', () => {
    const plan = new NoticePlan();
    const flood = Array.from({ length: 20 }, (_, n) =>
      finding(`f-${n}`, { severity: n === 19 ? 'critical' : 'high' }),
    );
    const told = plan.findings(flood, NOW);
    expect(told.map(({ urgent }) => urgent)).toEqual([true, false, false]);
    expect(plan.summary(NOW + 30_000)).toBeUndefined();
    expect(plan.heldForMs(NOW + 30_000)).toBe(30_000);
    expect(plan.summary(NOW + 60_000)?.title).toBe('17 more serious findings');
    expect(plan.heldForMs(NOW + 60_000)).toBeUndefined();
  });

  it('sums up what the first look found, and does not tell it again', () => {
    const plan = new NoticePlan();
    plan.standing([finding('a'), finding('b'), finding('mild', { severity: 'low' })], NOW);
    plan.standing([finding('b', { count: 2 })], NOW);
    expect(plan.begun(NOW)?.title).toBe('2 serious findings on this computer');
    expect(plan.begun(NOW)).toBeUndefined();
    expect(plan.findings([finding('a', { count: 2 })], NOW + 5_000)).toEqual([]);
    expect(plan.findings([finding('c')], NOW + 5_000)).toHaveLength(1);
  });

  it('goes on telling when the clock was set back', () => {
    const plan = new NoticePlan();
    plan.findings([finding('a'), finding('b'), finding('c')], NOW);
    expect(plan.findings([finding('d')], NOW - 400_000)).toHaveLength(1);
  });

  it('offers to pause the session a finding came from', () => {
    const [notice] = new NoticePlan().findings([finding('a', { sessionId: 'codex:1' })], NOW);
    expect(notice?.actions.map(({ command }) => command)).toContainEqual({
      kind: 'pause',
      sessionId: 'codex:1',
      name: 'the session of this finding',
    });
  });

  it('speaks of approvals only when there are more than before', () => {
    const plan = new NoticePlan();
    plan.foundWaiting(2);
    expect(plan.approvals(2, NOW)).toBeUndefined();
    expect(plan.approvals(1, NOW)).toBeUndefined();
    expect(plan.approvals(3, NOW)?.title).toBe('3 things wait for your decision');
  });
});
