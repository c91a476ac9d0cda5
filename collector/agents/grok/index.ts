import type { AgentSpec } from '../spec.ts';
import { GROK_LOGS } from './log.ts';
import { config, discovery } from '../shared/declare.ts';
import { textAt } from '../shared/document.ts';
import { credentialAt, hooksAt, mode, serversAt, settingsAt } from '../shared/readings.ts';
import type { ConfigReading, ConfigSource } from '../spec-discovery.ts';

function readConfig(document: unknown): ConfigReading {
  return {
    mcpServers: serversAt(document, 'mcp_servers'),
    hooks: hooksAt(document, 'hooks'),
    settings: settingsAt(document, [
      'permission.allow',
      'permission.deny',
      'permission.ask',
      'ui.disable_bypass_permissions_mode',
      'ui.permission_mode',
    ]),
    ...mode(textAt(document, 'ui', 'permission_mode')),
  };
}

export const GROK: AgentSpec = {
  id: 'grok',
  name: 'Grok Build',
  vendor: 'xAI',
  kind: 'cli',
  gate: 'hook',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'npm', package: '@xai-official/grok' },
      { kind: 'command', name: 'grok' },
    ],
    process: { names: ['grok'], scripts: ['/@xai-official/grok/'] },
    configs: [
      ...['config.toml', 'managed_config.toml', 'requirements.toml'].map((file) =>
        config('user', `~/.grok/${file}`, readConfig, 'toml'),
      ),
      config('project', '.grok/config.toml', readConfig, 'toml'),
      ...['managed_config.toml', 'requirements.toml'].map((file): ConfigSource => ({
        ...config('managed', `/etc/grok/${file}`, readConfig, 'toml'),
        on: ['linux', 'darwin'],
      })),
      config('user', '~/.grok/hooks/*.json', (document) => ({ hooks: hooksAt(document, 'hooks') })),
      config('project', '.grok/hooks/*.json', (document) => ({ hooks: hooksAt(document, 'hooks') })),
    ],
    credentials: ['auth.json', 'mcp_credentials.json'].map((file) => ({
      path: `~/.grok/${file}`,
      format: 'json' as const,
      read: (document: unknown) => ({
        credentials: [
          ...credentialAt(document, ['access_token'], { kind: 'oauth-access-token', provider: 'xai' }),
          ...credentialAt(document, ['refresh_token'], { kind: 'oauth-refresh-token', provider: 'xai' }),
          ...credentialAt(document, ['api_key'], { kind: 'api-key', provider: 'xai' }),
        ],
      }),
    })),
    secretVariables: ['XAI_API_KEY'],
  }),
  logs: GROK_LOGS,
};
