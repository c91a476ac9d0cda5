import type { InventoryRule } from './rule.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';

/** Folders only an administrator may write to, where agents look for settings of the company. */
const MANAGED =
  /^(?:\/etc\/|\/Library\/(?:Application Support|Managed Preferences)\/|[A-Za-z]:[/\\](?:ProgramData|Program Files)[/\\])/i;

export const policyManagedSettingsGap: InventoryRule = {
  on: 'inventory',
  id: 'policy.managed-settings-gap',
  code: 'P-34',
  title: 'Settings of the company can be changed by ordinary users',
  severity: 'critical',
  confidence: 'high',
  why: 'Agents of every account on this machine follow this file. Whoever may write it decides what all of them run.',
  triage: 'Compare the file with what was handed out, and look who changed it last.',
  advice: 'Give the file and its folder to the administrator account and take the write right from others.',
  falsePositives: ['A machine whose only user is its administrator.'],
  references: ['https://attack.mitre.org/techniques/T1574/', 'https://atlas.mitre.org/techniques/AML.T0081'],
  taxonomies: { attack: ['T1574'], atlas: ['AML.T0081'], owasp: [] },
  bundles: ['CFG', 'CHG'],
  match(fact) {
    if (fact.kind !== 'file-mode' || !MANAGED.test(fact.path)) return [];
    const others = (fact.mode & 0o002) !== 0;
    if (!others && (fact.mode & 0o020) === 0) return [];
    return [
      {
        subject: fact.path,
        detail: `${fact.path} steers agents of all accounts and can be changed by ${others ? 'everybody' : 'its group'} (mode 0${(fact.mode & 0o777).toString(8).padStart(3, '0')}).`,
        severity: others ? 'critical' : 'high',
      },
    ];
  },
  examples: {
    hit: [
      { name: 'everybody (critical)', fact: modeFact('/etc/claude-code/managed-settings.json', 0o666) },
      { name: 'the group (high)', fact: modeFact('/etc/codex/managed_config.toml', 0o664) },
      {
        name: 'on a Mac (critical)',
        fact: modeFact('/Library/Application Support/ClaudeCode/managed-settings.json', 0o777),
      },
      { name: 'write only for others (critical)', fact: modeFact('/etc/gemini-cli/settings.json', 0o602) },
    ],
    miss: [
      {
        name: 'as handed out',
        guards: 'the normal mode',
        fact: modeFact('/etc/claude-code/managed-settings.json', 0o644),
      },
      {
        name: 'closed',
        guards: 'stricter than normal',
        fact: modeFact('/etc/claude-code/managed-settings.json', 0o600),
      },
      {
        name: 'file of the user',
        guards: 'files another rule judges',
        fact: modeFact('/home/dev/.claude/settings.json', 0o666),
      },
      {
        name: 'folder of a similar name',
        guards: 'paths that only contain the name',
        fact: modeFact('/home/dev/etc/settings.json', 0o666),
      },
    ],
  },
};

function modeFact(path: string, mode: number): InventoryFact {
  return { kind: 'file-mode', agentIds: ['claude-code'], path, mode, holds: 'config', backupCopy: false };
}
