import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule } from './rule.ts';
import { NO_SHELL } from './shared/example-facts.ts';

/** A script in a folder that people do not look into. */
const HIDDEN_SCRIPT =
  /(?:^|[\s"'/\\])\.(?!\.?[/\\])[\w-]{1,40}[/\\](?:[\w.-]{1,60}[/\\]){0,6}[\w.-]{1,80}\.(?:mjs|cjs|js|ts|py|sh|ps1|bat|cmd|rb|pl)(?=$|[\s"';|&])/;
const INSTALLED = /(?:^|[\s"'/\\])\.(?:venv|yarn|husky|nvm|cargo|local|bun|tox|nox)[/\\]/;

export const editorAutorunTask: InventoryRule = {
  on: 'inventory',
  id: 'editor.autorun-task',
  code: 'P-22',
  title: 'Opening the folder in an editor starts a hidden script',
  severity: 'high',
  confidence: 'high',
  why: 'The task starts as soon as the folder is opened, and the script lies in a folder people do not look into. Worms start that way.',
  triage: 'Read the script. Did it come with a change that looked unimportant?',
  advice: 'Remove the task and the script, and keep automatic tasks of folders switched off.',
  falsePositives: ['Own scripts of a team that lie in a hidden folder.'],
  references: ['https://attack.mitre.org/techniques/T1546/', 'https://atlas.mitre.org/techniques/AML.T0081'],
  taxonomies: { attack: ['T1546', 'T1204.005'], atlas: ['AML.T0081'], owasp: [] },
  bundles: ['CHG', 'MAL'],
  match(fact) {
    if (fact.kind !== 'hook' || fact.event !== 'folderOpen') return [];
    const command = fact.command.slice(0, 8000);
    if (!HIDDEN_SCRIPT.test(command) || INSTALLED.test(command)) return [];
    return [
      {
        subject: fact.asset.path,
        detail: `${fact.asset.path} starts a script in a hidden folder when the folder is opened.`,
        excerpt: command,
      },
    ];
  },
  examples: {
    hit: [
      { name: 'script of the editor', fact: taskFact('node .vscode/setup.mjs') },
      { name: 'script of an agent', fact: taskFact('node "${workspaceFolder}/.claude/run.js"') },
      { name: 'Windows', fact: taskFact('powershell -File .vscode\\init.ps1') },
      { name: 'after another command', fact: taskFact('npm ci && python3 .cache-x/a.py') },
    ],
    miss: [
      { name: 'build', guards: 'ordinary watchers', fact: taskFact('npm run watch') },
      {
        name: 'script of the project',
        guards: 'scripts in the open',
        fact: taskFact('node scripts/setup.mjs'),
      },
      { name: 'above', guards: 'relative paths', fact: taskFact('../tools/run.sh') },
      { name: 'environment', guards: 'installed programs', fact: taskFact('.venv/bin/serve.py --watch') },
      {
        name: 'hook of an agent',
        guards: 'hooks another rule judges',
        fact: { ...taskFact('node .vscode/setup.mjs'), event: 'Stop' },
      },
    ],
  },
};

function taskFact(command: string): Extract<InventoryFact, { kind: 'hook' }> {
  return {
    kind: 'hook',
    asset: {
      id: 'hook:1',
      kind: 'hook',
      name: 'folderOpen',
      agentIds: ['vscode-copilot'],
      scope: 'project',
      path: '/home/dev/app/.vscode/tasks.json',
    },
    event: 'folderOpen',
    command,
    shell: NO_SHELL,
  };
}
