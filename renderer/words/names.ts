import type { Credential, McpServer } from '../../collector/contract/agent.ts';
import type { Finding, Severity } from '../../collector/contract/finding.ts';
import type { ResourceAccess } from '../../collector/contract/event.ts';
import type { TouchGroup } from '../../collector/contract/graph.ts';

import { visible } from './visible.ts';

/** What each severity is called; `informational` is too long for a row. */
export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  informational: 'Info',
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
};

export const STATUS_WORDS: Readonly<Record<Finding['status'], string>> = {
  open: 'Open',
  acknowledged: 'Acknowledged',
  suppressed: 'Hidden',
  resolved: 'Resolved',
};

/** Permission modes of the agents in words a person understands; others are shown as they are. */
const MODES: Readonly<Record<string, string>> = {
  default: 'asks before it acts',
  plan: 'plans only, changes nothing',
  acceptEdits: 'edits files without asking',
  bypassPermissions: 'runs anything without asking',
  dontAsk: 'runs only what is allowed already',
  auto: 'decides by itself what to ask',
  auto_edit: 'edits files without asking',
  yolo: 'runs anything without asking',
  'never/danger-full-access': 'runs anything without asking',
  'never/workspace-write': 'runs without asking, inside the project',
  'on-request/workspace-write': 'asks to leave the project',
  'on-request/read-only': 'asks before it changes anything',
  'untrusted/read-only': 'asks before it acts',
  'on-failure/workspace-write': 'asks when something fails',
};

export function modeWords(mode: string): string {
  return MODES[mode] ?? mode;
}

/** Modes in which nobody is asked before something happens. */
export function isUnattended(mode: string): boolean {
  return modeWords(mode) === 'runs anything without asking';
}

/** Names of agents for which only the id is at hand. */
const AGENTS: Readonly<Record<string, string>> = {
  'claude-code': 'Claude Code',
  'claude-desktop': 'Claude Desktop',
  codex: 'Codex',
  'copilot-cli': 'GitHub Copilot CLI',
  cursor: 'Cursor',
  'gemini-cli': 'Gemini CLI',
  opencode: 'OpenCode',
  'vscode-copilot': 'Copilot in VS Code',
};

export function agentName(id: string, known?: ReadonlyMap<string, string>): string {
  return visible(known?.get(id) ?? AGENTS[id] ?? id);
}

/** Where a setting holds. */
export const SCOPE_WORDS: Readonly<Record<McpServer['scope'], string>> = {
  user: 'all your projects',
  project: 'one project',
  local: 'one project, only you',
  managed: 'everybody, by your administrator',
  plugin: 'where its plugin is on',
};

export const TOUCH_WORDS: Readonly<Record<TouchGroup, string>> = {
  'files-inside': 'Files in the project',
  'files-outside': 'Files outside the project',
  hosts: 'Hosts',
  repositories: 'Repositories',
  databases: 'Databases',
  cloud: 'Cloud',
  packages: 'Packages',
  credentials: 'Credentials',
  principals: 'Accounts it acted as',
  processes: 'Processes',
};

export const ACCESS_WORDS: Readonly<Record<ResourceAccess, string>> = {
  read: 'read',
  write: 'written',
  execute: 'run',
  connect: 'connected',
  delete: 'deleted',
  publish: 'published',
};

/** Where a credential lies, in words: never its value. */
export function credentialPlace(location: Credential['location']): string {
  if (location.keychainItem !== undefined) return `keychain item ${location.keychainItem}`;
  if (location.envVar !== undefined) return `variable ${location.envVar} in ${location.path}`;
  return location.path;
}

const ABBREVIATIONS = /\b(mcp|api|url|ca|os|id|ssh|llm|tls|pem)\b/gi;

/** Names as their owners write them, where making a capital of the first letter is not enough. */
const PROPER: Readonly<Record<string, string>> = {
  anthropic: 'Anthropic',
  aws: 'AWS',
  azure: 'Azure',
  github: 'GitHub',
  gitlab: 'GitLab',
  google: 'Google',
  npm: 'npm',
  oauth: 'OAuth',
  openai: 'OpenAI',
  pypi: 'PyPI',
};

/** `openai` → `OpenAI`; others as they are. */
export function properName(name: string): string {
  return PROPER[name.toLowerCase()] ?? name;
}

/** Kinds of credentials and names of providers inside a sentence: `oauth-refresh-token in ~/x` → `OAuth refresh token in ~/x`. */
export function kindsInWords(text: string): string {
  return text
    .replaceAll(/(^|\s)([a-z]+(?:-[a-z]+)+)(?=$|[\s,)])/g, (_, before: string, kind: string) => {
      const words = humanize(kind);
      const proper =
        /^[A-Z][a-z]+ /.test(words) && before !== '' ? words.charAt(0).toLowerCase() + words.slice(1) : words;
      return before + (KEEPS_CASE.test(words) ? words : proper);
    })
    .replaceAll(
      /(^|[\s(])(anthropic|openai|github|gitlab|google|aws|azure)(?=$|[\s,(])/g,
      (_, before: string, name: string) => before + properName(name),
    );
}

const KEEPS_CASE = /^(?:OAuth|GitHub|GitLab|OpenAI|AWS|Azure|Anthropic|Google|MCP|API)\b/;

/** `mcp-server` → `MCP server`, `github-pat` → `GitHub access token`. */
export function humanize(id: string): string {
  const words = id.replaceAll(/[-_.]+/g, ' ').trim();
  return (words.charAt(0).toUpperCase() + words.slice(1))
    .replaceAll(/\bpat\b/gi, 'access token')
    .replaceAll(ABBREVIATIONS, (word) => word.toUpperCase())
    .replaceAll(/\b[A-Za-z]+\b/g, properName);
}
