import type { BaselineRule } from '../rule.ts';
import { BASE, ORDINARY } from './base.ts';

/** How a run goes: how much, when, with what, in which order. */
export const SHAPE_RULES: readonly BaselineRule[] = [
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
];
