import type { AgentSpec } from '../spec.ts';
import { GOOSE_LOGS } from './log.ts';
import { commands, config, discovery, rules } from '../shared/declare.ts';
import { entriesAt, field, isFields, textAt, pointer } from '../shared/document.ts';
import { credentialAt, hooksAt, mode, settingsAt } from '../shared/readings.ts';
import type { ConfigReading, RawMcpServer } from '../spec-discovery.ts';

/** MCP servers are called extensions, with `cmd`, `envs` and `uri`; `auto` runs everything (Goose 1.x, 2026-11). */
function readConfig(document: unknown): ConfigReading {
  return {
    mcpServers: entriesAt(document, 'extensions').flatMap(([name, entry]): RawMcpServer[] => {
      const type = textAt(entry, 'type');
      if (!isFields(entry) || type === 'builtin' || type === 'platform') return [];
      const command = field(entry, 'cmd');
      const env = field(entry, 'envs');
      return [
        {
          name,
          pointer: pointer('extensions', name),
          entry: {
            ...entry,
            ...(command === undefined ? {} : { command }),
            ...(env === undefined ? {} : { env }),
          },
        },
      ];
    }),
    settings: settingsAt(document, ['GOOSE_MODE', 'GOOSE_ALLOWLIST', 'SECURITY_PROMPT_ENABLED']),
    ...mode(textAt(document, 'GOOSE_MODE')),
  };
}

export const GOOSE: AgentSpec = {
  id: 'goose',
  name: 'Goose',
  vendor: 'Agentic AI Foundation',
  kind: 'cli',
  gate: 'hook',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'command', name: 'goose' },
      { kind: 'homebrew', name: 'block-goose-cli' },
      { kind: 'homebrew', name: 'block-goose' },
      { kind: 'bundle', name: 'Goose' },
      { kind: 'path', method: 'installer', path: '{localAppData}/Programs/goose', on: ['win32'] },
    ],
    process: { names: ['goose', 'goosed'] },
    markers: ['GOOSE_TERMINAL', 'AGENT=goose'],
    configs: [
      {
        ...config('user', '{GOOSE_PATH_ROOT|~}/.config/goose/config.yaml', readConfig, 'yaml'),
        on: ['linux', 'darwin'],
      },
      { ...config('user', '{appSupport}/Block/goose/config/config.yaml', readConfig, 'yaml'), on: ['win32'] },
      config(
        'user',
        '~/.config/goose/permission.yaml',
        (document) => ({ settings: settingsAt(document, ['user']) }),
        'yaml',
      ),
      ...['~/.agents/plugins/*/hooks/hooks.json'].map((path) =>
        config('plugin', path, (document) => ({ hooks: hooksAt(document, 'hooks') })),
      ),
      config('project', '.agents/plugins/*/hooks/hooks.json', (document) => ({
        hooks: hooksAt(document, 'hooks'),
      })),
    ],
    credentials: [
      {
        path: '~/.config/goose/secrets.yaml',
        format: 'yaml',
        read: (document) => ({
          credentials: entriesAt(document).flatMap(([key]) =>
            credentialAt(document, [key], {
              kind: 'api-key',
              provider: key.replace(/_(?:API_KEY|TOKEN).*$/s, '').toLowerCase(),
            }),
          ),
        }),
      },
    ],
    assets: [
      ...rules('project', '.goosehints'),
      ...rules('user', '~/.config/goose/.goosehints'),
      ...commands('user', '~/.config/goose/recipes/*.yaml'),
    ],
  }),
  logs: GOOSE_LOGS,
};
