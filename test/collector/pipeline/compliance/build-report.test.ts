import { describe, expect, it } from 'vitest';
import { BUNDLES, type Finding } from '../../../../collector/contract/finding.ts';
import { CONTROLS } from '../../../../collector/contract/controls.ts';
import { FRAMEWORKS } from '../../../../collector/contract/frameworks.ts';
import { buildReport } from '../../../../collector/pipeline/compliance/build-report.ts';
import type { Evidence } from '../../../../collector/pipeline/compliance/evidence.ts';
import { toCsv } from '../../../../collector/cli/report/csv.ts';
import { toHtml } from '../../../../collector/cli/report/html.ts';

const NOW = Date.UTC(2026, 10, 1);
const DAY = 86_400_000;

const finding = (over: Partial<Finding>): Finding => ({
  id: 'f1',
  ruleId: 'exec.reverse-shell',
  ruleCode: 'B-13',
  severity: 'critical',
  confidence: 'high',
  title: 'Shell handed to another machine',
  why: 'x.',
  subject: { kind: 'tool-call', value: 'bash' },
  evidence: [],
  taxonomies: { attack: [], atlas: [], owasp: [] },
  bundles: ['MAL', 'INC'],
  controls: [],
  firstSeenMs: NOW - 40 * DAY,
  lastSeenMs: NOW - DAY,
  count: 2,
  status: 'open',
  advice: 'x.',
  actions: [],
  ...over,
});

const EMPTY: Evidence = {
  agents: [],
  mcpServers: [],
  credentials: [],
  assets: [],
  models: [],
  sessions: [],
  findings: [],
  audit: [],
  auditCheck: { ok: true, rows: 0 },
  health: [],
  rulesPerBundle: { MAL: 3 },
  loggedAgentIds: new Set(),
  reporting: false,
};

const report = (id: string, evidence: Partial<Evidence> = {}) =>
  buildReport(
    { ...EMPTY, ...evidence },
    {
      framework: FRAMEWORKS.find((one) => one.id === id)!,
      host: 'laptop',
      user: 'dev',
      sinceMs: NOW - 90 * DAY,
      nowMs: NOW,
    },
  );

describe('an evidence report', () => {
  it.each(FRAMEWORKS.map((framework) => [framework.id, framework] as const))(
    '%s has every control of the mapping once, with words for it',
    (id, framework) => {
      const expected = new Set(BUNDLES.flatMap((bundle) => CONTROLS[bundle][framework.name] ?? []));
      const controls = report(id).controls.map(({ control }) => control);
      expect(new Set(controls)).toEqual(expected);
      expect(controls).toHaveLength(expected.size);
      if (!id.startsWith('nist'))
        expect(controls.filter((control) => framework.titles[control] === undefined)).toEqual([]);
      expect(Object.keys(framework.titles).filter((title) => !expected.has(title))).toEqual([]);
    },
  );

  it('puts a finding under the controls it is evidence for, and nowhere else', () => {
    const { controls } = report('soc2', {
      findings: [finding({}), finding({ id: 'f2', status: 'acknowledged', severity: 'low' })],
    });
    const of = (number: string) => controls.find(({ control }) => control === number);
    expect(of('CC6.8')?.findings).toMatchObject({
      total: 2,
      open: 1,
      decided: 1,
      bySeverity: { critical: 1, low: 1 },
    });
    expect(of('CC6.8')?.samples.map(({ id }) => id)).toEqual(['f1', 'f2']);
    expect(of('CC9.2')?.findings.total).toBe(0);
    expect(of('CC7.4')?.gaps.join(' ')).toContain('1 finding is open for more than 30 days');
    expect(controls.map(({ control }) => control).indexOf('CC6.1')).toBeLessThan(
      controls.map(({ control }) => control).indexOf('CC9.2'),
    );
  });

  it('says what it cannot see, and never that all is well', () => {
    const { coverage, controls } = report('iso27001', {
      auditCheck: { ok: false, rows: 3, broken: { seq: 4, reason: 'changed' } },
    });
    expect(coverage.cannotSee.length).toBeGreaterThan(3);
    expect(coverage.audit).toEqual({ ok: false, rows: 3, problem: 'row 4: changed' });
    expect(controls.find(({ control }) => control === '8.15')?.gaps.join(' ')).toMatch(
      /audit log was changed/,
    );
  });

  it('holds no markup and no formula of what a log named', () => {
    const hostile = finding({
      title: '<img src=x onerror=alert(1)>',
      subject: { kind: 'tool-call', value: '=HYPERLINK("http://x")\n"' },
    });
    const html = toHtml(report('gdpr', { findings: [{ ...hostile, bundles: ['DLP'] }] }));
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x');
    const csv = toCsv(
      report('hipaa', {
        findings: [finding({ title: '=1+1', subject: { kind: 'session', value: 'a,"b"\r\nc' } })],
      }),
    );
    expect(csv).toContain(`"'=1+1: a,""b""\r\nc"`);
    expect(csv.split('\r\n')[0]).toBe(
      'framework,control,title,evidence,text,findingId,ruleId,severity,decision,firstSeen,lastSeen,times',
    );
  });
});
