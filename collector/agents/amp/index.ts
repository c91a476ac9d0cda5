import type { AgentSpec } from '../spec.ts';
import { AMP_LOGS } from './log.ts';
import { config, discovery, rules } from '../shared/declare.ts';
import { entriesAt, field } from '../shared/document.ts';
import { credentialAt, dottedSettingsAt, mode, serversAt } from '../shared/readings.ts';
import type { ConfigReading } from '../spec-discovery.ts';

/** Dotted keys. Without rules every tool runs without asking (vendor documentation, 2026-11). */
function readSettings(document: unknown): ConfigReading {
  const open = field(document, 'amp.dangerouslyAllowAll') === true;
  return {
    mcpServers: serversAt(document, 'amp.mcpServers'),
    settings: dottedSettingsAt(document, [
      'amp.permissions',
      'amp.mcpPermissions',
      'amp.dangerouslyAllowAll',
      'amp.commands.allowlist',
      'amp.url',
    ]),
    ...mode(open ? 'allow-all' : undefined),
  };
}

/** Amp keeps threads on its server; older threads lie in `~/.local/share/amp`. */
export const AMP: AgentSpec = {
  id: 'amp',
  name: 'Amp',
  vendor: 'Amp',
  kind: 'cli',
  gate: 'file',
  evidence: 'docs',
  discovery: discovery({
    installs: [
      { kind: 'path', method: 'installer', path: '{AMP_HOME|~/.amp}/bin/amp' },
      { kind: 'npm', package: '@ampcode/cli' },
      { kind: 'npm', package: '@sourcegraph/amp' },
      { kind: 'command', name: 'amp' },
      { kind: 'bundle', name: 'Amp' },
    ],
    process: { names: ['amp'], scripts: ['/@ampcode/cli/', '/@sourcegraph/amp/'] },
    markers: ['AMP_CURRENT_THREAD_ID', 'AGENT=amp'],
    configs: [
      ...['settings.json', 'settings.jsonc'].flatMap((file) => [
        config('user', `{XDG_CONFIG_HOME|~/.config}/amp/${file}`, readSettings),
        config('project', `.amp/${file}`, readSettings),
      ]),
      { ...config('managed', '/etc/ampcode/managed-settings.json', readSettings), on: ['linux'] },
      {
        ...config('managed', '/Library/Application Support/ampcode/managed-settings.json', readSettings),
        on: ['darwin'],
      },
      { ...config('managed', '{programData}/ampcode/managed-settings.json', readSettings), on: ['win32'] },
    ],
    credentials: [
      {
        path: '~/.local/share/amp/secrets.json',
        format: 'json',
        read: (document) => ({
          credentials: entriesAt(document).flatMap(([key]) =>
            key.startsWith('apiKey@')
              ? credentialAt(document, [key], { kind: 'api-key', provider: 'amp' })
              : [],
          ),
        }),
      },
    ],
    assets: [
      ...rules('user', '{XDG_CONFIG_HOME|~/.config}/amp/AGENTS.md'),
      { kind: 'plugin', scope: 'user', path: '{XDG_CONFIG_HOME|~/.config}/amp/plugins/*' },
      { kind: 'plugin', scope: 'project', path: '.amp/plugins/*' },
    ],
    leftovers: [{ kind: 'history', path: '{data}/amp/history.jsonl' }],
    secretVariables: ['AMP_API_KEY'],
  }),
  logs: AMP_LOGS,
};
