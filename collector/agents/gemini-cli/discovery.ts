import type { AgentDiscovery, ConfigReading } from '../spec-discovery.ts';
import { entriesAt, field, isFields, itemsAt, pointer, textAt, textsAt, timeMs } from '../shared/document.ts';
import { account, credentialAt, hooksAt, mode, serversAt, settingsAt } from '../shared/readings.ts';

/** `GEMINI_CLI_HOME` moves the home, not the folder in it. */
const HOME = '{GEMINI_CLI_HOME|~}/.gemini';

const SYSTEM = [
  ['/etc/gemini-cli', 'linux'],
  ['/Library/Application Support/GeminiCli', 'darwin'],
  ['{programData}/gemini-cli', 'win32'],
] as const;

const SETTINGS = [
  'general.defaultApprovalMode',
  'general.disableYoloMode',
  'tools.allowed',
  'tools.core',
  'tools.exclude',
  'tools.sandbox',
  'tools.autoAccept',
  'mcp.allowed',
  'mcp.excluded',
  'security.disableYoloMode',
  'security.folderTrust.enabled',
  'security.auth.selectedType',
  'admin',
  'hooksConfig.enabled',
  'telemetry',
  'model.name',
  'context.fileName',
  // Names before the settings were grouped (0.x until mid-2025).
  'autoAccept',
  'allowedTools',
  'folderTrust',
] as const;

/** `settings.json`, Gemini CLI 0.61.0, 2026-11. */
function readSettings(document: unknown): ConfigReading {
  const servers = serversAt(document, 'mcpServers');
  const allowed = textsAt(document, 'mcp', 'allowed');
  return {
    mcpServers: servers.map((server) =>
      field(server.entry, 'trust') === true ? { ...server, autoApproved: ['*'] } : server,
    ),
    switches: [
      ...textsAt(document, 'mcp', 'excluded').map((server) => ({ server, enabled: false })),
      ...(allowed.length === 0
        ? []
        : servers
            .filter(({ name }) => !allowed.includes(name))
            .map(({ name }) => ({ server: name, enabled: false }))),
    ],
    settings: [
      ...settingsAt(document, SETTINGS),
      ...servers.flatMap(({ name, entry, pointer: at }) =>
        field(entry, 'trust') === true
          ? [{ key: `mcpServers.${name}.trust`, value: true, pointer: `${at}/trust` }]
          : [],
      ),
    ],
    hooks: hooksAt(document, 'hooks'),
    ...mode(textAt(document, 'general', 'defaultApprovalMode')),
  };
}

