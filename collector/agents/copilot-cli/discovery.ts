import type { AgentDiscovery, ConfigReading } from '../spec-discovery.ts';
import { entriesAt, field, itemsAt, pointer, textAt, textsAt } from '../shared/document.ts';
import { account, credentialAt, hooksAt, readMcpFile, serversAt, settingsAt } from '../shared/readings.ts';

const HOME = '{COPILOT_HOME|~/.copilot}';

const SETTINGS = [
  'permissions',
  'allowedMcpServers',
  'deniedMcpServers',
  'disabledMcpServers',
  'enabledMcpServers',
  'trusted_folders',
  'trustedFolders',
  'allowed_urls',
  'allowedUrls',
  'autopilot',
  'sandbox',
  'model',
  'enabledPlugins',
  'extraKnownMarketplaces',
  'strictKnownMarketplaces',
  'storeTokenPlaintext',
  'forceLoginOrgs',
  'policyHelper',
  'telemetry',
] as const;

/** Settings and state files, GitHub Copilot CLI 1.0.102, 2026-11. */
function readSettings(document: unknown): ConfigReading {
  const trusted = [...textsAt(document, 'trusted_folders'), ...textsAt(document, 'trustedFolders')];
  return {
    settings: settingsAt(document, SETTINGS),
    hooks: hooksAt(document, 'hooks'),
    mcpServers: serversAt(document, 'mcpServers'),
    switches: [
      ...textsAt(document, 'disabledMcpServers').map((server) => ({ server, enabled: false })),
      ...textsAt(document, 'enabledMcpServers').map((server) => ({ server, enabled: true })),
    ],
    projects: trusted,
    accounts: [...itemsAt(document, 'loggedInUsers'), ...itemsAt(document, 'logged_in_users')].flatMap(
      (user) => account(textAt(user, 'login'), { organization: textAt(user, 'host') }),
    ),
    credentials: [
      ...credentialAt(document, ['token'], { kind: 'oauth-access-token', provider: 'github' }),
      ...['copilotTokens', 'copilot_tokens', 'tokens'].flatMap((key) =>
        entriesAt(document, key).flatMap(([host, value]) =>
          typeof value === 'string'
            ? credentialAt(document, [key, host], {
                kind: 'oauth-access-token',
                provider: 'github',
                principal: host,
              })
            : credentialAt(document, [key, host, 'token'], {
                kind: 'oauth-access-token',
                provider: 'github',
                principal: host,
              }),
        ),
      ),
    ],
  };
}

