import type { AgentDiscovery, ConfigReading } from '../spec-discovery.ts';
import { entriesAt, field, textAt, timeMs } from '../shared/document.ts';
import { credentialAt, mode, serversAt, settingsAt } from '../shared/readings.ts';

const DATA = '{XDG_DATA_HOME|~/.local/share}/opencode';
const CONFIG = '{OPENCODE_CONFIG_DIR|{XDG_CONFIG_HOME|~/.config}/opencode}';

const SETTINGS = [
  'permission',
  'model',
  'small_model',
  'plugin',
  'share',
  'autoupdate',
  'disabled_providers',
  'enabled_providers',
  'tools',
  'server',
  'instructions',
  'experimental',
] as const;

/** `opencode.json`, OpenCode 1.18.33, 2026-11. */
function readConfig(document: unknown): ConfigReading {
  const permission = field(document, 'permission');
  const everything = typeof permission === 'string' ? permission : textAt(permission, '*');
  return {
    mcpServers: serversAt(document, 'mcp'),
    settings: [
      ...settingsAt(document, SETTINGS),
      ...entriesAt(document, 'provider').flatMap(([name]) =>
        settingsAt(document, [`provider.${name}.options.baseURL`]),
      ),
      ...entriesAt(document, 'agent').flatMap(([name]) => settingsAt(document, [`agent.${name}.permission`])),
    ],
    credentials: entriesAt(document, 'provider').flatMap(([name]) =>
      credentialAt(document, ['provider', name, 'options', 'apiKey'], { kind: 'api-key', provider: name }),
    ),
    ...mode(everything),
  };
}

const MANAGED = [
  ['/etc/opencode', 'linux'],
  ['/Library/Application Support/opencode', 'darwin'],
  ['{programData}/opencode', 'win32'],
] as const;

export const OPENCODE_DISCOVERY: AgentDiscovery = {
  installs: [
    { kind: 'npm', package: 'opencode-ai' },
    { kind: 'path', method: 'native', path: '~/.opencode/bin/opencode', on: ['linux', 'darwin'] },
    { kind: 'path', method: 'native', path: '~/.opencode/bin/opencode.exe', on: ['win32'] },
    { kind: 'homebrew', name: 'opencode' },
    { kind: 'scoop', name: 'opencode' },
    { kind: 'winget', name: 'SST.opencode' },
    { kind: 'command', name: 'opencode' },
    { kind: 'bundle', name: 'OpenCode' },
  ],
  process: { names: ['opencode'], scripts: ['/opencode-ai/bin/'] },
  markers: ['OPENCODE', 'OPENCODE_PID', 'OPENCODE_TERMINAL'],
  configs: [
    ...['opencode.json', 'opencode.jsonc', 'config.json'].map((name) => ({
      scope: 'user' as const,
      format: 'json' as const,
      path: `${CONFIG}/${name}`,
      read: readConfig,
    })),
    { scope: 'user', format: 'json', path: '{OPENCODE_CONFIG|~/.opencode/opencode.json}', read: readConfig },
    ...['opencode.json', 'opencode.jsonc', '.opencode/opencode.json', '.opencode/opencode.jsonc'].map(
      (path) => ({ scope: 'project' as const, format: 'json' as const, path, read: readConfig }),
    ),
    ...MANAGED.flatMap(([folder, os]) =>
      ['opencode.json', 'opencode.jsonc'].map((name) => ({
        scope: 'managed' as const,
        format: 'json' as const,
        path: `${folder}/${name}`,
        on: [os],
        read: readConfig,
      })),
    ),
    {
      scope: 'user',
      format: 'json',
      path: `${DATA}/storage/project/*.json`,
      state: true,
      read: (document) => {
        const worktree = textAt(document, 'worktree');
        return worktree === undefined ? {} : { projects: [worktree] };
      },
    },
  ],
  credentials: [
    {
      path: `${DATA}/auth.json`,
      format: 'json',
      read: (document) => ({
        credentials: entriesAt(document).flatMap(([provider, entry]) => {
          const expiresMs = timeMs(field(entry, 'expires'));
          const principal = textAt(entry, 'accountId');
          const common = { provider, ...(principal === undefined ? {} : { principal }) };
          return [
            ...credentialAt(document, [provider, 'access'], {
              kind: 'oauth-access-token',
              ...common,
              ...(expiresMs === undefined ? {} : { expiresMs }),
            }),
            ...credentialAt(document, [provider, 'refresh'], { kind: 'oauth-refresh-token', ...common }),
            ...credentialAt(document, [provider, 'key'], { kind: 'api-key', ...common }),
            ...credentialAt(document, [provider, 'token'], { kind: 'api-key', ...common }),
          ];
        }),
      }),
    },
    {
      path: `${DATA}/mcp-auth.json`,
      format: 'json',
      read: (document) => ({
        credentials: entriesAt(document).flatMap(([server, entry]) => {
          const expiresMs = timeMs(field(entry, 'tokens', 'expiresAt'));
          return [
            ...credentialAt(document, [server, 'tokens', 'accessToken'], {
              kind: 'oauth-access-token',
              provider: server,
              ...(expiresMs === undefined ? {} : { expiresMs }),
            }),
            ...credentialAt(document, [server, 'tokens', 'refreshToken'], {
              kind: 'oauth-refresh-token',
              provider: server,
            }),
            ...credentialAt(document, [server, 'clientInfo', 'clientSecret'], {
              kind: 'oauth-client-secret',
              provider: server,
            }),
          ];
        }),
      }),
    },
  ],
  assets: [
    { kind: 'instructions', scope: 'user', path: `${CONFIG}/AGENTS.md`, role: 'instructions' },
    { kind: 'instructions', scope: 'project', path: 'AGENTS.md', role: 'instructions' },
    ...['agent', 'agents'].flatMap((folder) => [
      {
        kind: 'subagent' as const,
        scope: 'user' as const,
        path: `${CONFIG}/${folder}/**/*.md`,
        role: 'subagent' as const,
      },
      {
        kind: 'subagent' as const,
        scope: 'project' as const,
        path: `.opencode/${folder}/**/*.md`,
        role: 'subagent' as const,
      },
    ]),
    ...['command', 'commands'].flatMap((folder) => [
      {
        kind: 'command' as const,
        scope: 'user' as const,
        path: `${CONFIG}/${folder}/**/*.md`,
        role: 'command' as const,
      },
      {
        kind: 'command' as const,
        scope: 'project' as const,
        path: `.opencode/${folder}/**/*.md`,
        role: 'command' as const,
      },
    ]),
    ...['plugin', 'plugins'].flatMap((folder) =>
      ['js', 'ts', 'mjs'].flatMap((extension) => [
        { kind: 'plugin' as const, scope: 'user' as const, path: `${CONFIG}/${folder}/*.${extension}` },
        { kind: 'plugin' as const, scope: 'project' as const, path: `.opencode/${folder}/*.${extension}` },
      ]),
    ),
    ...['skill', 'skills'].flatMap((folder) => [
      {
        kind: 'skill' as const,
        scope: 'user' as const,
        path: `${CONFIG}/${folder}/*/SKILL.md`,
        role: 'skill' as const,
        nameFrom: 'folder' as const,
      },
      {
        kind: 'skill' as const,
        scope: 'project' as const,
        path: `.opencode/${folder}/*/SKILL.md`,
        role: 'skill' as const,
        nameFrom: 'folder' as const,
      },
    ]),
  ],
  secretVariables: ['OPENCODE_API_KEY', 'OPENCODE_AUTH_CONTENT', 'OPENCODE_SERVER_PASSWORD'],
};
