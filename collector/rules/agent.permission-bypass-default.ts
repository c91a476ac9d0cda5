import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule, Match } from './rule.ts';
import { canonicalProgram } from './shared/commands.ts';
import { aliasFact, runningFact, settingFact, variableFact } from './shared/example-facts.ts';

/** Flags by which an agent stops asking; `flag value` means both in a row. Vendors' own help texts, 2026-11. */
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  claude: ['--dangerously-skip-permissions', '--permission-mode bypassPermissions'],
  codex: [
    '--dangerously-bypass-approvals-and-sandbox',
    '--yolo',
    '--sandbox danger-full-access',
    '-s danger-full-access',
  ],
  gemini: ['--yolo', '-y', '--approval-mode yolo'],
  qwen: ['--yolo', '-y', '--approval-mode yolo'],
  copilot: ['--allow-all-tools', '--allow-all', '--yolo', '--autopilot'],
  'cursor-agent': ['--force', '-f', '--yolo'],
  q: ['--trust-all-tools', '-a'],
  'kiro-cli': ['--trust-all-tools', '-a'],
  amp: ['--dangerously-allow-all'],
  droid: ['--skip-permissions-unsafe'],
  crush: ['--yolo', '-y'],
  aider: ['--yes-always'],
};
const AGENT_PROGRAM: Readonly<Record<string, string>> = {
  'claude-code': 'claude',
  'gemini-cli': 'gemini',
  'copilot-cli': 'copilot',
  'qwen-code': 'qwen',
  cursor: 'cursor-agent',
  kiro: 'kiro-cli',
};

export const agentPermissionBypassDefault: InventoryRule = {
  on: 'inventory',
  id: 'agent.permission-bypass-default',
  code: 'P-16',
  title: 'Agent runs commands without ever asking',
  severity: 'high',
  confidence: 'high',
  why: 'The question "may I run this?" is the moment a person can stop a mistake or an attack. This setting removes it for every run, not only for one.',
  triage: 'Is the machine a throw-away container, or one with access to company systems?',
  advice:
    'Remove the setting or alias. For long unattended runs use a container or the sandbox of the agent.',
  falsePositives: ['Disposable containers and virtual machines without credentials.'],
  references: ['https://atlas.mitre.org/techniques/AML.T0081'],
  taxonomies: { attack: [], atlas: ['AML.T0081'], owasp: ['ASI02', 'ASI09', 'LLM06:2025', 'SAFE-T1111'] },
  bundles: ['OVR', 'CFG'],
  match(fact) {
    const found = matchOf(fact);
    return found === undefined ? [] : [found];
  },
  examples: {
    hit: [
      { name: 'mode in settings', fact: settingFact('permissions.defaultMode', 'bypassPermissions') },
      {
        name: 'no sandbox and full access',
        fact: settingFact('sandbox_mode', 'danger-full-access', 'user', 'codex'),
      },
      {
        name: 'profile',
        fact: settingFact('profiles.fast.sandbox_mode', 'danger-full-access', 'user', 'codex'),
      },
      {
        name: 'yolo by default',
        fact: settingFact('general.defaultApprovalMode', 'yolo', 'user', 'gemini-cli'),
      },
      {
        name: 'editor approves all tools',
        fact: settingFact('chat.tools.global.autoApprove', true, 'user', 'vscode-copilot'),
      },
      {
        name: 'all permissions allowed',
        fact: settingFact('permission', { '*': 'allow' }, 'user', 'opencode'),
      },
      { name: 'alias', command: 'claude --dangerously-skip-permissions', fact: aliasFact('cc') },
      { name: 'alias with a mode', command: 'gemini --approval-mode=yolo', fact: aliasFact('g') },
      { name: 'variable', fact: variableFact('GOOSE_MODE', 'auto', 'user', '/home/dev/.zshrc') },
      {
        name: 'this run (medium)',
        fact: runningFact('claude-code', ['claude', '--dangerously-skip-permissions']),
      },
    ],
    miss: [
      {
        name: 'edits only',
        guards: 'the common half-way mode',
        fact: settingFact('permissions.defaultMode', 'acceptEdits'),
      },
      { name: 'plan mode', guards: 'a safer mode', fact: settingFact('permissions.defaultMode', 'plan') },
      {
        name: 'never ask, inside the sandbox',
        guards: 'a mode that fails instead of asking',
        fact: settingFact('approval_policy', 'never', 'user', 'codex'),
      },
      {
        name: 'workspace sandbox',
        guards: 'the default',
        fact: settingFact('sandbox_mode', 'workspace-write', 'user', 'codex'),
      },
      {
        name: 'bypass forbidden',
        guards: 'the opposite setting',
        fact: settingFact('permissions.disableBypassPermissionsMode', 'disable'),
      },
      {
        name: 'alias with a model',
        guards: 'harmless aliases',
        command: 'claude --model opus',
        fact: aliasFact('c'),
      },
      {
        name: 'another program',
        guards: 'the same letter elsewhere',
        command: 'npm init -y',
        fact: aliasFact('ni'),
      },
      {
        name: 'ordinary run',
        guards: 'agents at work',
        fact: runningFact('codex', ['codex', '--model', 'gpt-5']),
      },
    ],
  },
};