/** Copilot's MCP entries list the tools they offer in `tools`; nothing there is an approval. */
export const COPILOT_CLI_DISCOVERY: AgentDiscovery = {
  installs: [
    { kind: 'npm', package: '@github/copilot' },
    { kind: 'homebrew', name: 'copilot-cli' },
    { kind: 'winget', name: 'GitHub.Copilot' },
    { kind: 'command', name: 'copilot' },
  ],
  process: { names: ['copilot'], scripts: ['/@github/copilot/'] },
  markers: ['COPILOT_CLI', 'COPILOT_AGENT_SESSION_ID', 'COPILOT_CLI_BINARY_VERSION'],
  configs: [
    { scope: 'user', format: 'json', path: `${HOME}/settings.json`, read: readSettings },
    { scope: 'user', format: 'json', path: `${HOME}/config.json`, read: readSettings },
    { scope: 'user', format: 'json', path: `${HOME}/mcp-config.json`, read: readMcpFile },
    { scope: 'project', format: 'json', path: '.mcp.json', read: readMcpFile },
    { scope: 'project', format: 'json', path: '.github/mcp.json', read: readMcpFile },
    { scope: 'project', format: 'json', path: '.github/copilot/settings.json', read: readSettings },
    { scope: 'local', format: 'json', path: '.github/copilot/settings.local.json', read: readSettings },
    {
      scope: 'user',
      format: 'json',
      path: `${HOME}/permissions-config.json`,
      read: (document) => ({
        settings: entriesAt(document, 'locations').flatMap(([path, location]) =>
          settingsAt(location, ['tool_approvals', 'allowed_directories']).map((setting) => ({
            ...setting,
            key: `locations.${path}.${setting.key}`,
            pointer: pointer('locations', path) + setting.pointer,
          })),
        ),
        projects: entriesAt(document, 'locations').map(([path]) => path),
      }),
    },
    {
      scope: 'user',
      format: 'json',
      path: `${HOME}/providers.json`,
      read: (document) => {
        const groups = [document, field(document, 'providers')];
        return {
          settings: settingsAt(document, ['providers']),
          credentials: groups.flatMap((group, index) =>
            entriesAt(group).flatMap(([name]) =>
              ['apiKey', 'bearerToken', 'api_key'].flatMap((key) =>
                credentialAt(document, [...(index === 0 ? [] : ['providers']), name, key], {
                  kind: 'api-key',
                  provider: name,
                }),
              ),
            ),
          ),
        };
      },
    },
    {
      scope: 'user',
      format: 'json',
      path: `${HOME}/hooks/*.json`,
      read: (document) => ({ hooks: hooksAt(document, 'hooks') }),
    },
    {
      scope: 'project',
      format: 'json',
      path: '.github/hooks/*.json',
      read: (document) => ({ hooks: hooksAt(document, 'hooks') }),
    },
    {
      scope: 'managed',
      format: 'json',
      path: '/etc/github-copilot/managed-settings.json',
      on: ['linux'],
      read: readSettings,
    },
    {
      scope: 'managed',
      format: 'json',
      path: '/Library/Application Support/GitHubCopilot/managed-settings.json',
      on: ['darwin'],
      read: readSettings,
    },
    {
      scope: 'managed',
      format: 'json',
      path: '{programFiles}/GitHubCopilot/managed-settings.json',
      on: ['win32'],
      read: readSettings,
    },
    {
      scope: 'managed',
      format: 'json',
      path: '/etc/github-copilot/policy.d/*.json',
      on: ['linux', 'darwin'],
      read: (document) => ({ hooks: hooksAt(document, 'hooks') }),
    },
    {
      scope: 'managed',
      format: 'json',
      path: '{programData}/GitHub/Copilot/policy.d/*.json',
      on: ['win32'],
      read: (document) => ({ hooks: hooksAt(document, 'hooks') }),
    },
  ],
  credentials: [],
  assets: [
    { kind: 'instructions', scope: 'user', path: `${HOME}/copilot-instructions.md`, role: 'instructions' },
    { kind: 'instructions', scope: 'user', path: `${HOME}/instructions/**/*.md`, role: 'instructions' },
    { kind: 'instructions', scope: 'project', path: '.github/copilot-instructions.md', role: 'instructions' },
    {
      kind: 'instructions',
      scope: 'project',
      path: '.github/instructions/**/*.instructions.md',
      role: 'instructions',
    },
    { kind: 'instructions', scope: 'project', path: 'AGENTS.md', role: 'instructions' },
    { kind: 'subagent', scope: 'user', path: `${HOME}/agents/*.agent.md`, role: 'subagent' },
    { kind: 'subagent', scope: 'project', path: '.github/agents/*.md', role: 'subagent' },
    { kind: 'skill', scope: 'user', path: `${HOME}/skills/*/SKILL.md`, role: 'skill', nameFrom: 'folder' },
    { kind: 'skill', scope: 'project', path: '.github/skills/*/SKILL.md', role: 'skill', nameFrom: 'folder' },
    {
      kind: 'plugin',
      scope: 'user',
      path: `${HOME}/installed-plugins/*/*/plugin.json`,
      nameFrom: 'folder',
    },
    { kind: 'extension', scope: 'user', path: `${HOME}/extensions/*/extension.mjs`, nameFrom: 'folder' },
  ],
  secretVariables: ['COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN', 'COPILOT_PROVIDER_API_KEY'],
};
