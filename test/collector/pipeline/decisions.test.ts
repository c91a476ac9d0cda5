import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Finding, SEVERITIES, severityRank } from '../../../collector/contract/finding.ts';
import {
  applyDecisions,
  asDetected,
  type Decisions,
  fits,
  loweredBy,
} from '../../../collector/pipeline/decisions.ts';
import { finding } from '../../support/records.ts';

const suppression = (scope: Decisions['suppressions'][number]['scope'], createdMs = 1): Decisions => ({
  suppressions: [{ id: 's_1', scope, createdMs }],
});
const tuning = (steps: number): Decisions => ({
  suppressions: [],
  tuning: { id: 't_1', steps, changedMs: 1_750_000_000_000 },
});
const NONE: Decisions = { suppressions: [] };

describe('a suppression', () => {
  const one = finding('f', {
    subject: { kind: 'tool-call', value: '/home/ana/src/shop/.env', cwd: '/home/ana/src/shop' },
    evidence: [{ path: '/home/ana/src/shop/.env' }],
  });

  it.each([
    [{ ruleId: 'read.ssh-keys' }, true],
    [{ ruleId: 'read.env-files' }, false],
    [{ subject: '/home/ana/src/shop/.env' }, true],
    [{ subject: '/home/ana/src/shop' }, false],
    [{ pathPrefix: '/home/ana/src/shop' }, true],
    [{ pathPrefix: '/home/ana/src/shop/' }, true],
    [{ pathPrefix: '/home/ana/src/sho' }, false],
    [{ project: '/home/ana/src' }, true],
    [{ project: '/home/ana/src/shop/sub' }, false],
    [{ ruleId: 'read.ssh-keys', project: '/home/bob' }, false],
  ])('with %j fits: %s', (scope, yes) => {
    expect(fits(scope, one)).toBe(yes);
  });

  it('does not fit a path that climbs out of its folder', () => {
    const sly = finding('f', {
      subject: {
        kind: 'tool-call',
        value: '/home/ana/src/shop/../../.ssh/id_rsa',
        cwd: '/home/ana/src/shop/../..',
      },
      evidence: [],
    });
    expect(fits({ pathPrefix: '/home/ana/src/shop' }, sly)).toBe(false);
    expect(fits({ project: '/home/ana/src/shop' }, sly)).toBe(false);
  });

  it('does not fit when one file of the evidence lies elsewhere, or when there is no path at all', () => {
    const mixed = { ...one, evidence: [...one.evidence, { path: '/home/ana/.aws/credentials' }] };
    expect(fits({ pathPrefix: '/home/ana/src/shop' }, mixed)).toBe(false);
    const host = finding('f', { subject: { kind: 'tool-call', value: 'files.example.com' }, evidence: [] });
    expect(fits({ pathPrefix: '/home/ana' }, host)).toBe(false);
  });

  it('hides a critical finding only when it names the rule', () => {
    const worst = { ...one, severity: 'critical' as const };
    expect(applyDecisions(worst, suppression({ project: '/home/ana' })).status).toBe('open');
    expect(applyDecisions(worst, suppression({ ruleId: one.ruleId })).status).toBe('suppressed');
  });

  it('does not hide what somebody reopened after it was made', () => {
    const decision = { verb: 'reopened' as const, timeMs: 5, by: 'ana' };
    expect(applyDecisions({ ...one, decision }, suppression({ ruleId: one.ruleId }, 4)).status).toBe('open');
    expect(applyDecisions({ ...one, decision }, suppression({ ruleId: one.ruleId }, 6)).status).toBe(
      'suppressed',
    );
  });

  it('gives back what was there before, when it is over', () => {
    const hidden = applyDecisions({ ...one, status: 'open' }, suppression({ ruleId: one.ruleId }));
    expect(hidden).toMatchObject({ status: 'suppressed', suppressionId: 's_1' });
    expect(applyDecisions(hidden, NONE)).toEqual(one);
    const seen = {
      ...one,
      status: 'acknowledged' as const,
      decision: { verb: 'acknowledged' as const, timeMs: 1, by: 'ana' },
    };
    expect(applyDecisions(applyDecisions(seen, suppression({ ruleId: one.ruleId })), NONE)).toEqual(seen);
  });
});

describe('feedback', () => {
  it.each([
    ['critical', 2, 'critical'],
    ['high', 1, 'medium'],
    ['high', 2, 'low'],
    ['medium', 2, 'low'],
    ['low', 2, 'low'],
    ['informational', 1, 'informational'],
  ] as const)('lowers %s by %d to %s', (severity, steps, to) => {
    expect(loweredBy(severity, steps)).toBe(to);
  });

  it('says what the severity would be and why it is not', () => {
    const lowered = applyDecisions(finding('f'), tuning(1));
    expect(lowered).toMatchObject({ severity: 'medium', tuned: { from: 'high', tuningId: 't_1' } });
    expect(lowered.tuned?.because).toContain('2025-06-15');
  });
});

describe('decisions as a whole', () => {
  const anyFinding = fc
    .record({
      severity: fc.constantFrom(...SEVERITIES),
      gone: fc.boolean(),
      verb: fc.option(fc.constantFrom('acknowledged', 'reopened', 'fine', 'useful')),
      timeMs: fc.nat(9),
    })
    .map(({ severity, gone, verb, timeMs }): Finding => {
      const seen = verb === 'acknowledged' || verb === 'fine';
      const status = gone ? 'resolved' : seen ? 'acknowledged' : 'open';
      return finding('f', {
        severity,
        status,
        ...(verb !== null && { decision: { verb, timeMs, by: 'ana' } }),
      });
    });
  const anyDecisions = fc.record({ suppressed: fc.boolean(), steps: fc.option(fc.nat(2)) });
  const decisions = (raw: { suppressed: boolean; steps: number | null }): Decisions => ({
    ...(raw.suppressed ? suppression({ ruleId: 'read.ssh-keys' }, 5) : NONE),
    ...(raw.steps !== null && { tuning: { id: 't', steps: raw.steps, changedMs: 0 } }),
  });

  it('give the same when they are applied again, or after other ones', () => {
    fc.assert(
      fc.property(anyFinding, anyDecisions, anyDecisions, (raw, first, second) => {
        const once = applyDecisions(raw, decisions(first));
        expect(applyDecisions(once, decisions(first))).toEqual(once);
        expect(applyDecisions(applyDecisions(once, decisions(second)), decisions(first))).toEqual(once);
      }),
    );
  });

  it('never make a finding graver, never lower a critical one, and can always be taken back', () => {
    fc.assert(
      fc.property(anyFinding, anyDecisions, (raw, made) => {
        const before = asDetected(raw);
        const after = applyDecisions(before, decisions(made));
        expect(severityRank(after.severity)).toBeLessThanOrEqual(severityRank(before.severity));
        if (before.severity === 'critical') expect(after.severity).toBe('critical');
        expect(asDetected(after)).toEqual(before);
      }),
    );
  });
});
