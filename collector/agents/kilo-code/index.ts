import type { AgentSpec } from '../spec.ts';
import { KILO_CODE_LOGS } from './log.ts';
import { commands, config, discovery, mcpFiles, rules, skills, subagents } from '../shared/declare.ts';
import { entriesAt, field } from '../shared/document.ts';
import { credentialAt, mode, serversAt, settingsAt } from '../shared/readings.ts';
import type { ConfigReading } from '../spec-discovery.ts';

function readKilo(document: unknown): ConfigReading {
  return {
    mcpServers: serversAt(document, 'mcp'),
    settings: settingsAt(document, ['permission', 'tools', 'instructions', 'plugin']),
    ...mode(field(document, 'permission') === 'allow' ? 'allow' : undefined),
  };
}

/** Kilo Code, rebuilt in 2026 on the OpenCode core. Plug-ins are code that runs in the agent. */
export const KILO_CODE: AgentSpec = {
  id: 'kilo-code',
  name: 'Kilo Code',
  vendor: 'Kilo',
  kind: 'extension',
  gate: 'hook',
  evidence: 'docs',
  discovery: discovery({
    installs: [
      { kind: 'extension', id: 'kilocode.kilo-code' },
      { kind: 'npm', package: '@kilocode/cli' },
      { kind: 'command', name: 'kilo' },
    ],
    process: { names: ['kilo'], scripts: ['/kilocode/', '/@kilocode/'] },
    configs: [
      ...['kilo.jsonc', 'kilo.json'].flatMap((file) => [
        config('user', `{XDG_CONFIG_HOME|~/.config}/kilo/${file}`, readKilo),
        config('project', file, readKilo),
        config('project', `.kilo/${file}`, readKilo),
      ]),
      ...mcpFiles('project', '.kilocode/mcp.json'),
      ...mcpFiles(
        'user',
        '~/.kilocode/cli/global/settings/mcp_settings.json',
        ...['Code', 'Cursor', 'Windsurf'].map(
          (product) =>
            `{appSupport}/${product}/User/globalStorage/kilocode.kilo-code/settings/mcp_settings.json`,
        ),
      ),
    ],
    credentials: [
      {
        path: '~/.local/share/kilo/auth.json',
        format: 'json',
        read: (document) => ({
          credentials: entriesAt(document).flatMap(([provider]) => [
            ...credentialAt(document, [provider, 'key'], { kind: 'api-key', provider }),
            ...credentialAt(document, [provider, 'access'], { kind: 'oauth-access-token', provider }),
            ...credentialAt(document, [provider, 'refresh'], { kind: 'oauth-refresh-token', provider }),
          ]),
        }),
      },
    ],
    assets: [
      ...rules('project', '.kilo/rules/*.md', '.kilocode/rules/*.md'),
      ...rules('user', '~/.kilo/rules/*.md', '~/.kilocode/rules/*.md'),
      ...commands('project', '.kilo/commands/*.md'),
      ...subagents('project', '.kilo/agents/*.md'),
      ...skills('project', '.kilo/skills', '.kilocode/skills'),
      { kind: 'plugin', scope: 'project', path: '.kilo/plugin/*' },
      { kind: 'plugin', scope: 'project', path: '.kilo/plugins/*' },
      { kind: 'plugin', scope: 'user', path: '{XDG_CONFIG_HOME|~/.config}/kilo/plugin/*' },
      { kind: 'plugin', scope: 'user', path: '{XDG_CONFIG_HOME|~/.config}/kilo/plugins/*' },
    ],
  }),
  logs: KILO_CODE_LOGS,
};
