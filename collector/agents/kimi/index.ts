import type { AgentSpec } from '../spec.ts';
import { KIMI_LOGS } from './log.ts';
import { config, discovery, mcpFiles } from '../shared/declare.ts';
import { entriesAt, itemsAt, textAt, pointer } from '../shared/document.ts';
import { credentialAt, mode, settingsAt } from '../shared/readings.ts';
import type { ConfigReading } from '../spec-discovery.ts';

const HOME = '{KIMI_CODE_HOME|~/.kimi-code}';

/** Hooks are a list of tables; the mode is `manual`, `auto` or `yolo` (Kimi Code, 2026-11). */
function readConfig(document: unknown): ConfigReading {
  return {
    settings: settingsAt(document, ['permission_mode', 'permission.mode', 'default_model']),
    hooks: itemsAt(document, 'hooks').flatMap((hook, index) => {
      const command = textAt(hook, 'command');
      return command === undefined
        ? []
        : [{ event: textAt(hook, 'event') ?? 'hook', command, pointer: pointer('hooks', index, 'command') }];
    }),
    credentials: entriesAt(document, 'providers').flatMap(([provider]) =>
      credentialAt(document, ['providers', provider, 'api_key'], { kind: 'api-key', provider }),
    ),
    ...mode(textAt(document, 'permission_mode') ?? textAt(document, 'permission', 'mode')),
  };
}

/** Kimi Code, and Kimi CLI before it. */
export const KIMI: AgentSpec = {
  id: 'kimi',
  name: 'Kimi Code',
  vendor: 'Moonshot AI',
  kind: 'cli',
  gate: 'hook',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'npm', package: '@moonshot-ai/kimi-code' },
      { kind: 'path', method: 'installer', path: '~/.kimi-code/bin' },
      { kind: 'command', name: 'kimi' },
      { kind: 'command', name: 'kimi-legacy' },
      { kind: 'path', method: 'uv', path: '~/.local/share/uv/tools/kimi-cli' },
    ],
    process: { names: ['kimi', 'kimi-legacy'], scripts: ['/kimi-code/', '/bin/kimi'] },
    configs: [
      ...mcpFiles('user', `${HOME}/mcp.json`, '~/.kimi/mcp.json'),
      ...mcpFiles('project', '.kimi-code/mcp.json'),
      config('user', `${HOME}/config.toml`, readConfig, 'toml'),
      config('user', '{KIMI_SHARE_DIR|~/.kimi}/config.toml', readConfig, 'toml'),
    ],
    credentials: [
      {
        path: '{KIMI_SHARE_DIR|~/.kimi}/credentials/*.json',
        format: 'json',
        read: (document) => ({
          credentials: [
            ...credentialAt(document, ['access_token'], { kind: 'oauth-access-token', provider: 'moonshot' }),
            ...credentialAt(document, ['refresh_token'], {
              kind: 'oauth-refresh-token',
              provider: 'moonshot',
            }),
          ],
        }),
      },
    ],
    secretVariables: ['KIMI_API_KEY', 'MOONSHOT_API_KEY'],
  }),
  logs: KIMI_LOGS,
};