export const GEMINI_CLI_DISCOVERY: AgentDiscovery = {
  installs: [
    { kind: 'npm', package: '@google/gemini-cli' },
    { kind: 'homebrew', name: 'gemini-cli' },
    { kind: 'command', name: 'gemini' },
    { kind: 'winget', name: 'Google.GeminiCLI' },
    { kind: 'scoop', name: 'gemini-cli' },
  ],
  process: { names: ['gemini'], scripts: ['bin/gemini', '/@google/gemini-cli/'] },
  markers: ['GEMINI_CLI'],
  configs: [
    { scope: 'user', format: 'json', path: `${HOME}/settings.json`, read: readSettings },
    { scope: 'project', format: 'json', path: '.gemini/settings.json', read: readSettings },
    ...SYSTEM.flatMap(([folder, os]) =>
      ['settings.json', 'system-defaults.json'].map((name) => ({
        scope: 'managed' as const,
        format: 'json' as const,
        path: `${folder}/${name}`,
        on: [os],
        read: readSettings,
      })),
    ),
    {
      scope: 'plugin',
      format: 'json',
      path: `${HOME}/extensions/*/gemini-extension.json`,
      read: (document) => ({
        mcpServers: serversAt(document, 'mcpServers'),
        settings: settingsAt(document, ['excludeTools', 'contextFileName']),
      }),
    },
    {
      scope: 'user',
      format: 'json',
      path: `${HOME}/trustedFolders.json`,
      read: (document) => ({
        settings: isFields(document) ? [{ key: 'trustedFolders', value: document, pointer: '' }] : [],
        projects: entriesAt(document).map(([path]) => path),
      }),
    },
    {
      scope: 'user',
      format: 'json',
      path: `${HOME}/projects.json`,
      state: true,
      read: (document) => ({ projects: entriesAt(document, 'projects').map(([path]) => path) }),
    },
    {
      scope: 'user',
      format: 'json',
      path: `${HOME}/google_accounts.json`,
      state: true,
      read: (document) => {
        const active = textAt(document, 'active');
        return { accounts: account(active, { email: active }) };
      },
    },
  ],
  credentials: [
    {
      path: `${HOME}/oauth_creds.json`,
      format: 'json',
      read(document) {
        const expiresMs = timeMs(field(document, 'expiry_date'));
        const scopes = textAt(document, 'scope')?.split(' ');
        const common = { provider: 'google', ...(scopes === undefined ? {} : { scopes }) };
        return {
          credentials: [
            ...credentialAt(document, ['access_token'], {
              kind: 'oauth-access-token',
              ...common,
              ...(expiresMs === undefined ? {} : { expiresMs }),
            }),
            ...credentialAt(document, ['refresh_token'], { kind: 'oauth-refresh-token', ...common }),
            ...credentialAt(document, ['id_token'], { kind: 'oauth-id-token', provider: 'google' }),
          ],
        };
      },
    },
    ...['mcp-oauth-tokens.json', 'a2a-oauth-tokens.json'].map((name) => ({
      path: `${HOME}/${name}`,
      format: 'json' as const,
      read: (document: unknown) => ({
        credentials: itemsAt(document).flatMap((entry, index) => {
          const expiresMs = timeMs(field(entry, 'token', 'expiresAt'));
          const provider = textAt(entry, 'serverName') ?? 'mcp';
          return [
            ...credentialAt(entry, ['token', 'accessToken'], {
              kind: 'oauth-access-token',
              provider,
              ...(expiresMs === undefined ? {} : { expiresMs }),
            }),
            ...credentialAt(entry, ['token', 'refreshToken'], { kind: 'oauth-refresh-token', provider }),
          ].map((credential) => ({ ...credential, pointer: pointer(index) + credential.pointer }));
        }),
      }),
    })),
  ],
  assets: [
    { kind: 'instructions', scope: 'user', path: `${HOME}/GEMINI.md`, role: 'memory' },
    { kind: 'instructions', scope: 'project', path: 'GEMINI.md', role: 'instructions' },
    { kind: 'instructions', scope: 'project', path: '.gemini/GEMINI.md', role: 'instructions' },
    { kind: 'skill', scope: 'user', path: `${HOME}/skills/*/SKILL.md`, role: 'skill', nameFrom: 'folder' },
    { kind: 'skill', scope: 'project', path: '.gemini/skills/*/SKILL.md', role: 'skill', nameFrom: 'folder' },
    { kind: 'skill', scope: 'user', path: '~/.agents/skills/*/SKILL.md', role: 'skill', nameFrom: 'folder' },
    { kind: 'skill', scope: 'project', path: '.agents/skills/*/SKILL.md', role: 'skill', nameFrom: 'folder' },
    { kind: 'command', scope: 'user', path: `${HOME}/commands/**/*.toml`, role: 'command' },
    { kind: 'command', scope: 'project', path: '.gemini/commands/**/*.toml', role: 'command' },
    { kind: 'subagent', scope: 'user', path: `${HOME}/agents/*.md`, role: 'subagent' },
    { kind: 'subagent', scope: 'project', path: '.gemini/agents/*.md', role: 'subagent' },
    {
      kind: 'extension',
      scope: 'user',
      path: `${HOME}/extensions/*/gemini-extension.json`,
      nameFrom: 'folder',
    },
    { kind: 'instructions', scope: 'plugin', path: `${HOME}/extensions/*/GEMINI.md`, role: 'instructions' },
  ],
  secretVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_CLOUD_ACCESS_TOKEN'],
};
