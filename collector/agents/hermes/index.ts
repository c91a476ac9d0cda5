import type { AgentSpec } from '../spec.ts';
import { HERMES_LOGS } from './log.ts';
import { config, discovery, rules, skills } from '../shared/declare.ts';
import { credentialAt, hooksAt, serversAt, settingsAt } from '../shared/readings.ts';
import type { ConfigReading } from '../spec-discovery.ts';

const HOME = '{HERMES_HOME|~/.hermes}';

/** Hooks of the gateway load without consent: they are listed as assets too (2026-11). */
function readConfig(document: unknown): ConfigReading {
  return {
    mcpServers: serversAt(document, 'mcp_servers'),
    hooks: hooksAt(document, 'hooks'),
    settings: settingsAt(document, ['hooks_auto_accept', 'terminal.backend', 'plugins.enabled', 'approvals']),
  };
}

export const HERMES: AgentSpec = {
  id: 'hermes',
  name: 'Hermes Agent',
  vendor: 'Nous Research',
  kind: 'cli',
  gate: 'hook',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'path', method: 'installer', path: `${HOME}/hermes-agent` },
      { kind: 'command', name: 'hermes' },
      { kind: 'bundle', name: 'Hermes' },
    ],
    process: { names: ['hermes'], scripts: ['/bin/hermes', 'hermes_cli.main'] },
    configs: [
      config('user', `${HOME}/config.yaml`, readConfig, 'yaml'),
      config('user', `${HOME}/profiles/*/config.yaml`, readConfig, 'yaml'),
      { ...config('managed', '/etc/hermes/config.yaml', readConfig, 'yaml'), on: ['linux'] },
    ],
    credentials: [`${HOME}/auth.json`, `${HOME}/mcp-tokens/*.json`].map((path) => ({
      path,
      format: 'json' as const,
      read: (document: unknown) => ({
        credentials: [
          ...credentialAt(document, ['access_token'], { kind: 'oauth-access-token', provider: 'hermes' }),
          ...credentialAt(document, ['refresh_token'], { kind: 'oauth-refresh-token', provider: 'hermes' }),
        ],
      }),
    })),
    assets: [
      ...rules('user', `${HOME}/SOUL.md`, `${HOME}/memories/*.md`),
      ...skills('user', `${HOME}/skills`),
      { kind: 'plugin', scope: 'user', path: `${HOME}/plugins/*` },
      { kind: 'hook', scope: 'user', path: `${HOME}/hooks/*/handler.py`, nameFrom: 'folder' },
    ],
  }),
  logs: HERMES_LOGS,
};
