import type { Bundle, Severity } from '../contract/finding.ts';

/** Findings that together tell one story. */
export interface Recipe {
  readonly id: string;
  /** Number in the list of recipes: `R-3`. */
  readonly code: string;
  readonly title: string;
  readonly severity: Severity;
  /** Why these findings together are worse than each of them. */
  readonly why: string;
  readonly advice: string;
  /**
   * Groups of rules, by id or catalogue number. A story needs a finding of every group; with `inOrder` the first of each
   * comes no later than the last of the next.
   */
  readonly steps: readonly (readonly string[])[];
  readonly inOrder: boolean;
  /** `run`: one root session with its sub-agents; `machine`: everything here within the window. */
  readonly scope: 'run' | 'machine';
  /** Only findings at least this grave count as a step. */
  readonly minSeverity: Severity;
  readonly windowMs: number;
  readonly taxonomies: {
    readonly attack: readonly string[];
    readonly atlas: readonly string[];
    readonly owasp: readonly string[];
  };
  readonly bundles: readonly Bundle[];
}

const HOUR_MS = 3_600_000;

/** Rules by what they say happened. */
const ORDERS = ['B-51', 'B-22', 'B-50'];
const SECRETS = ['B-01', 'B-02', 'B-03', 'B-04', 'B-05', 'B-06', 'B-07', 'B-08', 'B-09', 'B-52'];
const LOSSES = ['B-14', 'B-15', 'B-16', 'B-17', 'B-18', 'B-19', 'B-20', 'B-21', 'B-41', 'B-42', 'B-57'];
const FOREIGN_CODE = ['B-10', 'B-11', 'B-12', 'B-13', 'B-39', 'B-40', 'N-11', 'B-54'];
const FOOTHOLDS = ['B-24', 'B-25', 'B-26'];
const OTHER_SETUP = ['B-27', 'B-28', 'B-29', 'P-20', 'P-21', 'P-22', 'I-15'];
const DAMAGE = ['B-30', 'B-32', 'B-33', 'B-34', 'B-35'];
const BLINDING = ['P-35', 'N-12', 'B-48', 'B-23'];

