import type { AgentSpec } from '../spec.ts';
import { WINDSURF_LOGS } from './log.ts';
import { field } from '../shared/document.ts';
import { commands, config, desktopApp, discovery, mcpFiles, rules, skills } from '../shared/declare.ts';
import { credentialAt, dottedSettingsAt, hooksAt, serversAt, settingsAt } from '../shared/readings.ts';
import { readWorkspace } from '../shared/vscode-family.ts';
import type { ConfigReading, McpImport } from '../spec-discovery.ts';

function readHooks(document: unknown): ConfigReading {
  return { hooks: hooksAt(document, 'hooks') };
}

/** Devin Local; the same file holds its hooks and, in older builds, its servers. */
function readDevin(document: unknown): ConfigReading {
  return {
    mcpServers: serversAt(document, 'mcpServers'),
    hooks: hooksAt(document, 'hooks'),
    settings: settingsAt(document, ['permissions.allow', 'permissions.deny', 'read_config_from']),
  };
}

/** Of the user, whose word goes before that of projects: what it takes over from others holds everywhere. */
function readUserDevin(document: unknown): ConfigReading {
  return { ...readDevin(document), imports: importsOf(field(document, 'read_config_from')) };
}

/** Keys of `read_config_from`; each holds unless it is `false`, also without the block (analysis of Devin 3000, 2026-11). */
const IMPORTS: readonly (readonly [key: string, from: string])[] = [
  ['cursor', 'cursor'],
  ['claude', 'claude-code'],
  ['opencode', 'opencode'],
  ['zed', 'zed'],
];

function importsOf(block: unknown): readonly McpImport[] {
  return IMPORTS.flatMap(([key, from]) => (field(block, key) === false ? [] : [{ from }]));
}

function readEditor(document: unknown): ConfigReading {
  return {
    settings: dottedSettingsAt(document, [
      'windsurf.cascadeCommandsAllowList',
      'windsurf.cascadeCommandsDenyList',
      'windsurf.autoExecutionPolicy',
      'security.workspace.trust.enabled',
    ]),
  };
}

/** Windsurf, called Devin Desktop since 2026-06. Sources: vendor documentation and public scanners, 2026-11; engine logs are encrypted. */
export const WINDSURF: AgentSpec = {
  id: 'windsurf',
  name: 'Windsurf',
  vendor: 'Cognition',
  kind: 'ide',
  gate: 'hook',
  evidence: 'docs',
  discovery: discovery({
    installs: [
      ...desktopApp('Windsurf'),
      ...desktopApp('Windsurf - Next'),
      ...desktopApp('Devin'),
      { kind: 'homebrew', name: 'windsurf' },
      { kind: 'winget', name: 'Codeium.Windsurf' },
      { kind: 'command', name: 'windsurf' },
      { kind: 'command', name: 'devin-desktop' },
      {
        kind: 'manifest',
        method: 'package',
        path: '/usr/share/windsurf/resources/app/package.json',
        on: ['linux'],
      },
      { kind: 'extension', id: 'codeium.windsurf' },
      { kind: 'extension', id: 'codeium.codeium' },
    ],
    process: {
      names: ['windsurf', 'devin', 'devin-desktop'],
      paths: ['windsurf', 'devin.app', '/devin/'],
      notArguments: ['--type='],
    },
    markers: ['CODEIUM_EDITOR_APP_ROOT', 'DEVIN_PROJECT_DIR'],
    configs: [
      ...mcpFiles(
        'user',
        '~/.codeium/windsurf/mcp_config.json',
        '~/.codeium/windsurf-next/mcp_config.json',
        '~/.codeium/windsurf/mcp.json',
        '~/.codeium/mcp_config.json',
        '~/.windsurf/mcp.json',
        '{XDG_CONFIG_HOME|~/.config}/devin/mcp_config.json',
      ),
      ...mcpFiles('project', '.windsurf/mcp.json', '.devin/mcp_config.json'),
      ...mcpFiles('local', '.devin/mcp_config.local.json'),
      config('user', '{XDG_CONFIG_HOME|~/.config}/devin/config.json', readUserDevin),
      config('project', '.devin/config.json', readDevin),
      config('local', '.devin/config.local.json', readDevin),
      config('user', '~/.codeium/windsurf/hooks.json', readHooks),
      config('user', '~/.codeium/hooks.json', readHooks),
      config('project', '.windsurf/hooks.json', readHooks),
      config('project', '.devin/hooks.v1.json', (document) => ({ hooks: hooksAt(document) })),
      { ...config('managed', '/etc/windsurf/hooks.json', readHooks), on: ['linux'] },
      { ...config('managed', '/Library/Application Support/Windsurf/hooks.json', readHooks), on: ['darwin'] },
      { ...config('managed', '{programData}/Windsurf/hooks.json', readHooks), on: ['win32'] },
      ...['Windsurf', 'Windsurf - Next', 'Devin'].flatMap((product) => [
        config('user', `{appSupport}/${product}/User/settings.json`, readEditor),
        {
          ...config('user', `{appSupport}/${product}/User/workspaceStorage/*/workspace.json`, readWorkspace),
          state: true,
        },
      ]),
    ],
    credentials: [
      {
        path: '~/.local/share/devin/credentials.toml',
        format: 'toml',
        read: (document) => ({
          credentials: ['api_key', 'apiKey', 'devin_api_key', 'windsurf_api_key'].flatMap((key) =>
            credentialAt(document, [key], { kind: 'api-key', provider: 'cognition' }),
          ),
        }),
      },
    ],
    assets: [
      ...rules('project', '.windsurfrules', '.windsurf/rules/*.md', '.devin/rules/*.md'),
      ...rules(
        'user',
        '~/.codeium/windsurf/memories/global_rules.md',
        '~/.devin/rules/*.md',
        '~/.devin/global_rules.md',
        '{XDG_CONFIG_HOME|~/.config}/devin/AGENTS.md',
      ),
      ...commands('project', '.windsurf/workflows/*.md'),
      ...skills('project', '.windsurf/skills'),
      ...skills('user', '~/.codeium/windsurf/skills', '{XDG_CONFIG_HOME|~/.config}/devin/skills'),
    ],
    secretVariables: ['WINDSURF_API_KEY', 'DEVIN_API_KEY'],
  }),
  logs: WINDSURF_LOGS,
};
