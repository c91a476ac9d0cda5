import type { AgentDiscovery, ConfigReading } from '../spec-discovery.ts';
import { field, jwtClaims, textAt } from '../shared/document.ts';
import {
  account,
  credentialAt,
  dottedSettingsAt,
  hooksAt,
  mode,
  readMcpFile,
  settingsAt,
} from '../shared/readings.ts';
import { readWorkspace } from '../shared/vscode-family.ts';

/** `mcp.json`, `hooks.json`, `rules` stay here whatever the variables say. */
const HOME = '~/.cursor';
const DATA = '{CURSOR_DATA_DIR|~/.cursor}';
const USER = '{appSupport}/Cursor/User';

/** CLI settings, Cursor CLI 2026.08.31, 2026-11. */
function readCli(document: unknown): ConfigReading {
  return {
    settings: settingsAt(document, [
      'permissions.allow',
      'permissions.deny',
      'approvalMode',
      'sandbox',
      'network',
      'model',
    ]),
    ...mode(textAt(document, 'approvalMode')),
    accounts: account(textAt(document, 'authInfo', 'userId') ?? textAt(document, 'authInfo', 'email'), {
      email: textAt(document, 'authInfo', 'email'),
    }),
  };
}

function readPermissions(document: unknown): ConfigReading {
  return { settings: settingsAt(document, ['mcpAllowlist', 'terminalAllowlist', 'autoRun']) };
}

function readHooks(document: unknown): ConfigReading {
  return { hooks: hooksAt(document, 'hooks') };
}

