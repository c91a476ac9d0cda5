import type { AgentSpec } from '../spec.ts';
import { MISTRAL_VIBE_LOGS } from './log.ts';
import { config, discovery, skills } from '../shared/declare.ts';
import { field, itemsAt, textAt, textsAt, pointer } from '../shared/document.ts';
import { mode, settingsAt } from '../shared/readings.ts';
import type { ConfigReading } from '../spec-discovery.ts';

/** Servers are a list of tables with names. */
function readConfig(document: unknown): ConfigReading {
  return {
    mcpServers: itemsAt(document, 'mcp_servers').flatMap((entry, index) => {
      const name = textAt(entry, 'name');
      return name === undefined ? [] : [{ name, entry, pointer: pointer('mcp_servers', index) }];
    }),
    settings: settingsAt(document, ['tools', 'auto_approve', 'enable_experimental_hooks']),
    ...mode(field(document, 'auto_approve') === true ? 'auto-approve' : undefined),
  };
}

export const MISTRAL_VIBE: AgentSpec = {
  id: 'mistral-vibe',
  name: 'Mistral Vibe',
  vendor: 'Mistral AI',
  kind: 'cli',
  gate: 'hook',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'command', name: 'vibe' },
      { kind: 'path', method: 'uv', path: '~/.local/share/uv/tools/mistral-vibe' },
      { kind: 'path', method: 'pipx', path: '~/.local/share/pipx/venvs/mistral-vibe' },
    ],
    process: { names: ['vibe', 'vibe-acp'], scripts: ['/bin/vibe'] },
    configs: [
      config('user', '{VIBE_HOME|~/.vibe}/config.toml', readConfig, 'toml'),
      config('project', '.vibe/config.toml', readConfig, 'toml'),
      config(
        'user',
        '{VIBE_HOME|~/.vibe}/trusted_folders.toml',
        (document) => ({ projects: textsAt(document, 'trusted') }),
        'toml',
      ),
    ],
    assets: [...skills('user', '{VIBE_HOME|~/.vibe}/skills'), ...skills('project', '.vibe/skills')],
    secretVariables: ['MISTRAL_API_KEY'],
  }),
  logs: MISTRAL_VIBE_LOGS,
};
