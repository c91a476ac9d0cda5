import { createHash } from 'node:crypto';
import type { Finding, Severity } from '../../contract/finding.ts';
import type { ScanDocument } from '../../contract/scan.ts';
import type { DetectionRule, ProcessRule } from '../../rules/rule.ts';

type Rule = Pick<
  DetectionRule | ProcessRule,
  'id' | 'title' | 'why' | 'advice' | 'severity' | 'confidence' | 'taxonomies' | 'falsePositives'
>;

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  informational: 'note',
};
/** GitHub sorts by this number: over 9 critical, over 7 high, over 4 medium. */
const SCORES: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  informational: '0.0',
};
/** GitHub takes at most 25,000 results of a run and shows 5,000: the worst come first. */
const MAX_RESULTS = 5_000;
/** GitHub shows ten tags of a rule, and descriptions up to 1,024 characters. */
const MAX_TAGS = 10;
const MAX_DESCRIPTION = 1_024;

/**
 * SARIF 2.1.0 as GitHub code scanning takes it: each result has a location, a rule of the same run, and a fingerprint
 * that stays the same from scan to scan.
 * @param root results below this folder get relative paths; others keep theirs
 */
export function toSarif(
  document: ScanDocument,
  rules: readonly Rule[],
  version: string,
  root: string,
): unknown {
  const findings = document.findings.slice(0, MAX_RESULTS);
  const used = [...new Set(findings.map((finding) => finding.ruleId))];
  const index = new Map(used.map((id, at) => [id, at]));
  const known = new Map(rules.map((rule) => [rule.id, rule]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Reeve',
            semanticVersion: version,
            rules: used.map((id) =>
              descriptor(
                id,
                known.get(id),
                findings.find((one) => one.ruleId === id),
              ),
            ),
          },
        },
        automationDetails: { id: 'reeve/scan/' },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => result(finding, index.get(finding.ruleId) ?? 0, root)),
      },
    ],
  };
}

function descriptor(id: string, rule: Rule | undefined, finding: Finding | undefined): unknown {
  const severity = rule?.severity ?? finding?.severity ?? 'low';
  const taxonomies = rule?.taxonomies ?? finding?.taxonomies;
  const title = rule?.title ?? finding?.title ?? id;
  return {
    id,
    name: id.replace(/(?:^|[.-])(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title.slice(0, MAX_DESCRIPTION) },
    fullDescription: { text: (rule?.why ?? title).slice(0, MAX_DESCRIPTION) },
    help: {
      text:
        [
          rule?.advice ?? finding?.advice ?? '',
          ...(rule?.falsePositives ?? []).map((one) => `May be wrong: ${one}`),
        ].join('\n') || title,
    },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      'security-severity': SCORES[severity],
      precision: rule?.confidence === 'high' ? 'high' : rule?.confidence === 'low' ? 'low' : 'medium',
      tags: [
        'security',
        ...(taxonomies?.attack ?? []),
        ...(taxonomies?.atlas ?? []),
        ...(taxonomies?.owasp ?? []),
      ].slice(0, MAX_TAGS),
    },
  };
}

function result(finding: Finding, ruleIndex: number, root: string): unknown {
  const places = finding.evidence.filter((one) => one.path !== undefined).slice(0, 10);
  const [first, ...others] = places.map((one) => location(one.path ?? '', one.line, root));
  return {
    ruleId: finding.ruleId,
    ruleIndex,
    level: LEVELS[finding.severity],
    message: { text: `${finding.why} (${finding.subject.value})` },
    // GitHub refuses a result without a place: what has none is about the machine.
    locations: [first ?? location('machine', undefined, root)],
    ...(others.length === 0 ? {} : { relatedLocations: others }),
    partialFingerprints: { primaryLocationLineHash: lineHash(finding.id), 'reeveFinding/v1': finding.id },
    properties: {
      'security-severity': SCORES[finding.severity],
      status: finding.status,
      count: finding.count,
    },
    ...(finding.status === 'suppressed' || finding.status === 'acknowledged'
      ? { suppressions: [{ kind: 'external', status: 'accepted' }] }
      : {}),
  };
}

/**
 * The one fingerprint that GitHub compares between scans. It has the form of a hash of the line and its number among equal
 * ones; ours is of the finding, which stays the same while lines above it come and go.
 */
function lineHash(findingId: string): string {
  return `${createHash('sha256').update(findingId).digest('hex').slice(0, 16)}:1`;
}

function location(path: string, line: number | undefined, root: string): unknown {
  const slashed = path.replaceAll('\\', '/');
  const folder = `${root.replaceAll('\\', '/').replace(/\/+$/, '')}/`;
  const isBelow = slashed.startsWith(folder);
  const uri = isBelow ? slashed.slice(folder.length) : slashed.replace(/^([A-Za-z]:)?\/*/, '');
  return {
    physicalLocation: {
      artifactLocation: {
        uri: relativeUri(uri),
      },
      region: { startLine: Math.max(1, line ?? 1) },
    },
  };
}

/** Nothing above the root, and never empty: code scanning refuses both. */
function relativeUri(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.length === 0
    ? 'machine'
    : parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/');
}
