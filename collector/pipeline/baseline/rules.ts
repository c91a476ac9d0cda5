import type { Bundle } from '../../contract/finding.ts';

/** A kind of deviation: what a finding of it is called, why it matters and what to do. */
export interface BaselineRule {
  /** Slug: `baseline.new-tool`. */
  readonly id: string;
  /** Catalogue number: `D-01`. */
  readonly code: string;
  readonly title: string;
  readonly why: string;
  readonly advice: string;
  readonly falsePositives: readonly string[];
  readonly taxonomies: {
    readonly attack: readonly string[];
    readonly atlas: readonly string[];
    readonly owasp: readonly string[];
  };
  readonly bundles: readonly Bundle[];
}

const LOOK =
  'Look at the run. If the work explains it, acknowledge the finding: what was new is then learned as usual.';

function rule(
  code: string,
  id: string,
  title: string,
  why: string,
  falsePositives: readonly string[],
  more: Partial<Pick<BaselineRule, 'taxonomies' | 'bundles' | 'advice'>> = {},
): BaselineRule {
  return {
    code,
    id: `baseline.${id}`,
    title,
    why,
    falsePositives,
    advice: LOOK,
    taxonomies: { attack: [], atlas: [], owasp: ['ASI10'] },
    bundles: ['MON'],
    ...more,
  };
}

/** Deviations from what is usual, in the order of the catalogue. A finding carries the rule of its strongest one. */
export const BASELINE_RULES: readonly BaselineRule[] = [
  rule(
    'D-01',
    'new-tool',
    'Agent uses tools that are not usual for it',
    'A tool that was never needed before can be the work of a new instruction that did not come from you.',
    ['a newly installed MCP server', 'a new kind of task'],
    { bundles: ['MON', 'ACC'] },
  ),
  rule(
    'D-02',
    'new-verb',
    'Agent runs commands that are not usual for it',
    'Attackers bring their own commands; the ones of daily work repeat.',
    ['a first release or migration', 'a new tool chain'],
    { taxonomies: { attack: ['T1059'], atlas: [], owasp: ['ASI02', 'ASI10'] } },
  ),
  rule(
    'D-03',
    'new-destination',
    'Agent talks to hosts or repositories that are not usual for it',
    'Data leaves, and foreign instructions come in, through places that were not used before.',
    ['a new dependency or service', 'reading documentation'],
    { taxonomies: { attack: ['T1071'], atlas: [], owasp: ['ASI10'] }, bundles: ['MON', 'DLP'] },
  ),
  rule(
    'D-04',
    'new-path-class',
    'Agent touches kinds of files it does not usually touch',
    'Work stays in the project. Secrets, start-up files and other projects are what an attacker looks for.',
    ['setting up a machine', 'debugging the tool chain'],
    {
      taxonomies: { attack: ['T1083', 'T1552'], atlas: [], owasp: ['ASI03', 'ASI10'] },
      bundles: ['MON', 'SEC'],
    },
  ),
  rule(
    'D-05',
    'volume',
    'Agent works at an unusual pace, and does unusual things',
    'A burst of calls or tokens is how a loop, a sweep or a takeover looks from outside.',
    ['a large refactoring', 'a batch job'],
    { taxonomies: { attack: [], atlas: ['AML.T0034'], owasp: ['ASI08', 'ASI10'] } },
  ),
  rule(
    'D-06',
    'time',
    'Agent works at unusual hours, and does unusual things',
    'Work at an hour when nobody sits there is seen by nobody.',
    ['a release at night', 'travel', 'a scheduled job'],
  ),
  rule(
    'D-07',
    'errors-denials',
    'Agent fails or is denied more than usual, and does unusual things',
    'Many denials are how somebody feels for what is allowed.',
    ['a broken build', 'new permission rules'],
  ),
  rule(
    'D-08',
    'new-component',
    'Agent uses a server or model that is not usual for it',
    'A new component sees what the agent sees. It should be one that somebody chose.',
    ['a new model version', 'a server installed on purpose'],
    {
      taxonomies: { attack: ['T1195'], atlas: ['AML.T0010'], owasp: ['ASI04'] },
      bundles: ['MON', 'INV', 'SUP'],
    },
  ),
  rule(
    'D-09',
    'tree-shape',
    'Agent starts more sub-agents than usual, and does unusual things',
    'Many helpers multiply what goes wrong and make it harder to follow.',
    ['a research task', 'a new orchestration'],
    { taxonomies: { attack: [], atlas: [], owasp: ['ASI08', 'ASI10'] } },
  ),
  rule(
    'D-10',
    'sequence-rarity',
    'Agent works in an unusual order around something sensitive',
    'Each step may be ordinary; fetched text, then a secret, then something published is a story.',
    ['a release', 'a rotation of keys'],
    { taxonomies: { attack: ['T1020'], atlas: [], owasp: ['ASI01', 'ASI10'] }, bundles: ['MON', 'DLP'] },
  ),
  rule(
    'D-11',
    'identity-change',
    'Agent runs under another account',
    'Another account may have other rights, other rules and another owner.',
    ['a second account of the same person'],
    {
      taxonomies: { attack: ['T1078'], atlas: [], owasp: ['ASI03'] },
      bundles: ['MON', 'ACC'],
      advice: `Check whose account it is. ${LOOK}`,
    },
  ),
  rule(
    'D-12',
    'autonomy-shift',
    'Agent is supervised less than usual, and does unusual things',
    'With fewer questions asked, a mistake or an injected instruction goes further before anybody sees it.',
    ['a long task given on purpose'],
    { taxonomies: { attack: [], atlas: [], owasp: ['ASI09', 'ASI10'] }, bundles: ['MON', 'OVR'] },
  ),
  rule(
    'D-13',
    'peer-outlier',
    'A project stands out among the others for days',
    'What is unusual compared with all other work of the same person, again and again, is worth one look.',
    ['the only project of its kind'],
  ),
  rule(
    'D-14',
    'dormant-return',
    'A server or secret that was not used for long is used again',
    'What nobody uses nobody watches; a forgotten server or key is a favourite way in.',
    ['a yearly task', 'a project taken up again'],
    { taxonomies: { attack: ['T1078'], atlas: [], owasp: ['ASI03', 'ASI10'] }, bundles: ['MON', 'ACC'] },
  ),
];

const BY_CODE: ReadonlyMap<string, BaselineRule> = new Map(BASELINE_RULES.map((one) => [one.code, one]));

export function baselineRule(code: string): BaselineRule {
  const found = BY_CODE.get(code) ?? BASELINE_RULES[0];
  if (found === undefined) throw new Error('no baseline rules');
  return found;
}
