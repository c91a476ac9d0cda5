import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';

const OTHERS_READ = 0o004;
const GROUP_READ = 0o040;
const OTHERS_WRITE = 0o002;
const GROUP_WRITE = 0o020;

export const secretFilePermissive: InventoryRule = {
  on: 'inventory',
  id: 'secret.file-permissive',
  code: 'P-25',
  title: 'Other people can open a file with secrets or agent settings',
  severity: 'high',
  confidence: 'high',
  why: 'Another account or a synchronised folder can read the secret, or change what your agent is told to do.',
  triage: 'Do other people or services use this machine, and does the folder above let them in?',
  advice: 'Limit the file to yourself (chmod 600) and move it out of shared and synchronised folders.',
  falsePositives: ['Machines with one user, where the home folder itself is closed to others.'],
  references: [
    'https://attack.mitre.org/techniques/T1552/001/',
    'https://attack.mitre.org/techniques/T1222/',
  ],
  taxonomies: { attack: ['T1552.001', 'T1222'], atlas: [], owasp: ['MCP01'] },
  bundles: ['SEC', 'ACC'],
  match(fact) {
    if (fact.kind === 'credential') {
      if (!fact.sharedFolder || fact.placeholder || !fact.credential.plaintext) return [];
      const { path } = fact.credential.location;
      return [
        {
          subject: path,
          detail: `${path} holds a secret and lies in a folder that is synchronised to other places.`,
        },
      ];
    }
    if (fact.kind !== 'file-mode') return [];
    const { mode, path } = fact;
    const octal = `0${(mode & 0o777).toString(8).padStart(3, '0')}`;
    if (fact.holds === 'secret') {
      const copy = fact.backupCopy ? ', a left-over copy,' : '';
      if ((mode & (OTHERS_READ | OTHERS_WRITE)) !== 0)
        return [
          {
            subject: path,
            detail: `${path}${copy} holds secrets and is open to every account (mode ${octal}).`,
          },
        ];
      if ((mode & (GROUP_READ | GROUP_WRITE)) !== 0)
        return [
          {
            subject: path,
            detail: `${path}${copy} holds secrets and is open to its group (mode ${octal}).`,
            severity: 'medium',
          },
        ];
      if (fact.backupCopy)
        return [
          { subject: path, detail: `${path} is a left-over copy of a file with secrets.`, severity: 'low' },
        ];
      return [];
    }
    if ((mode & OTHERS_WRITE) !== 0)
      return [
        {
          subject: path,
          detail: `${path} steers an agent and can be changed by every account (mode ${octal}).`,
        },
      ];
    return [];
  },
  examples: {
    hit: [
      { name: 'readable by all', fact: modeFact(0o644, 'secret') },
      { name: 'readable by the group (medium)', fact: modeFact(0o640, 'secret') },
      { name: 'settings everybody can change', fact: modeFact(0o666, 'config') },
      { name: 'left-over copy (low)', fact: modeFact(0o600, 'secret', true) },
      {
        name: 'in a synchronised folder',
        fact: {
          kind: 'credential',
          sharedFolder: true,
          placeholder: false,
          credential: {
            id: 'c',
            kind: 'github-pat',
            provider: 'GitHub',
            location: { path: '/home/dev/Dropbox/.mcp.json' },
            fingerprint: 'fp_000000000000000000000000',
            plaintext: true,
            usedBy: { agentIds: [], mcpServerIds: [] },
          },
        },
      },
    ],
    miss: [
      { name: 'closed', guards: 'the normal mode of a secret', fact: modeFact(0o600, 'secret') },
      { name: 'read-only', guards: 'stricter than normal', fact: modeFact(0o400, 'secret') },
      {
        name: 'settings others may read',
        guards: 'the normal mode of settings',
        fact: modeFact(0o644, 'config'),
      },
      {
        name: 'settings of a group',
        guards: 'systems where every user has an own group',
        fact: modeFact(0o664, 'config'),
      },
      {
        name: 'not synchronised',
        guards: 'ordinary credentials',
        fact: {
          kind: 'credential',
          sharedFolder: false,
          placeholder: false,
          credential: {
            id: 'c',
            kind: 'github-pat',
            provider: 'GitHub',
            location: { path: '/home/dev/.mcp.json' },
            fingerprint: 'fp_000000000000000000000000',
            plaintext: true,
            usedBy: { agentIds: [], mcpServerIds: [] },
          },
        },
      },
    ],
  },
};

function modeFact(mode: number, holds: 'secret' | 'config', backupCopy = false): InventoryFact {
  return {
    kind: 'file-mode',
    agentIds: ['claude-code'],
    path: '/home/dev/.agent/file.json',
    mode,
    holds,
    backupCopy,
  };
}
