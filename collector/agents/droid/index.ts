import type { AgentSpec } from '../spec.ts';
import { DROID_LOGS } from './log.ts';
import { commands, config, discovery, mcpFiles, rules, skills, subagents } from '../shared/declare.ts';
import { itemsAt, textAt, pointer } from '../shared/document.ts';
import { credentialAt, hooksAt, mode, settingsAt } from '../shared/readings.ts';
import type { ConfigReading } from '../spec-discovery.ts';

const HOME = '{FACTORY_HOME_OVERRIDE|~}/.factory';

function readHooks(document: unknown): ConfigReading {
  return { hooks: [...hooksAt(document), ...hooksAt(document, 'hooks')] };
}

/** Droid 0.x (2026-11); own model keys stand in plain text in `customModels`. */
function readSettings(document: unknown): ConfigReading {
  return {
    hooks: hooksAt(document, 'hooks'),
    settings: settingsAt(document, [
      'autonomyMode',
      'maxAutonomyLevel',
      'commandAllowlist',
      'commandDenylist',
      'enableDroidShield',
      'hooksDisabled',
      'cloudSessionSync',
    ]),
    credentials: itemsAt(document, 'customModels').flatMap((model, index) =>
      credentialAt(model, ['apiKey'], {
        kind: 'api-key',
        provider: textAt(model, 'provider') ?? 'model',
      }).map((one) => ({ ...one, pointer: pointer('customModels', index, 'apiKey') })),
    ),
    ...mode(textAt(document, 'autonomyMode') ?? textAt(document, 'sessionDefaultSettings', 'autonomyMode')),
  };
}

export const DROID: AgentSpec = {
  id: 'droid',
  name: 'Factory Droid',
  vendor: 'Factory',
  kind: 'cli',
  gate: 'hook',
  evidence: 'docs',
  discovery: discovery({
    installs: [
      { kind: 'npm', package: 'droid' },
      { kind: 'npm', package: '@factory/cli' },
      { kind: 'homebrew', name: 'droid' },
      { kind: 'command', name: 'droid' },
      { kind: 'bundle', name: 'Factory' },
    ],
    process: { names: ['droid', 'factory'], scripts: ['/@factory/cli/'] },
    markers: ['FACTORY_PROJECT_DIR', 'DROID_PLUGIN_ROOT'],
    configs: [
      ...['settings.json', 'settings.local.json'].flatMap((file) => [
        config('user', `${HOME}/${file}`, readSettings),
        config('project', `.factory/${file}`, readSettings),
      ]),
      { ...config('managed', '/etc/factory/settings.json', readSettings), on: ['linux'] },
      {
        ...config('managed', '/Library/Application Support/Factory/settings.json', readSettings),
        on: ['darwin'],
      },
      { ...config('managed', '{programFiles}/Factory/settings.json', readSettings), on: ['win32'] },
      ...mcpFiles('user', `${HOME}/mcp.json`),
      ...mcpFiles('project', '.factory/mcp.json'),
      ...[`${HOME}/hooks.json`].map((path) => config('user', path, readHooks)),
      config('project', '.factory/hooks.json', readHooks),
      config('project', '.factory/hooks/hooks.json', readHooks),
    ],
    credentials: [
      {
        path: `${HOME}/auth.json`,
        format: 'json',
        read: (document) => ({
          credentials: [
            ...credentialAt(document, ['access_token'], { kind: 'oauth-access-token', provider: 'factory' }),
            ...credentialAt(document, ['refresh_token'], {
              kind: 'oauth-refresh-token',
              provider: 'factory',
            }),
          ],
        }),
      },
    ],
    assets: [
      ...commands('user', `${HOME}/commands/*.md`),
      ...commands('project', '.factory/commands/*.md'),
      ...subagents('user', `${HOME}/droids/*.md`),
      ...subagents('project', '.factory/droids/*.md'),
      ...skills('user', `${HOME}/skills`),
      ...skills('project', '.factory/skills'),
      ...rules('project', '.factory/rules/*.md'),
    ],
    secretVariables: ['FACTORY_API_KEY'],
  }),
  logs: DROID_LOGS,
};
