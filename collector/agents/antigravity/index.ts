import type { AgentSpec } from '../spec.ts';
import { ANTIGRAVITY_LOGS } from './log.ts';
import {
  commands,
  config,
  desktopApp,
  discovery,
  mcpFiles,
  rules,
  skills,
  subagents,
} from '../shared/declare.ts';
import { entriesAt, field, itemsAt, textAt, pointer } from '../shared/document.ts';
import { hooksAt, mode, settingsAt } from '../shared/readings.ts';
import type { ConfigReading } from '../spec-discovery.ts';

function readSettings(document: unknown): ConfigReading {
  return {
    settings: settingsAt(document, ['toolPermission', 'permissions']),
    ...mode(textAt(document, 'toolPermission')),
  };
}

/** Top-level keys are names of hooks; each holds events. */
function readNamedHooks(document: unknown): ConfigReading {
  return {
    hooks: entriesAt(document).flatMap(([name]) =>
      hooksAt(field(document, name)).map((hook) => ({ ...hook, pointer: pointer(name) + hook.pointer })),
    ),
  };
}

/** Google Antigravity 1.x and 2.x, and its CLI `agy` (2026-11). */
export const ANTIGRAVITY: AgentSpec = {
  id: 'antigravity',
  name: 'Antigravity',
  vendor: 'Google',
  kind: 'ide',
  gate: 'hook',
  evidence: 'docs',
  discovery: discovery({
    installs: [
      ...desktopApp('Antigravity'),
      ...desktopApp('Antigravity IDE'),
      { kind: 'command', name: 'agy' },
      { kind: 'command', name: 'antigravity' },
      { kind: 'homebrew', name: 'antigravity' },
      { kind: 'winget', name: 'Google.Antigravity' },
    ],
    process: { names: ['antigravity', 'agy'], notArguments: ['--type='] },
    markers: ['ANTIGRAVITY_AGENT'],
    configs: [
      ...mcpFiles(
        'user',
        '~/.gemini/config/mcp_config.json',
        '~/.gemini/antigravity/mcp_config.json',
        '~/.gemini/antigravity-cli/mcp_config.json',
      ),
      ...mcpFiles('project', '.agents/mcp_config.json'),
      ...mcpFiles('plugin', '~/.gemini/config/plugins/*/mcp_config.json'),
      config('user', '~/.gemini/antigravity-cli/settings.json', readSettings),
      config('project', '.antigravity/settings.json', readSettings),
      ...['~/.gemini/config/hooks.json', '~/.gemini/config/plugins/*/hooks.json'].map((path) =>
        config('user', path, readNamedHooks),
      ),
      ...['.agents/hooks.json', '.agent/hooks.json', '_agents/hooks.json', '_agent/hooks.json'].map((path) =>
        config('project', path, readNamedHooks),
      ),
      {
        ...config('user', '~/.gemini/config/projects/*.json', (document) => ({
          projects: itemsAt(document, 'projectResources', 'resources').flatMap(
            (resource) => textAt(resource, 'folderUri') ?? [],
          ),
        })),
        state: true,
      },
    ],
    assets: [
      ...rules('project', '.agents/rules/*.md'),
      ...commands('project', '.agents/workflows/*.md'),
      ...commands('user', '~/.gemini/antigravity/global_workflows/*.md'),
      ...subagents('project', '.agents/agents/*.md'),
      ...skills('project', '.agent/skills'),
      ...skills(
        'user',
        '~/.gemini/config/skills',
        '~/.gemini/antigravity/skills',
        '~/.gemini/antigravity-cli/skills',
      ),
      { kind: 'plugin', scope: 'user', path: '~/.gemini/config/plugins/*/plugin.json', nameFrom: 'folder' },
    ],
  }),
  logs: ANTIGRAVITY_LOGS,
};
