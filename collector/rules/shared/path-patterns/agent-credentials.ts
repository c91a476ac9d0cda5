import type { PathPattern } from './pattern.ts';

/** Tokens of coding agents. */
export const AGENT_CREDENTIALS: readonly PathPattern[] = [
  {
    class: 'agent-credential',
    agent: 'claude-code',
    home: ['.claude/.credentials.json', '.config/claude/.credentials.json'],
    ends: ['/.claude/.credentials.json'],
  },
  {
    class: 'agent-credential',
    agent: 'codex',
    home: ['.codex/auth.json', '.codex/.credentials.json'],
    ends: ['/.codex/auth.json'],
  },
  {
    class: 'agent-credential',
    agent: 'gemini-cli',
    home: [
      '.gemini/oauth_creds.json',
      '.gemini/mcp-oauth-tokens',
      '.gemini/google_accounts.json',
      '.gemini/.env',
    ],
  },
  {
    class: 'agent-credential',
    agent: 'copilot-cli',
    home: [
      '.config/github-copilot/',
      '.copilot/mcp-oauth-config/',
      'appdata/local/github-copilot/',
      '.copilot/auth',
    ],
  },
  {
    class: 'agent-credential',
    agent: 'opencode',
    home: [
      '.local/share/opencode/auth.json',
      '.local/share/opencode/mcp-auth.json',
      'appdata/local/opencode/auth.json',
    ],
  },
  {
    class: 'agent-credential',
    agent: 'cursor',
    home: ['.cursor/auth.json', '.config/cursor/auth.json', 'appdata/roaming/cursor/auth.json'],
    ends: ['/cursor/user/globalstorage/state.vscdb', '/cursor/user/globalstorage/state.vscdb.backup'],
  },
  {
    class: 'agent-credential',
    agent: 'vscode-copilot',
    ends: ['/code/user/globalstorage/state.vscdb', '/code - insiders/user/globalstorage/state.vscdb'],
  },
  {
    class: 'agent-credential',
    agent: 'claude-desktop',
    ends: ['/claude/cookies', '/claude/config.json', '/claude/local storage'],
    within: ['/application support/claude/', '/roaming/claude/', '/.config/claude/'],
  },
  {
    class: 'agent-credential',
    home: [
      '.qwen/oauth_creds.json',
      '.qwen/mcp-oauth-tokens.json',
      '.qwen/.env',
      '.factory/auth',
      '.pi/agent/auth.json',
      '.openclaw/credentials/',
      '.openclaw/state/openclaw.sqlite',
      '.openclaw/agents/',
      '.hermes/.env',
      '.hermes/auth.json',
      '.hermes/mcp-tokens/',
      '.config/manicode/credentials.json',
      '.local/share/kilo/auth.json',
      '.augment/session.json',
      '.continue/.env',
      '.mcp-auth/',
      '.config/goose/secrets.yaml',
      '.aws/amazonq/',
      '.local/share/amazon-q/',
      '.local/share/amp/secrets.json',
    ],
    ends: ['/auth-profiles.json'],
  },
];
