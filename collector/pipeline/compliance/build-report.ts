import type { ComplianceReport, ControlEvidence, FindingSample } from '../../contract/compliance.ts';
import { CONTROLS } from '../../contract/controls.ts';
import {
  BUNDLES,
  SEVERITIES,
  severityRank,
  type Bundle,
  type Finding,
  type Severity,
} from '../../contract/finding.ts';
import type { Framework } from '../../contract/frameworks.ts';
import { evidenceOf, type BundleEvidence, type Evidence } from './evidence.ts';

const MAX_SAMPLES = 5;

export interface ReportScope {
  readonly framework: Framework;
  readonly host: string;
  readonly user: string;
  readonly sinceMs: number;
  readonly nowMs: number;
}

/** The report of one machine: every control of the framework that something here is evidence for, in its order. */
export function buildReport(evidence: Evidence, scope: ReportScope): ComplianceReport {
  const { framework, nowMs } = scope;
  const shown = new Map<Bundle, BundleEvidence>(
    BUNDLES.map((bundle) => [bundle, evidenceOf(bundle, evidence, nowMs)]),
  );
  const { id, name, edition, note } = framework;
  return {
    schemaVersion: 1,
    framework: { id, name, edition, note },
    host: scope.host,
    user: scope.user,
    generatedMs: nowMs,
    sinceMs: scope.sinceMs,
    controls: controlsOf(framework).map(([control, bundles]) =>
      toControl(control, bundles, framework, evidence.findings, shown),
    ),
    coverage: coverageOf(evidence),
  };
}

/** Control numbers of a framework with the bundles that support them, in natural order: 5.9 before 5.10. */
function controlsOf(framework: Framework): [string, Bundle[]][] {
  const bundles = new Map<string, Bundle[]>();
  for (const bundle of BUNDLES) {
    for (const control of CONTROLS[bundle][framework.name] ?? []) {
      const known = bundles.get(control);
      if (known === undefined) bundles.set(control, [bundle]);
      else known.push(bundle);
    }
  }
  return [...bundles].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
}

function toControl(
  control: string,
  bundles: readonly Bundle[],
  framework: Framework,
  all: readonly Finding[],
  shown: ReadonlyMap<Bundle, BundleEvidence>,
): ControlEvidence {
  const findings = all.filter((finding) => finding.bundles.some((bundle) => bundles.includes(bundle)));
  const title = framework.titles[control];
  const of = (part: keyof BundleEvidence): string[] => [
    ...new Set(bundles.flatMap((bundle) => shown.get(bundle)?.[part] ?? [])),
  ];
  return {
    control,
    ...(title === undefined ? {} : { title }),
    bundles,
    supports: of('supports'),
    findings: {
      total: findings.length,
      open: findings.filter((finding) => finding.status === 'open').length,
      decided: findings.filter((finding) => finding.status !== 'open').length,
      bySeverity: countBySeverity(findings),
    },
    samples: [...findings].sort(worstFirst).slice(0, MAX_SAMPLES).map(toSample),
    gaps: of('gaps'),
  };
}

function worstFirst(a: Finding, b: Finding): number {
  return severityRank(b.severity) - severityRank(a.severity) || b.lastSeenMs - a.lastSeenMs;
}

function countBySeverity(findings: readonly Finding[]): Record<Severity, number> {
  const counts: Record<Severity, number> = { informational: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

function toSample(finding: Finding): FindingSample {
  const { id, ruleId, title, severity, status, firstSeenMs, lastSeenMs } = finding;
  return {
    id,
    ruleId,
    title,
    about: finding.subject.value,
    severity,
    status,
    firstSeenMs,
    lastSeenMs,
    count: Math.max(1, finding.count),
  };
}

function coverageOf(evidence: Evidence): ComplianceReport['coverage'] {
  const { agents, sessions, findings, audit, auditCheck, loggedAgentIds } = evidence;
  const first = Math.min(...sessions.map((session) => session.startedMs));
  const { head, broken } = auditCheck;
  return {
    facts: [
      { label: 'Agents found', value: String(agents.length) },
      {
        label: 'Agents with session logs read',
        value: String(agents.filter(({ id }) => loggedAgentIds.has(id)).length),
      },
      { label: 'Sessions in the window', value: String(sessions.length) },
      ...(sessions.length === 0
        ? []
        : [{ label: 'Earliest session kept', value: new Date(first).toISOString() }]),
      {
        label: 'Findings in the window',
        value: `${String(findings.length)} (${SEVERITIES.toReversed()
          .map((severity) => `${severity} ${String(countBySeverity(findings)[severity])}`)
          .join(', ')})`,
      },
      { label: 'Actions and decisions in the audit log', value: String(audit.length) },
    ],
    audit: {
      ok: auditCheck.ok,
      rows: auditCheck.rows,
      ...(head === undefined ? {} : { head }),
      ...(broken === undefined ? {} : { problem: `row ${String(broken.seq)}: ${broken.reason}` }),
    },
    cannotSee: [
      'Agents that run only in the cloud or on other machines.',
      'Content of encrypted connections, and files that no tool call or process names.',
      'Times when the collector did not run, unless an agent logged them: its logs are read afterwards.',
      'What a person does without an agent: this is not watched.',
      ...agents
        .filter(({ id }) => !loggedAgentIds.has(id))
        .slice(0, 20)
        .map(({ name }) => `What ${name} does: its session logs are not read.`),
    ],
  };
}
