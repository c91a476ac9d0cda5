import type { AgentDiscovery, ConfigReading, McpSwitch } from '../spec-discovery.ts';
import { entriesAt, field, pointer, textAt, textsAt, timeMs } from '../shared/document.ts';
import { marketplacesAt } from '../shared/marketplaces.ts';
import {
  account,
  credentialAt,
  hooksAt,
  mode,
  readMcpFile,
  serversAt,
  settingsAt,
  variablesAt,
} from '../shared/readings.ts';

const HOME = '{CLAUDE_CONFIG_DIR|~/.claude}';

/** Where an administrator puts files, Claude Code 2.1.330, 2026-11. */
const MANAGED = [
  ['/etc/claude-code', 'linux'],
  ['/Library/Application Support/ClaudeCode', 'darwin'],
  ['{programFiles}/ClaudeCode', 'win32'],
] as const;

const SETTINGS = [
  'permissions.defaultMode',
  'permissions.allow',
  'permissions.deny',
  'permissions.ask',
  'permissions.additionalDirectories',
  'permissions.disableBypassPermissionsMode',
  'skipDangerousModePermissionPrompt',
  'enableAllProjectMcpServers',
  'enabledMcpjsonServers',
  'disabledMcpjsonServers',
  'allowedMcpServers',
  'deniedMcpServers',
  'allowManagedMcpServersOnly',
  'allowManagedHooksOnly',
  'allowManagedPermissionRulesOnly',
  'disableAllHooks',
  'enabledPlugins',
  'extraKnownMarketplaces',
  'strictKnownMarketplaces',
  'apiKeyHelper',
  'awsAuthRefresh',
  'awsCredentialExport',
  'otelHeadersHelper',
  'policyHelper',
  'cleanupPeriodDays',
  'model',
  'forceLoginMethod',
  'forceLoginOrgUUID',
  'sandbox',
] as const;

function readSettings(document: unknown): ConfigReading {
  const statusLine = textAt(document, 'statusLine', 'command');
  return {
    settings: settingsAt(document, SETTINGS),
    variables: variablesAt(document, 'env'),
    switches: switchesAt(document, 'enabledMcpjsonServers', 'disabledMcpjsonServers'),
    hooks: [
      ...hooksAt(document, 'hooks'),
      ...(statusLine === undefined
        ? []
        : [{ event: 'statusLine', command: statusLine, pointer: pointer('statusLine', 'command') }]),
    ],
    mcpServers: serversAt(document, 'managedMcpServers'),
    ...mode(textAt(document, 'permissions', 'defaultMode')),
  };
}

function switchesAt(document: unknown, on: string, off: string, project?: string): readonly McpSwitch[] {
  const where = project === undefined ? {} : { project };
  return [
    ...textsAt(document, on).map((server) => ({ server, enabled: true, ...where })),
    ...textsAt(document, off).map((server) => ({ server, enabled: false, ...where })),
  ];
}

/** `~/.claude.json`: user and local MCP servers, the account, and every folder Claude Code was used in. */
function readGlobalState(document: unknown): ConfigReading {
  const projects = entriesAt(document, 'projects');
  return {
    mcpServers: [
      ...serversAt(document, 'mcpServers'),
      ...projects.flatMap(([path]) =>
        serversAt(document, 'projects', path, 'mcpServers').map((server) => ({
          ...server,
          scope: 'local' as const,
          project: path,
        })),
      ),
    ],
    switches: projects.flatMap(([path, project]) => [
      ...switchesAt(project, 'enabledMcpServers', 'disabledMcpServers', path),
      ...switchesAt(project, 'enabledMcpjsonServers', 'disabledMcpjsonServers', path),
    ]),
    settings: [
      ...settingsAt(document, ['bypassPermissionsModeAccepted', 'userID']).filter(
        ({ key }) => key !== 'userID',
      ),
      ...projects.flatMap(([path, project]) => [
        ...(field(project, 'hasTrustDialogAccepted') === true
          ? [
              {
                key: `projects.${path}.hasTrustDialogAccepted`,
                value: true,
                pointer: pointer('projects', path, 'hasTrustDialogAccepted'),
              },
            ]
          : []),
        ...(textsAt(project, 'allowedTools').length === 0
          ? []
          : [
              {
                key: `projects.${path}.allowedTools`,
                value: textsAt(project, 'allowedTools'),
                pointer: pointer('projects', path, 'allowedTools'),
              },
            ]),
      ]),
    ],
    accounts: account(textAt(document, 'oauthAccount', 'accountUuid'), {
      email: textAt(document, 'oauthAccount', 'emailAddress'),
      organization:
        textAt(document, 'oauthAccount', 'organizationName') ??
        textAt(document, 'oauthAccount', 'organizationUuid'),
    }),
    projects: projects.map(([path]) => path),
    credentials: credentialAt(document, ['primaryApiKey'], { kind: 'api-key', provider: 'anthropic' }),
  };
}

