import type { AgentSpec } from '../spec.ts';
import { CRUSH_LOGS } from './log.ts';
import { config, discovery, rules, skills } from '../shared/declare.ts';
import { entriesAt } from '../shared/document.ts';
import { credentialAt, hooksAt, serversAt, settingsAt } from '../shared/readings.ts';
import type { ConfigReading } from '../spec-discovery.ts';

/** Servers, permissions, hooks and, in the data folder, saved keys (Crush, 2026-11). */
function readConfig(document: unknown): ConfigReading {
  return {
    mcpServers: serversAt(document, 'mcp'),
    settings: settingsAt(document, [
      'permissions.allowed_tools',
      'permissions.skip_requests',
      'options.disabled_tools',
    ]),
    hooks: hooksAt(document, 'hooks'),
    credentials: entriesAt(document, 'providers').flatMap(([provider]) => [
      ...credentialAt(document, ['providers', provider, 'api_key'], { kind: 'api-key', provider }),
      ...credentialAt(document, ['providers', provider, 'oauth', 'access_token'], {
        kind: 'oauth-access-token',
        provider,
      }),
      ...credentialAt(document, ['providers', provider, 'oauth', 'refresh_token'], {
        kind: 'oauth-refresh-token',
        provider,
      }),
    ]),
  };
}

/** `crushrc` is a shell script the agent runs at its start: listed as a hook. */
export const CRUSH: AgentSpec = {
  id: 'crush',
  name: 'Crush',
  vendor: 'Charm',
  kind: 'cli',
  gate: 'hook',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'npm', package: '@charmland/crush' },
      { kind: 'homebrew', name: 'crush' },
      { kind: 'winget', name: 'charmbracelet.crush' },
      { kind: 'command', name: 'crush' },
    ],
    process: { names: ['crush'] },
    markers: ['CRUSH'],
    configs: [
      config('user', '{CRUSH_GLOBAL_CONFIG|~/.config/crush}/crush.json', readConfig),
      config('project', 'crush.json', readConfig),
      config('project', '.crush.json', readConfig),
      { ...config('managed', '/etc/crush/crush.json', readConfig), on: ['linux', 'darwin'] },
      {
        ...config('user', '{CRUSH_GLOBAL_DATA|~/.local/share/crush}/crush.json', readConfig),
        on: ['linux', 'darwin'],
      },
      { ...config('user', '{localAppData}/crush/crush.json', readConfig), on: ['win32'] },
    ],
    assets: [
      ...['crushrc', '.crushrc'].map((path) => ({ kind: 'hook' as const, scope: 'project' as const, path })),
      { kind: 'hook', scope: 'user', path: '~/.config/crush/crushrc' },
      ...rules('project', 'CRUSH.md'),
      ...skills('user', '~/.config/crush/skills'),
    ],
  }),
  logs: CRUSH_LOGS,
};
