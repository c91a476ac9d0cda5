import type { Severity } from '../contract/finding.ts';
import type { InventoryFact } from '../contract/inventory-fact.ts';
import type { InventoryRule, Match } from './rule.ts';
import { serverFact, settingFact } from './shared/example-facts.ts';
import { allowRisk, commandRisk, type AllowRisk } from './shared/wildcards.ts';

const MEANING: Readonly<Record<AllowRisk, { readonly severity: Severity; readonly words: string }>> = {
  everything: { severity: 'high', words: 'any command' },
  'any-code': { severity: 'high', words: 'any code or program' },
  'any-edit': { severity: 'high', words: 'changes to any file' },
  network: { severity: 'medium', words: 'transfers to any host' },
  'any-mcp-tool': { severity: 'medium', words: 'every tool of every server' },
  'any-page': { severity: 'low', words: 'every web page' },
  'runs-others': { severity: 'low', words: 'a program that can start others' },
};
const ORDER: readonly AllowRisk[] = [
  'everything',
  'any-code',
  'any-edit',
  'network',
  'any-mcp-tool',
  'any-page',
  'runs-others',
];

export const agentToolAllowlistWildcard: InventoryRule = {
  on: 'inventory',
  id: 'agent.tool-allowlist-wildcard',
  code: 'P-17',
  title: 'Standing permission is wider than it looks',
  severity: 'high',
  confidence: 'high',
  why: 'This permission lets the agent do far more than its name suggests without asking: run any program, or send data to any address. A text the agent reads can make use of that.',
  triage: 'Which command was the permission once given for?',
  advice: 'Replace the wildcard by the commands you really use, for example Bash(npm run test:*).',
  falsePositives: ['Agents that only run in a container without network and credentials.'],
  references: ['https://atlas.mitre.org/techniques/AML.T0081'],
  taxonomies: { attack: [], atlas: ['AML.T0081'], owasp: ['ASI02', 'MCP02'] },
  bundles: ['ACC'],
  match(fact) {
    const rules = rulesOf(fact);
    const found = rules
      .map(({ text, risk }) => ({ text, risk: risk ?? allowRisk(text) }))
      .filter((rule): rule is { text: string; risk: AllowRisk } => rule.risk !== undefined)
      .sort((a, b) => ORDER.indexOf(a.risk) - ORDER.indexOf(b.risk));
    const worst = found[0];
    if (worst === undefined) return [];
    return [
      toMatch(
        fact,
        worst.risk,
        found.map((rule) => rule.text),
      ),
    ];
  },
  examples: {
    hit: [
      { name: 'every command', fact: settingFact('permissions.allow', ['Bash(*)']) },
      { name: 'bare tool', fact: settingFact('permissions.allow', ['Read', 'Bash']) },
      { name: 'any transfer (medium)', fact: settingFact('permissions.allow', ['Bash(curl:*)']) },
      { name: 'any code', fact: settingFact('permissions.allow', ['Bash(npm test)', 'Bash(python3:*)']) },
      { name: 'find can run programs (low)', fact: settingFact('permissions.allow', ['Bash(find:*)']) },
      { name: 'edit the whole home', fact: settingFact('permissions.allow', ['Edit(~/**)']) },
      { name: 'every MCP tool', fact: settingFact('permissions.allow', ['mcp__*']) },
      {
        name: 'Gemini shell',
        fact: settingFact('tools.allowed', ['run_shell_command'], 'user', 'gemini-cli'),
      },
      {
        name: 'terminal of the editor',
        fact: settingFact('chat.tools.terminal.autoApprove', { '/.*/': true }, 'user', 'vscode-copilot'),
      },
      { name: 'all tools of a server', fact: serverFact({ autoApproved: ['*'], command: 'node' }) },
    ],
    miss: [
      {
        name: 'narrow prefixes',
        guards: 'permissions as they should be',
        fact: settingFact('permissions.allow', [
          'Bash(npm run test:*)',
          'Bash(git status:*)',
          'Bash(git diff:*)',
          'Bash(ls:*)',
          'Bash(cat:*)',
        ]),
      },
      {
        name: 'exact commands',
        guards: 'approvals of one command',
        fact: settingFact('permissions.allow', [
          'Bash(curl https://example.com/health)',
          'Bash(python3 build.py)',
        ]),
      },
      {
        name: 'module',
        guards: 'a fixed module of an interpreter',
        fact: settingFact('permissions.allow', ['Bash(python -m pytest:*)']),
      },
      {
        name: 'reading',
        guards: 'read-only tools',
        fact: settingFact('permissions.allow', ['Read', 'Glob', 'Grep', 'WebSearch', 'Read(~/**)']),
      },
      {
        name: 'project files',
        guards: 'edits below the project',
        fact: settingFact('permissions.allow', ['Edit', 'Edit(src/**)', 'Write(docs/**)']),
      },
      {
        name: 'one server',
        guards: 'tools of a named server',
        fact: settingFact('permissions.allow', ['mcp__docs__search', 'mcp__tickets']),
      },
      {
        name: 'one site',
        guards: 'pages of a named host',
        fact: settingFact('permissions.allow', ['WebFetch(domain:docs.example.com)']),
      },
      {
        name: 'denied',
        guards: 'the deny-list',
        fact: settingFact('permissions.deny', ['Bash(curl:*)', 'Bash(*)']),
      },
      {
        name: 'editor terminal, narrow',
        guards: 'single programs, and a refusal',
        fact: settingFact(
          'chat.tools.terminal.autoApprove',
          { 'npm test': true, curl: false, '/^git (status|diff)\\b/': true },
          'user',
          'vscode-copilot',
        ),
      },
      {
        name: 'named tools',
        guards: 'approval of single tools',
        fact: serverFact({ autoApproved: ['search'], command: 'node' }),
      },
    ],
  },
};

