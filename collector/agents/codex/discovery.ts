import type { AgentDiscovery, ConfigReading, RawCredential, RawSetting } from '../spec-discovery.ts';
import { entriesAt, field, isFields, jwtClaims, pointer, textAt, timeMs } from '../shared/document.ts';
import {
  account,
  credentialAt,
  hooksAt,
  mode,
  serversAt,
  settingsAt,
  variablesAt,
} from '../shared/readings.ts';

const HOME = '{CODEX_HOME|~/.codex}';

const SETTINGS = [
  'approval_policy',
  'sandbox_mode',
  'sandbox_workspace_write',
  'default_permissions',
  'permissions',
  'profile',
  'model',
  'model_provider',
  'openai_base_url',
  'chatgpt_base_url',
  'cli_auth_credentials_store',
  'mcp_oauth_credentials_store',
  'shell_environment_policy',
  'history.persistence',
  'features',
  'notify',
  'otel',
  'allowed_approval_policies',
  'allowed_sandbox_modes',
  'allow_managed_hooks_only',
] as const;

/** `config.toml`, Codex 0.169, 2026-11. */
function readConfig(document: unknown): ConfigReading {
  const projects = entriesAt(document, 'projects');
  const approval = textAt(document, 'approval_policy');
  const sandbox = textAt(document, 'sandbox_mode');
  const nested: RawSetting[] = [
    ...projects.flatMap(([path, project]) => {
      const value = textAt(project, 'trust_level');
      return value === undefined
        ? []
        : [
            {
              key: `projects.${path}.trust_level`,
              value,
              pointer: pointer('projects', path, 'trust_level'),
            },
          ];
    }),
    ...entriesAt(document, 'profiles').flatMap(([name, profile]) =>
      settingsAt(profile, ['approval_policy', 'sandbox_mode', 'model', 'model_provider']).map((setting) => ({
        ...setting,
        key: `profiles.${name}.${setting.key}`,
        pointer: pointer('profiles', name) + setting.pointer,
      })),
    ),
    ...entriesAt(document, 'model_providers').flatMap(([name, provider]) =>
      settingsAt(provider, ['base_url', 'env_key', 'http_headers']).map((setting) => ({
        ...setting,
        key: `model_providers.${name}.${setting.key}`,
        pointer: pointer('model_providers', name) + setting.pointer,
      })),
    ),
  ];
  const notify = field(document, 'notify');
  return {
    mcpServers: serversAt(document, 'mcp_servers'),
    settings: [...settingsAt(document, SETTINGS), ...nested],
    variables: variablesAt(document, 'shell_environment_policy', 'set'),
    hooks: [
      ...hooksAt(document, 'hooks'),
      ...(Array.isArray(notify)
        ? [{ event: 'notify', command: notify.map(String).join(' '), pointer: pointer('notify') }]
        : []),
    ],
    projects: projects.map(([path]) => path),
    ...mode(
      approval === undefined || sandbox === undefined ? (approval ?? sandbox) : `${approval}/${sandbox}`,
    ),
    ...(['keyring', 'auto'].includes(textAt(document, 'cli_auth_credentials_store') ?? '')
      ? { keychain: [{ item: 'Codex Auth', provider: 'openai', kind: 'oauth-token' }] }
      : {}),
  };
}

const TOKENS = [
  ['id_token', 'oauth-id-token'],
  ['access_token', 'oauth-access-token'],
  ['refresh_token', 'oauth-refresh-token'],
] as const;

