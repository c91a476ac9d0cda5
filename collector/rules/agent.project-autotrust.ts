import type { InventoryRule } from './rule.ts';
import { settingFact } from './shared/example-facts.ts';

/** Folders that hold many repositories, or whatever was downloaded. */
const TOO_WIDE =
  /^(?:[/\\]|~[/\\]?|\$HOME[/\\]?|[A-Za-z]:[/\\]?|\/(?:home|Users|root|tmp|var\/tmp|mnt|opt|private\/tmp)(?:\/[^/]+)?\/?|[A-Za-z]:[/\\]Users(?:[/\\][^/\\]+)?[/\\]?)$/;
const DOWNLOADS = /[/\\](?:Downloads|Desktop|Temp|tmp|\.Trash)[/\\]?$/i;

export const agentProjectAutotrust: InventoryRule = {
  on: 'inventory',
  id: 'agent.project-autotrust',
  code: 'P-10',
  title: 'Agent trusts every project without asking',
  severity: 'high',
  confidence: 'high',
  why: 'With this setting, opening a cloned or downloaded folder is enough to start the programs it brings along. You are not asked first.',
  triage: 'Was the setting chosen by you, or did a project bring it?',
  advice: 'Turn the setting off and trust single projects when you are asked.',
  falsePositives: ['One monorepo that your own team owns, trusted by its exact path (not reported).'],
  references: ['https://atlas.mitre.org/techniques/AML.T0081'],
  taxonomies: { attack: [], atlas: ['AML.T0081'], owasp: ['ASI09', 'ASI04'] },
  bundles: ['CFG', 'OVR'],
  match(fact) {
    if (fact.kind !== 'setting' || fact.scope === 'managed') return [];
    const reason = reasonOf(fact.key, fact.value);
    if (reason === undefined) return [];
    return [{ subject: `${fact.path}#${fact.key}`, detail: `${fact.path} ${reason}.` }];
  },
  examples: {
    hit: [
      { name: 'all servers of a project', fact: settingFact('enableAllProjectMcpServers', true) },
      { name: 'wildcard', fact: settingFact('enabledMcpjsonServers', ['*']) },
      {
        name: 'home folder',
        fact: settingFact('projects./home/dev.trust_level', 'trusted', 'user', 'codex'),
      },
      {
        name: 'downloads',
        fact: settingFact('projects./home/dev/Downloads.trust_level', 'trusted', 'user', 'codex'),
      },
      {
        name: 'list with the root',
        fact: settingFact('trusted_folders', ['/home/dev/app', '/'], 'user', 'copilot-cli'),
      },
      {
        name: 'editor trust off',
        fact: settingFact('security.workspace.trust.enabled', false, 'user', 'vscode-copilot'),
      },
      {
        name: 'tasks start by themselves',
        fact: settingFact('task.allowAutomaticTasks', 'on', 'user', 'vscode-copilot'),
      },
    ],
    miss: [
      {
        name: 'one project',
        guards: 'trust given to an exact folder',
        fact: settingFact('projects./home/dev/work/shop.trust_level', 'trusted', 'user', 'codex'),
      },
      {
        name: 'untrusted home',
        guards: 'the opposite decision',
        fact: settingFact('projects./home/dev.trust_level', 'untrusted', 'user', 'codex'),
      },
      {
        name: 'named servers',
        guards: 'approval one by one',
        fact: settingFact('enabledMcpjsonServers', ['docs', 'tickets']),
      },
      { name: 'off', guards: 'the safe value', fact: settingFact('enableAllProjectMcpServers', false) },
      {
        name: 'policy of the company',
        guards: 'managed settings',
        fact: settingFact('enableAllProjectMcpServers', true, 'managed'),
      },
      {
        name: 'tasks ask',
        guards: 'the default',
        fact: settingFact('task.allowAutomaticTasks', 'off', 'user', 'vscode-copilot'),
      },
    ],
  },
};

function reasonOf(key: string, value: unknown): string | undefined {
  if (key === 'enableAllProjectMcpServers')
    return value === true ? 'starts every tool server a project brings, without asking' : undefined;
  if (key === 'enabledMcpjsonServers')
    return Array.isArray(value) && value.includes('*')
      ? 'approves every tool server a project brings'
      : undefined;
  if (key === 'security.workspace.trust.enabled')
    return value === false ? 'switches off the question whether a folder is trusted' : undefined;
  if (key === 'task.allowAutomaticTasks')
    return value === 'on' ? 'lets tasks of a folder start when it is opened' : undefined;
  const project = /^projects\.(.+)\.trust_level$/.exec(key)?.[1];
  if (project !== undefined)
    return value === 'trusted' && isWide(project) ? `trusts everything below ${project}` : undefined;
  if (key === 'trusted_folders' || key === 'trustedFolders') {
    const wide = pathsOf(value).find(isWide);
    return wide === undefined ? undefined : `trusts everything below ${wide}`;
  }
  return undefined;
}

function isWide(path: string): boolean {
  return TOO_WIDE.test(path) || DOWNLOADS.test(path);
}

/** A list of folders, or a map from folder to decision. */
function pathsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string').slice(0, 1000);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(
      ([, decision]) =>
        decision === true || (typeof decision === 'string' && /^TRUST_|^trusted$/.test(decision)),
    )
    .map(([path]) => path)
    .slice(0, 1000);
}
