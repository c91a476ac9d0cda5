import type { PathPattern } from '../agents/spec-discovery.ts';

/** Files a user's shells read at start; what they set reaches every agent. */
export const SHELL_PROFILES: readonly PathPattern[] = [
  '~/.bashrc',
  '~/.bash_profile',
  '~/.bash_login',
  '~/.bash_aliases',
  '~/.profile',
  '~/.zshrc',
  '~/.zshenv',
  '~/.zprofile',
  '~/.zlogin',
  '~/.config/fish/config.fish',
  '~/.config/fish/functions/*.fish',
  '~/.config/powershell/Microsoft.PowerShell_profile.ps1',
  '~/Documents/PowerShell/Microsoft.PowerShell_profile.ps1',
  '~/Documents/WindowsPowerShell/Microsoft.PowerShell_profile.ps1',
];

/** Files that give variables to whatever is started there; `agentId` where an agent loads the file by itself. */
export const ENV_FILES: readonly { readonly path: PathPattern; readonly agentId?: string }[] = [
  { path: '~/.env' },
  { path: '~/.gemini/.env', agentId: 'gemini-cli' },
  { path: '.env' },
  { path: '.env.local' },
  { path: '.envrc' },
  { path: '.gemini/.env', agentId: 'gemini-cli' },
];

/** Variables that send an agent's traffic or its home somewhere else, or take away its checks. */
export const STEERING_VARIABLES: ReadonlySet<string> = new Set([
  'ANTHROPIC_BASE_URL',
  'ANTHROPIC_BEDROCK_BASE_URL',
  'ANTHROPIC_VERTEX_BASE_URL',
  'ANTHROPIC_CUSTOM_HEADERS',
  'OPENAI_BASE_URL',
  'OPENAI_API_BASE',
  'OPENAI_API_BASE_URL',
  'GOOGLE_GEMINI_BASE_URL',
  'GOOGLE_VERTEX_BASE_URL',
  'GEMINI_API_BASE_URL',
  'GEMINI_CLI_SYSTEM_SETTINGS_PATH',
  'GEMINI_CLI_SYSTEM_DEFAULTS_PATH',
  'GEMINI_CLI_HOME',
  'COPILOT_ALLOW_ALL',
  'COPILOT_PROVIDER_BASE_URL',
  'COPILOT_HOME',
  'OPENCODE_CONFIG',
  'OPENCODE_CONFIG_CONTENT',
  'OPENCODE_CONFIG_DIR',
  'OPENCODE_PERMISSION',
  'CLAUDE_CONFIG_DIR',
  'CODEX_HOME',
  'CURSOR_CONFIG_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'NODE_OPTIONS',
]);

export interface Assignment {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

const MAX_LINES = 20_000;
const MAX_LINE = 8_192;

/** `NAME=value`, `export NAME=value`, `set -gx NAME value`, `$env:NAME = "value"`: one per line, quotes removed. */
export function readAssignments(text: string): readonly Assignment[] {
  return linesOf(text).flatMap(({ text: line, number }) => {
    const found =
      /^\s*(?:export\s+|declare\s+-x\s+|typeset\s+-x\s+|\$env:)?([A-Za-z_]\w*)\s?=\s?(.*)$/.exec(line) ??
      /^\s*set\s+(?:-\w+\s+)*([A-Za-z_]\w*)\s+(.*)$/.exec(line);
    const [, name, value] = found ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value: unquote(value), line: number }];
  });
}

export interface Alias {
  readonly name: string;
  readonly command: string;
  readonly line: number;
}

const MAX_FUNCTION_LINES = 20;

/**
 * Aliases and short functions of a shell profile whose command starts one of `programs`.
 * Text only: the command is not expanded, and what a profile sources is not followed.
 */
export function readAliases(text: string, programs: readonly string[]): readonly Alias[] {
  const lines = linesOf(text);
  const found: Alias[] = [];
  for (const [index, { text: line, number }] of lines.entries()) {
    const alias = /^\s*alias\s+(?:-\w+\s+)*([\w.:-]+)(?:=|\s+)(.+)$/.exec(line);
    if (alias !== null) {
      found.push({ name: alias[1] ?? '', command: unquote(alias[2] ?? ''), line: number });
      continue;
    }
    const opened = /^\s*(?:function\s+([\w.:-]+)\s*(?:\(\))?|([\w.:-]+)\s*\(\))\s*\{?(.*)$/.exec(line);
    if (opened === null) continue;
    const name = opened[1] ?? opened[2] ?? '';
    found.push({ name, command: functionBody(lines, index, opened[3] ?? ''), line: number });
  }
  return found.filter(({ command }) =>
    (command.match(/[\w.-]+/g) ?? []).some((word) => programs.includes(word.toLowerCase())),
  );
}

function functionBody(lines: readonly { readonly text: string }[], index: number, first: string): string {
  const body = [first];
  // `}` ends it in POSIX shells and PowerShell, `end` in fish.
  if (!/\}\s*$/.test(first)) {
    for (const { text } of lines.slice(index + 1, index + 1 + MAX_FUNCTION_LINES)) {
      if (/^\s*(?:\}|end)\s*$/.test(text)) break;
      body.push(text);
    }
  }
  return body
    .map((text) =>
      text
        .trim()
        .replace(/^\{/, '')
        .replace(/\}\s*$/, '')
        .trim(),
    )
    .filter((text) => text !== '')
    .join('\n');
}

function linesOf(text: string): readonly { readonly text: string; readonly number: number }[] {
  return text
    .split('\n', MAX_LINES)
    .map((line, index) => ({ text: line.slice(0, MAX_LINE).replace(/\r$/, ''), number: index + 1 }))
    .filter(({ text: line }) => !/^\s*(?:#|$)/.test(line));
}

function unquote(value: string): string {
  const trimmed = value.trim();
  const quote = trimmed[0];
  if (quote === '"' || quote === "'") {
    const end = trimmed.indexOf(quote, 1);
    if (end > 0) return trimmed.slice(1, end);
  }
  return trimmed.replace(/\s+#.*$/, '').replace(/;$/, '');
}