export const CODEX_DISCOVERY: AgentDiscovery = {
  installs: [
    { kind: 'npm', package: '@openai/codex' },
    { kind: 'homebrew', name: 'codex' },
    { kind: 'command', name: 'codex' },
    { kind: 'winget', name: 'OpenAI.Codex' },
    { kind: 'scoop', name: 'codex' },
    { kind: 'extension', id: 'openai.chatgpt' },
  ],
  process: { names: ['codex'], scripts: ['/@openai/codex/'] },
  markers: ['CODEX_THREAD_ID', 'CODEX_CI', 'CODEX_SANDBOX', 'CODEX_SANDBOX_NETWORK_DISABLED'],
  configs: [
    { scope: 'user', format: 'toml', path: `${HOME}/config.toml`, read: readConfig },
    { scope: 'user', format: 'toml', path: `${HOME}/*.config.toml`, read: readConfig },
    { scope: 'project', format: 'toml', path: '.codex/config.toml', read: readConfig },
    {
      scope: 'managed',
      format: 'toml',
      path: '/etc/codex/config.toml',
      on: ['linux', 'darwin'],
      read: readConfig,
    },
    {
      scope: 'managed',
      format: 'toml',
      path: '/etc/codex/managed_config.toml',
      on: ['linux', 'darwin'],
      read: readConfig,
    },
    {
      scope: 'managed',
      format: 'toml',
      path: '/etc/codex/requirements.toml',
      on: ['linux', 'darwin'],
      read: readRequirements,
    },
    {
      scope: 'managed',
      format: 'toml',
      path: '{programData}/OpenAI/Codex/config.toml',
      on: ['win32'],
      read: readConfig,
    },
    {
      scope: 'managed',
      format: 'toml',
      path: '{programData}/OpenAI/Codex/managed_config.toml',
      on: ['win32'],
      read: readConfig,
    },
    {
      scope: 'managed',
      format: 'toml',
      path: '{programData}/OpenAI/Codex/requirements.toml',
      on: ['win32'],
      read: readRequirements,
    },
    {
      scope: 'user',
      format: 'json',
      path: `${HOME}/hooks.json`,
      read: (document) => ({ hooks: hooksAt(document, 'hooks') }),
    },
    {
      scope: 'project',
      format: 'json',
      path: '.codex/hooks.json',
      read: (document) => ({ hooks: hooksAt(document, 'hooks') }),
    },
  ],
  credentials: [
    {
      path: `${HOME}/auth.json`,
      format: 'json',
      read(document) {
        const claims = jwtClaims(field(document, 'tokens', 'id_token'));
        const openai = field(claims, 'https://api.openai.com/auth');
        const email = textAt(claims, 'email') ?? textAt(claims, 'https://api.openai.com/profile', 'email');
        const issuedMs = timeMs(field(document, 'last_refresh'));
        const common = {
          provider: 'openai',
          ...(email === undefined ? {} : { principal: email }),
          ...(issuedMs === undefined ? {} : { issuedMs }),
        };
        return {
          credentials: [
            ...credentialAt(document, ['OPENAI_API_KEY'], { kind: 'api-key', provider: 'openai' }),
            ...credentialAt(document, ['personal_access_token'], {
              kind: 'personal-access-token',
              provider: 'openai',
            }),
            ...TOKENS.flatMap(([key, kind]) => credentialAt(document, ['tokens', key], { kind, ...common })),
          ],
          accounts: account(
            textAt(document, 'tokens', 'account_id') ?? textAt(openai, 'chatgpt_account_id') ?? email,
            { email, plan: textAt(openai, 'chatgpt_plan_type') },
          ),
        };
      },
    },
    {
      path: `${HOME}/.credentials.json`,
      format: 'json',
      read: (document) => ({
        credentials: entriesAt(document).flatMap(([server, entry]): readonly RawCredential[] =>
          isFields(entry)
            ? [
                ...credentialAt(document, [server, 'access_token'], {
                  kind: 'oauth-access-token',
                  provider: textAt(entry, 'server_name') ?? server,
                  ...expiry(entry),
                }),
                ...credentialAt(document, [server, 'refresh_token'], {
                  kind: 'oauth-refresh-token',
                  provider: textAt(entry, 'server_name') ?? server,
                }),
              ]
            : [],
        ),
      }),
    },
  ],
  assets: [
    { kind: 'instructions', scope: 'user', path: `${HOME}/AGENTS.md`, role: 'instructions' },
    { kind: 'instructions', scope: 'user', path: `${HOME}/AGENTS.override.md`, role: 'instructions' },
    { kind: 'instructions', scope: 'project', path: 'AGENTS.md', role: 'instructions' },
    { kind: 'instructions', scope: 'project', path: 'AGENTS.override.md', role: 'instructions' },
    { kind: 'skill', scope: 'user', path: `${HOME}/skills/*/SKILL.md`, role: 'skill', nameFrom: 'folder' },
    { kind: 'skill', scope: 'user', path: '~/.agents/skills/*/SKILL.md', role: 'skill', nameFrom: 'folder' },
    { kind: 'skill', scope: 'project', path: '.agents/skills/*/SKILL.md', role: 'skill', nameFrom: 'folder' },
    { kind: 'skill', scope: 'project', path: '.codex/skills/*/SKILL.md', role: 'skill', nameFrom: 'folder' },
    { kind: 'command', scope: 'user', path: `${HOME}/prompts/*.md`, role: 'command' },
    { kind: 'instructions', scope: 'user', path: `${HOME}/rules/*.rules` },
    { kind: 'instructions', scope: 'user', path: `${HOME}/memories/*.md`, role: 'memory' },
  ],
  leftovers: [
    { kind: 'history', path: `${HOME}/history.jsonl` },
    { kind: 'snapshot', path: `${HOME}/shell_snapshots/*` },
  ],
  secretVariables: ['OPENAI_API_KEY', 'CODEX_API_KEY', 'CODEX_ACCESS_TOKEN'],
};

/** What an administrator demands. Its `mcp_servers` is an allow-list of identities, not a list of servers. */
function readRequirements(document: unknown): ConfigReading {
  return { settings: settingsAt(document, [...SETTINGS, 'mcp_servers', 'rules', 'hooks']) };
}

function expiry(entry: unknown): { readonly expiresMs?: number } {
  const expiresMs = timeMs(field(entry, 'expires_at'));
  return expiresMs === undefined ? {} : { expiresMs };
}