interface Rule {
  readonly text: string;
  readonly risk?: AllowRisk;
}

const MAX_RULES = 5000;

function rulesOf(fact: InventoryFact): Rule[] {
  if (fact.kind === 'mcp-server')
    return fact.server.autoApproved?.includes('*') === true
      ? [{ text: `all tools of ${fact.server.name}`, risk: 'any-mcp-tool' }]
      : [];
  if (fact.kind !== 'setting' || fact.scope === 'managed') return [];
  if (/^permissions\.allow$|^tools\.allowed$|(?:^|\.)allowedTools$/.test(fact.key)) {
    const list: readonly unknown[] = Array.isArray(fact.value) ? fact.value : [];
    return list.slice(0, MAX_RULES).flatMap((text) => (typeof text === 'string' ? [{ text }] : []));
  }
  if (
    fact.key === 'chat.tools.terminal.autoApprove' &&
    typeof fact.value === 'object' &&
    fact.value !== null
  ) {
    const entries: [string, unknown][] = Object.entries(fact.value);
    return entries.slice(0, MAX_RULES).flatMap(([text, decision]) => {
      if (!isApproved(decision)) return [];
      const risk = /^\/(?:\^?\.[*+]\$?|\^|)\/\w*$/.test(text) ? 'everything' : commandRisk(text, true);
      return risk === undefined ? [] : [{ text, risk }];
    });
  }
  return [];
}

/** `true`, or `{ approve: true, … }`. */
function isApproved(decision: unknown): boolean {
  if (decision === true) return true;
  return (
    typeof decision === 'object' && decision !== null && 'approve' in decision && decision.approve === true
  );
}

function toMatch(fact: InventoryFact, risk: AllowRisk, texts: readonly string[]): Match {
  const meaning = MEANING[risk];
  const shown = texts.slice(0, 5).join(', ') + (texts.length > 5 ? ` and ${texts.length - 5} more` : '');
  const place =
    fact.kind === 'setting' ? fact.path : fact.kind === 'mcp-server' ? fact.server.configPath : '';
  const key = fact.kind === 'setting' ? fact.key : fact.kind === 'mcp-server' ? fact.server.pointer : '';
  return {
    subject: `${place}#${key}`,
    detail: `${place} allows ${meaning.words} without a question: ${shown}.`,
    severity: meaning.severity,
  };
}