function matchOf(fact: InventoryFact): Match | undefined {
  switch (fact.kind) {
    case 'setting': {
      const reason = settingReason(fact.key, fact.value);
      if (reason === undefined || fact.scope === 'managed') return undefined;
      return { subject: `${fact.path}#${fact.key}`, detail: `${fact.path} ${reason}.` };
    }
    case 'environment':
      return fact.name === 'GOOSE_MODE' && fact.value === 'auto'
        ? {
            subject: `${fact.path}#${fact.name}`,
            detail: `${fact.path} lets Goose act without asking.`,
            ...lineOf(fact.line),
          }
        : undefined;
    case 'alias': {
      for (const command of fact.shell.commands) {
        const flag = bypassFlag(canonicalProgram(command), command.args);
        if (flag !== undefined)
          return {
            subject: `${fact.path}#${fact.name}`,
            detail: `The alias "${fact.name}" in ${fact.path} starts ${command.program} with ${flag}.`,
            line: fact.line,
          };
      }
      return undefined;
    }
    case 'running-agent': {
      const program = AGENT_PROGRAM[fact.agentId] ?? fact.agentId;
      const flag = bypassFlag(program, fact.argv);
      return flag === undefined
        ? undefined
        : {
            subject: fact.agentId,
            detail: `${program} runs with ${flag}: it does not ask before it acts.`,
            severity: 'medium',
          };
    }
    default:
      return undefined;
  }
}

function lineOf(line: number | undefined): { line?: number } {
  return line === undefined ? {} : { line };
}

function bypassFlag(program: string, args: readonly string[]): string | undefined {
  return FLAGS[program]?.find((flag) => {
    const [name = '', value] = flag.split(' ');
    if (value === undefined) return args.includes(name);
    return args.some((arg, i) => arg === `${name}=${value}` || (arg === name && args[i + 1] === value));
  });
}

function settingReason(key: string, value: unknown): string | undefined {
  const last = key.slice(key.lastIndexOf('.') + 1);
  if (key === 'permissions.defaultMode' && value === 'bypassPermissions')
    return 'lets the agent act without any question';
  if (last === 'sandbox_mode' && value === 'danger-full-access')
    return 'takes the agent out of its sandbox, with full access';
  if (key === 'general.defaultApprovalMode' && value === 'yolo')
    return 'lets the agent act without any question';
  if ((key === 'chat.tools.global.autoApprove' || key === 'chat.tools.autoApprove') && value === true)
    return 'approves every tool call by itself';
  if (key === 'autopilot' && value === true) return 'lets the agent act without any question';
  if (last === 'alwaysAllowExecute' && value === true) return 'approves every command by itself';
  if (key === 'permission' && (value === 'allow' || isAllowAll(value)))
    return 'allows every action without a question';
  return undefined;
}

function isAllowAll(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).some(([name, decision]) => name === '*' && decision === 'allow')
  );
}