export const CURSOR_DISCOVERY: AgentDiscovery = {
  installs: [
    { kind: 'bundle', name: 'Cursor' },
    {
      kind: 'manifest',
      method: 'package',
      path: '/usr/share/cursor/resources/app/package.json',
      on: ['linux'],
    },
    { kind: 'manifest', method: 'package', path: '/opt/Cursor/resources/app/package.json', on: ['linux'] },
    {
      kind: 'manifest',
      method: 'installer',
      path: '{localAppData}/Programs/Cursor/resources/app/package.json',
      on: ['win32'],
    },
    { kind: 'versions', method: 'cli', path: '~/.local/share/cursor-agent/versions/*' },
    { kind: 'versions', method: 'cli', path: '{localAppData}/cursor-agent/versions/*', on: ['win32'] },
    { kind: 'command', name: 'cursor-agent' },
    { kind: 'winget', name: 'Anysphere.Cursor' },
    { kind: 'homebrew', name: 'cursor' },
    { kind: 'homebrew', name: 'cursor-cli' },
  ],
  process: {
    names: ['cursor', 'cursor-agent'],
    scripts: ['/cursor-agent/'],
    // Electron helpers are parts of the editor's main process.
    notArguments: ['--type='],
  },
  markers: ['CURSOR_AGENT', 'CURSOR_TRACE_ID', 'CURSOR_CONVERSATION_ID', 'CURSOR_EXTENSION_HOST_ROLE'],
  configs: [
    { scope: 'user', format: 'json', path: `${HOME}/mcp.json`, read: readMcpFile },
    { scope: 'project', format: 'json', path: '.cursor/mcp.json', read: readMcpFile },
    { scope: 'project', format: 'json', path: '.mcp.json', read: readMcpFile },
    { scope: 'plugin', format: 'json', path: `${HOME}/plugins/cache/**/mcp.json`, read: readMcpFile },
    { scope: 'plugin', format: 'json', path: `${HOME}/plugins/cache/**/.mcp.json`, read: readMcpFile },
    { scope: 'plugin', format: 'json', path: `${HOME}/plugins/local/**/mcp.json`, read: readMcpFile },
    { scope: 'user', format: 'json', path: '{CURSOR_CONFIG_DIR|~/.cursor}/cli-config.json', read: readCli },
    {
      scope: 'user',
      format: 'json',
      path: '{XDG_CONFIG_HOME|~/.config}/cursor/cli-config.json',
      on: ['linux'],
      read: readCli,
    },
    { scope: 'project', format: 'json', path: '.cursor/cli.json', read: readCli },
    { scope: 'user', format: 'json', path: `${HOME}/permissions.json`, read: readPermissions },
    { scope: 'project', format: 'json', path: '.cursor/permissions.json', read: readPermissions },
    { scope: 'user', format: 'json', path: `${HOME}/hooks.json`, read: readHooks },
    { scope: 'project', format: 'json', path: '.cursor/hooks.json', read: readHooks },
    { scope: 'managed', format: 'json', path: '/etc/cursor/hooks.json', on: ['linux'], read: readHooks },
    {
      scope: 'managed',
      format: 'json',
      path: '/Library/Application Support/Cursor/hooks.json',
      on: ['darwin'],
      read: readHooks,
    },
    {
      scope: 'managed',
      format: 'json',
      path: '{programData}/Cursor/hooks.json',
      on: ['win32'],
      read: readHooks,
    },
    {
      scope: 'user',
      format: 'json',
      path: `${USER}/settings.json`,
      read: (document) => ({
        settings: dottedSettingsAt(document, [
          'security.workspace.trust.enabled',
          'task.allowAutomaticTasks',
          'http.proxy',
          'http.proxyStrictSSL',
        ]),
      }),
    },
    {
      scope: 'user',
      format: 'json',
      path: `${USER}/workspaceStorage/*/workspace.json`,
      state: true,
      read: readWorkspace,
    },
    {
      scope: 'user',
      format: 'json',
      path: `${DATA}/projects/*/repo.json`,
      state: true,
      read: (document) => {
        const root = textAt(document, 'root') ?? textAt(document, 'path');
        return root === undefined ? {} : { projects: [root] };
      },
    },
  ],
  credentials: [
    ...(
      [
        ['{XDG_CONFIG_HOME|~/.config}/cursor/auth.json', 'linux'],
        ['~/.cursor/auth.json', 'darwin'],
        ['{appSupport}/Cursor/auth.json', 'win32'],
      ] as const
    ).map(([path, os]) => ({
      path,
      on: [os],
      format: 'json' as const,
      read: (document: unknown) => {
        const claims = jwtClaims(field(document, 'accessToken'));
        return {
          credentials: [
            ...credentialAt(document, ['accessToken'], { kind: 'oauth-access-token', provider: 'cursor' }),
            ...credentialAt(document, ['refreshToken'], { kind: 'oauth-refresh-token', provider: 'cursor' }),
            ...credentialAt(document, ['apiKey'], { kind: 'api-key', provider: 'cursor' }),
          ],
          accounts: account(textAt(claims, 'sub'), { email: textAt(claims, 'email') }),
        };
      },
    })),
  ],
  assets: [
    { kind: 'instructions', scope: 'user', path: `${HOME}/rules/**/*.mdc`, role: 'instructions' },
    { kind: 'instructions', scope: 'project', path: '.cursor/rules/**/*.mdc', role: 'instructions' },
    { kind: 'instructions', scope: 'project', path: '.cursorrules', role: 'instructions' },
    { kind: 'instructions', scope: 'project', path: 'AGENTS.md', role: 'instructions' },
    { kind: 'instructions', scope: 'project', path: '.cursor/BUGBOT.md', role: 'instructions' },
    { kind: 'command', scope: 'user', path: `${HOME}/commands/**/*.md`, role: 'command' },
    { kind: 'command', scope: 'project', path: '.cursor/commands/**/*.md', role: 'command' },
    { kind: 'subagent', scope: 'user', path: `${HOME}/agents/*.md`, role: 'subagent' },
    { kind: 'subagent', scope: 'project', path: '.cursor/agents/*.md', role: 'subagent' },
    { kind: 'skill', scope: 'user', path: `${HOME}/skills/*/SKILL.md`, role: 'skill', nameFrom: 'folder' },
    { kind: 'skill', scope: 'project', path: '.cursor/skills/*/SKILL.md', role: 'skill', nameFrom: 'folder' },
    { kind: 'skill', scope: 'user', path: '~/.agents/skills/*/SKILL.md', role: 'skill', nameFrom: 'folder' },
    { kind: 'skill', scope: 'project', path: '.agents/skills/*/SKILL.md', role: 'skill', nameFrom: 'folder' },
  ],
  secretVariables: ['CURSOR_API_KEY', 'CURSOR_AUTH_TOKEN'],
};