/** Stories worth one incident, the worst first: a run that fits several is told by the first. */
export const RECIPES: readonly Recipe[] = [
  {
    id: 'incident.injection-to-loss',
    code: 'R-3',
    title: 'An injected order led to a loss of data',
    severity: 'critical',
    why: 'Text of strangers gave an order, the agent followed it, and data left.',
    advice: 'Stop the session and keep its log. Renew every secret it touched, and report the text.',
    steps: [ORDERS, LOSSES],
    inOrder: true,
    scope: 'run',
    minSeverity: 'medium',
    windowMs: 6 * HOUR_MS,
    taxonomies: { attack: ['T1041'], atlas: ['AML.T0051.001', 'AML.T0086'], owasp: ['ASI01', 'LLM01:2025'] },
    bundles: ['DLP', 'INC'],
  },
  {
    id: 'incident.config-worm',
    code: 'R-1',
    title: 'Foreign code changed the set-up of agents',
    severity: 'critical',
    why: 'Code from outside ran, and then something was planted that runs again with the next session of an agent. Worms spread like that.',
    advice:
      'Isolate the computer. Remove what was planted before you renew tokens: some of these wait for that.',
    steps: [FOREIGN_CODE, OTHER_SETUP],
    inOrder: true,
    scope: 'machine',
    minSeverity: 'medium',
    windowMs: 24 * HOUR_MS,
    taxonomies: { attack: ['T1195.002', 'T1546'], atlas: ['AML.T0081'], owasp: ['ASI04', 'ASI08'] },
    bundles: ['SUP', 'CHG', 'INC'],
  },
  {
    id: 'incident.rug-pull',
    code: 'R-2',
    title: 'A server changed, and then did something new',
    severity: 'critical',
    why: 'The description or the program of a tool changed, and soon after it went where it had never gone.',
    advice: 'Switch the server off and compare it with the version you approved.',
    steps: [
      ['P-06', 'P-07', 'I-15'],
      ['D-03', 'D-04'],
    ],
    inOrder: true,
    scope: 'machine',
    minSeverity: 'low',
    windowMs: 24 * HOUR_MS,
    taxonomies: { attack: ['T1195.002'], atlas: ['AML.T0110'], owasp: ['MCP03:2025', 'ASI04'] },
    bundles: ['SUP', 'INC'],
  },
  {
    id: 'incident.hijacked-agent',
    code: 'R-5',
    title: 'An agent used as a tool by malware',
    severity: 'critical',
    why: 'An agent was started by something that should not start agents, secrets were gathered, and code was put where others can read it.',
    advice: 'Isolate the computer. Then renew every secret it holds.',
    steps: [['N-01', 'B-44'], ['B-09'], ['B-41', 'B-14', 'B-20']],
    inOrder: false,
    scope: 'machine',
    minSeverity: 'medium',
    windowMs: 24 * HOUR_MS,
    taxonomies: { attack: ['T1552', 'T1567.001'], atlas: ['AML.T0103', 'AML.T0126'], owasp: ['ASI08'] },
    bundles: ['MAL', 'INC'],
  },
  {
    id: 'incident.self-widening',
    code: 'R-4',
    title: 'The agent widened its rights, then did harm',
    severity: 'critical',
    why: 'The agent changed what it may do, and then did what it could not do before.',
    advice: 'Put the settings back and undo the damage before the next session.',
    steps: [['B-27', 'B-28', 'P-16', 'P-17'], DAMAGE],
    inOrder: true,
    scope: 'run',
    minSeverity: 'medium',
    windowMs: 12 * HOUR_MS,
    taxonomies: { attack: ['T1485', 'T1098'], atlas: ['AML.T0081', 'AML.T0101'], owasp: ['ASI03', 'ASI10'] },
    bundles: ['OVR', 'DST', 'INC'],
  },
  {
    id: 'incident.theft',
    code: 'R-8',
    title: 'Secrets read, then sent away',
    severity: 'critical',
    why: 'Secrets were read and data left in the same run. Each step alone may be work; together they look like theft.',
    advice: 'Stop the session. Renew what was read, and look at where it went.',
    steps: [SECRETS, LOSSES],
    inOrder: true,
    scope: 'run',
    minSeverity: 'medium',
    windowMs: 6 * HOUR_MS,
    taxonomies: { attack: ['T1552', 'T1041'], atlas: ['AML.T0055', 'AML.T0086'], owasp: ['ASI02'] },
    bundles: ['SEC', 'DLP', 'INC'],
  },
  {
    id: 'incident.foothold',
    code: 'R-9',
    title: 'Foreign code ran and stayed',
    severity: 'critical',
    why: 'Code from outside ran, and something was changed so that it, or its maker, can come back.',
    advice: 'Isolate the computer and remove what starts by itself. Treat it as taken over.',
    steps: [FOREIGN_CODE, FOOTHOLDS],
    inOrder: true,
    scope: 'run',
    minSeverity: 'medium',
    windowMs: 12 * HOUR_MS,
    taxonomies: { attack: ['T1059', 'T1547'], atlas: ['AML.T0050'], owasp: ['ASI05'] },
    bundles: ['MAL', 'INC'],
  },
  {
    id: 'incident.blind-agent',
    code: 'R-6',
    title: 'Something grave happened while the traces were removed',
    severity: 'critical',
    why: 'Records were removed, protection was switched off, or the log does not say what ran; and in the same run something grave happened.',
    advice: 'Isolate the computer. What is in the log may not be all.',
    steps: [
      BLINDING,
      [...SECRETS, ...LOSSES, ...FOREIGN_CODE, ...FOOTHOLDS, ...DAMAGE, 'B-37', 'B-38', 'B-43'],
    ],
    inOrder: false,
    scope: 'run',
    minSeverity: 'high',
    windowMs: 12 * HOUR_MS,
    taxonomies: { attack: ['T1070', 'T1562'], atlas: ['AML.T0092'], owasp: ['MCP08:2025'] },
    bundles: ['MON', 'INC'],
  },
  {
    id: 'incident.stolen-key',
    code: 'R-7',
    title: 'A key is used by somebody else',
    severity: 'high',
    why: 'The same credential turns up under another identity and talks to a model that is not yours.',
    advice: 'Renew the key, and look at the bill and the log of its provider.',
    steps: [['P-27'], ['D-11'], ['N-08']],
    inOrder: false,
    scope: 'machine',
    minSeverity: 'low',
    windowMs: 72 * HOUR_MS,
    taxonomies: { attack: ['T1078'], atlas: ['AML.T0012'], owasp: ['ASI03'] },
    bundles: ['SEC', 'INC'],
  },
];
