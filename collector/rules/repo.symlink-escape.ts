import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';
import { classifyPath, type PathClass, SECRET_CLASSES } from './shared/path-classes.ts';

/** Written to, these run something or decide what agents may do. */
const STEERS: ReadonlySet<PathClass> = new Set([
  'authorized-keys',
  'ssh-config',
  'sshd-config',
  'sudoers',
  'shell-rc',
  'scheduler',
  'git-config',
  'mcp-config',
  'agent-config',
  'hosts-file',
  'root-ca',
  'device',
  'container-socket',
  'shell-history',
  'process-memory',
]);
const WHOLE = /^(?:\/|[A-Za-z]:\/?|\/(?:home|Users|root|etc))$/;

export const repoSymlinkEscape: InventoryRule = {
  on: 'inventory',
  id: 'repo.symlink-escape',
  code: 'P-36',
  title: 'Link in a project leads to secrets or settings outside of it',
  severity: 'high',
  confidence: 'high',
  why: 'An agent that reads or writes this file reads or writes the one behind the link. A question such as "may I edit docs/notes.md?" then hides which file is meant.',
  triage: 'Did the link come with the repository (`git log -- PATH`)?',
  advice: 'Remove the link, and look whether an agent read or wrote through it.',
  falsePositives: ['A repository of dotfiles that links into your own home on purpose.'],
  references: ['https://attack.mitre.org/techniques/T1574/', 'https://atlas.mitre.org/techniques/AML.T0081'],
  taxonomies: { attack: ['T1574'], atlas: ['AML.T0081'], owasp: ['ASI05'] },
  bundles: ['CHG'],
  match(fact) {
    if (fact.kind !== 'project-link') return [];
    const what = whatIs(fact.target, fact.home);
    return what === undefined
      ? []
      : [{ subject: fact.path, detail: `${fact.path} is a link to ${fact.target}: ${what}.` }];
  },
  examples: {
    hit: [
      { name: 'key', fact: link('docs/notes.md', '/home/dev/.ssh/id_ed25519') },
      { name: 'settings of an agent', fact: link('.config.json', '/home/dev/.claude/settings.json') },
      { name: 'start-up file of the shell', fact: link('log.txt', '/home/dev/.zshrc') },
      { name: 'cloud login', fact: link('data', '/home/dev/.aws/credentials') },
      { name: 'whole home', fact: link('all', '/home/dev') },
      { name: 'passwords of the machine', fact: link('users', '/etc/shadow') },
      { name: 'folder of keys', fact: link('k', '/home/dev/.ssh') },
    ],
    miss: [
      { name: 'sister project', guards: 'repositories side by side', fact: link('lib', '/home/dev/lib') },
      { name: 'data disk', guards: 'large files elsewhere', fact: link('data', '/mnt/data/set-1') },
      {
        name: 'package store',
        guards: 'links of package managers',
        fact: link('x', '/home/dev/.local/share/pnpm/store/v10/x'),
      },
      {
        name: 'system library',
        guards: 'files everybody may read',
        fact: link('zoneinfo', '/usr/share/zoneinfo'),
      },
    ],
  },
};

function whatIs(target: string, home: string): string | undefined {
  if (WHOLE.test(target) || target === home) return 'everything below it is in reach';
  const kind = classifyPath(target, { home, platform: 'linux' });
  if (SECRET_CLASSES.has(kind)) return 'secrets are kept there';
  return STEERS.has(kind) ? 'it decides what is run or allowed' : undefined;
}

function link(name: string, target: string): InventoryFact {
  return {
    kind: 'project-link',
    project: '/home/dev/app',
    path: `/home/dev/app/${name}`,
    target,
    home: '/home/dev',
  };
}