export const CLAUDE_CODE_DISCOVERY: AgentDiscovery = {
  installs: [
    { kind: 'npm', package: '@anthropic-ai/claude-code' },
    { kind: 'versions', method: 'native', path: '~/.local/share/claude/versions/*' },
    { kind: 'path', method: 'native', path: '~/.local/bin/claude.exe', on: ['win32'] },
    {
      kind: 'manifest',
      method: 'npm-local',
      path: '~/.claude/local/node_modules/@anthropic-ai/claude-code/package.json',
    },
    { kind: 'command', name: 'claude' },
    { kind: 'homebrew', name: 'claude-code' },
    { kind: 'winget', name: 'Anthropic.ClaudeCode' },
    { kind: 'extension', id: 'anthropic.claude-code' },
  ],
  process: {
    names: ['claude'],
    scripts: ['/@anthropic-ai/claude-code/'],
    // Claude Desktop has the same image name on Windows and differs by case alone on macOS.
    notPaths: [
      'claude.app/',
      '/anthropicclaude/',
      '/programs/claude',
      '/windowsapps/claude_',
      '/claude nest/',
    ],
    notArguments: ['--bg-pty-host', '--bg-spare', 'daemon', '--type='],
  },
  markers: [
    'CLAUDECODE',
    'CLAUDE_CODE_SESSION_ID',
    'CLAUDE_PID',
    'CLAUDE_CODE_CHILD_SESSION',
    'CLAUDE_CODE_ENTRYPOINT',
    'CLAUDE_CODE_EXECPATH',
  ],
  configs: [
    { scope: 'user', format: 'json', path: '{CLAUDE_CONFIG_DIR|~}/.claude.json', read: readGlobalState },
    { scope: 'user', format: 'json', path: `${HOME}/settings.json`, read: readSettings },
    {
      scope: 'user',
      format: 'json',
      path: `${HOME}/plugins/known_marketplaces.json`,
      state: true,
      read: (document) => ({ marketplaces: marketplacesAt(document) }),
    },
    {
      scope: 'user',
      format: 'json',
      path: `${HOME}/backups/.claude.json.backup.*`,
      state: true,
      // An old copy steers nothing any more, but the key in it may still work.
      read: (document) => ({ credentials: readGlobalState(document).credentials ?? [] }),
    },
    { scope: 'user', format: 'json', path: `${HOME}/.mcp.json`, read: readMcpFile },
    { scope: 'project', format: 'json', path: '.claude/settings.json', read: readSettings },
    { scope: 'local', format: 'json', path: '.claude/settings.local.json', read: readSettings },
    { scope: 'project', format: 'json', path: '.mcp.json', read: readMcpFile },
    { scope: 'plugin', format: 'json', path: `${HOME}/plugins/cache/**/.mcp.json`, read: readMcpFile },
    {
      scope: 'plugin',
      format: 'json',
      path: `${HOME}/plugins/cache/**/.claude-plugin/plugin.json`,
      read: (document) => ({
        mcpServers: serversAt(document, 'mcpServers'),
        hooks: hooksAt(document, 'hooks'),
      }),
    },
    {
      scope: 'plugin',
      format: 'json',
      path: `${HOME}/plugins/cache/**/hooks/hooks.json`,
      read: (document) => ({ hooks: hooksAt(document, 'hooks') }),
    },
    ...MANAGED.flatMap(([folder, os]) => [
      {
        scope: 'managed' as const,
        format: 'json' as const,
        path: `${folder}/managed-settings.json`,
        on: [os],
        read: readSettings,
      },
      {
        scope: 'managed' as const,
        format: 'json' as const,
        path: `${folder}/managed-settings.d/*.json`,
        on: [os],
        read: readSettings,
      },
      {
        scope: 'managed' as const,
        format: 'json' as const,
        path: `${folder}/managed-mcp.json`,
        on: [os],
        read: readMcpFile,
      },
    ]),
    { scope: 'managed', format: 'json', path: `${HOME}/remote-settings.json`, read: readSettings },
  ],
  credentials: [
    {
      path: '{CLAUDE_SECURESTORAGE_CONFIG_DIR|{CLAUDE_CONFIG_DIR|~/.claude}}/.credentials.json',
      format: 'json',
      read(document) {
        const scopes = textsAt(document, 'claudeAiOauth', 'scopes');
        const principal = textAt(document, 'claudeAiOauth', 'accountUuid');
        const common = {
          provider: 'anthropic',
          ...(scopes.length === 0 ? {} : { scopes }),
          ...(principal === undefined ? {} : { principal }),
        };
        const expiry = (key: string): { readonly expiresMs?: number } => {
          const expiresMs = timeMs(field(document, 'claudeAiOauth', key));
          return expiresMs === undefined ? {} : { expiresMs };
        };
        return {
          credentials: [
            ...credentialAt(document, ['claudeAiOauth', 'accessToken'], {
              kind: 'oauth-access-token',
              ...common,
              ...expiry('expiresAt'),
            }),
            ...credentialAt(document, ['claudeAiOauth', 'refreshToken'], {
              kind: 'oauth-refresh-token',
              ...common,
              ...expiry('refreshTokenExpiresAt'),
            }),
            ...entriesAt(document, 'mcpOAuth').flatMap(([server, entry]) =>
              (['accessToken', 'refreshToken', 'clientSecret'] as const).flatMap((key) =>
                credentialAt(document, ['mcpOAuth', server, key], {
                  kind:
                    key === 'accessToken'
                      ? 'oauth-access-token'
                      : key === 'refreshToken'
                        ? 'oauth-refresh-token'
                        : 'oauth-client-secret',
                  provider: textAt(entry, 'serverName') ?? server,
                }),
              ),
            ),
          ],
        };
      },
    },
    {
      path: `${HOME}/ide/*.lock`,
      format: 'json',
      read: (document) => ({
        credentials: credentialAt(document, ['authToken'], {
          kind: 'ide-bridge-token',
          provider: 'anthropic',
        }),
      }),
    },
  ],
  assets: [
    { kind: 'instructions', scope: 'user', path: `${HOME}/CLAUDE.md`, role: 'instructions' },
    { kind: 'instructions', scope: 'user', path: `${HOME}/rules/**/*.md`, role: 'instructions' },
    { kind: 'instructions', scope: 'project', path: 'CLAUDE.md', role: 'instructions' },
    { kind: 'instructions', scope: 'project', path: '.claude/CLAUDE.md', role: 'instructions' },
    { kind: 'instructions', scope: 'local', path: 'CLAUDE.local.md', role: 'instructions' },
    { kind: 'instructions', scope: 'project', path: '.claude/rules/**/*.md', role: 'instructions' },
    { kind: 'skill', scope: 'user', path: `${HOME}/skills/*/SKILL.md`, role: 'skill', nameFrom: 'folder' },
    { kind: 'skill', scope: 'project', path: '.claude/skills/*/SKILL.md', role: 'skill', nameFrom: 'folder' },
    {
      kind: 'skill',
      scope: 'plugin',
      path: `${HOME}/plugins/cache/**/skills/*/SKILL.md`,
      role: 'skill',
      nameFrom: 'folder',
    },
    { kind: 'subagent', scope: 'user', path: `${HOME}/agents/**/*.md`, role: 'subagent' },
    { kind: 'subagent', scope: 'project', path: '.claude/agents/**/*.md', role: 'subagent' },
    { kind: 'command', scope: 'user', path: `${HOME}/commands/**/*.md`, role: 'command' },
    { kind: 'command', scope: 'project', path: '.claude/commands/**/*.md', role: 'command' },
    {
      kind: 'plugin',
      scope: 'user',
      path: `${HOME}/plugins/cache/*/*/*/.claude-plugin/plugin.json`,
      nameFrom: 'folder',
    },
    { kind: 'instructions', scope: 'project', path: `${HOME}/projects/*/memory/*.md`, role: 'memory' },
  ],
  leftovers: [
    { kind: 'history', path: `${HOME}/history.jsonl` },
    { kind: 'snapshot', path: `${HOME}/shell-snapshots/*` },
    { kind: 'paste', path: `${HOME}/paste-cache/*` },
  ],
  secretVariables: [
    'ANTHROPIC_API_KEY',
    'ANTHROPIC_AUTH_TOKEN',
    'CLAUDE_CODE_OAUTH_TOKEN',
    'AWS_BEARER_TOKEN_BEDROCK',
  ],
};
