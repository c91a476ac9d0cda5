import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';

type Install = Extract<InventoryFact, { kind: 'install' }>;

/** Where a program is put that nobody installed. */
const SUSPECT: readonly (readonly [RegExp, string])[] = [
  [/^(?:\/private)?(?:\/tmp|\/var\/tmp|\/dev\/shm|\/var\/folders)\//, 'a folder for temporary files'],
  [
    /^[A-Za-z]:\/(?:Users\/[^/]+\/AppData\/Local\/Temp|Windows\/Temp|Temp)\//i,
    'a folder for temporary files',
  ],
  [
    /^(?:\/home\/[^/]+|\/Users\/[^/]+|\/root|[A-Za-z]:\/Users\/[^/]+)\/Downloads\//i,
    'the folder for downloads',
  ],
  [/\/(?:\.Trash|Trash\/files|\$Recycle\.Bin)\//i, 'the trash'],
  [/^[A-Za-z]:\/Users\/Public\//i, 'a folder everybody may write to'],
];
/** A package manager puts the same program of many projects there; none of them is the one that was installed. */
const OF_A_PROJECT = /\/node_modules\/\.bin\//;

export const agentBinaryUntrusted: InventoryRule = {
  on: 'inventory',
  id: 'agent.binary-untrusted',
  code: 'P-32',
  title: 'Program with the name of an agent lies where none is installed',
  severity: 'high',
  confidence: 'medium',
  why: 'The shell starts this file when you type the name of the agent. It is in a place where any program or project can put something, so it may be another program under a known name.',
  triage: 'Where did the file come from, and which file starts when you type the name?',
  advice: 'Remove it, take the folder out of the search path, and install the agent from its vendor.',
  falsePositives: ['A build of your own that you try out.'],
  references: [
    'https://attack.mitre.org/techniques/T1036/005/',
    'https://attack.mitre.org/techniques/T1554/',
  ],
  taxonomies: { attack: ['T1036.005', 'T1554'], atlas: ['AML.T0074'], owasp: [] },
  bundles: ['MAL', 'SUP'],
  match(fact) {
    if (fact.kind !== 'install') return [];
    const reason = reasonOf(fact);
    return reason === undefined
      ? []
      : [{ subject: fact.path, detail: `${fact.path} would be started as ${fact.agentId}: it ${reason}.` }];
  },
  examples: {
    hit: [
      { name: 'in /tmp', fact: install('/tmp/bin/claude') },
      {
        name: 'link into downloads',
        fact: install('/home/dev/.local/bin/codex', '/home/dev/Downloads/codex'),
      },
      { name: 'project in the search path', fact: install('/home/dev/app/node_modules/.bin/claude') },
      { name: 'anybody can replace it', fact: { ...install('/usr/local/bin/claude'), mode: 0o777 } },
      { name: 'Windows temp', fact: install('C:/Users/dev/AppData/Local/Temp/claude.exe') },
    ],
    miss: [
      {
        name: 'home below /tmp',
        guards: 'homes of tests and containers',
        fact: { ...install('/tmp/demo/ana/.local/bin/claude'), home: '/tmp/demo/ana' },
      },
      {
        name: 'installed',
        guards: 'the usual folders',
        fact: { ...install('/usr/local/bin/claude'), mode: 0o755 },
      },
      {
        name: 'link of an installer',
        guards: 'versioned installs',
        fact: install('/home/dev/.local/bin/claude', '/home/dev/.local/share/claude/versions/2.1.0'),
      },
      {
        name: 'global package',
        guards: 'packages of a runtime',
        fact: install('/usr/local/bin/codex', '/usr/local/lib/node_modules/@openai/codex/bin/codex.js'),
      },
      {
        name: 'group of administrators',
        guards: 'Homebrew, whose folders belong to a group',
        fact: { ...install('/opt/homebrew/bin/goose'), mode: 0o775 },
      },
      {
        name: 'extension',
        guards: 'what is no program',
        fact: { ...install('/tmp/x/anthropic.claude-code-2.1.0'), method: 'extension:vscode' },
      },
    ],
  },
};

function reasonOf({ path, realPath, home, method, mode }: Install): string | undefined {
  if (method !== 'command') return undefined;
  for (const place of new Set([path, realPath])) {
    const suspect = SUSPECT.find(([pattern]) => pattern.test(asInHome(place, home)))?.[1];
    if (suspect !== undefined)
      return place === path ? `lies in ${suspect}` : `is a link to ${place}, in ${suspect}`;
  }
  if (OF_A_PROJECT.test(path)) return 'belongs to a project, whose folder is in the search path';
  return mode !== undefined && (mode & 0o002) !== 0
    ? 'can be replaced by every account of the machine'
    : undefined;
}

/** A home below `/tmp`, such as a test's, is judged as one in its usual place. */
function asInHome(place: string, home: string | undefined): string {
  return home !== undefined && place.startsWith(`${home}/`) ? `/home/_${place.slice(home.length)}` : place;
}

function install(path: string, realPath = path): Install {
  return { kind: 'install', agentId: 'claude-code', path, realPath, method: 'command' };
}
