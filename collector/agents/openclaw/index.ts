import type { AgentSpec } from '../spec.ts';
import { OPENCLAW_LOGS } from './log.ts';
import { config, discovery, rules, skills } from '../shared/declare.ts';
import { entriesAt, textAt } from '../shared/document.ts';
import { credentialAt, mode, serversAt, settingsAt } from '../shared/readings.ts';
import type { ConfigReading } from '../spec-discovery.ts';

const HOME = '{OPENCLAW_STATE_DIR|~/.openclaw}';

/** Reached from chat channels, runs without a terminal; host commands run unasked by default (2026-11). */
function readConfig(document: unknown): ConfigReading {
  return {
    mcpServers: [...serversAt(document, 'mcp', 'servers'), ...serversAt(document, 'mcpServers')],
    settings: settingsAt(document, [
      'tools.exec.mode',
      'tools.exec.host',
      'gateway.bind',
      'gateway.port',
      'plugins.load.paths',
      'plugins.enabled',
    ]),
    credentials: [
      ...credentialAt(document, ['gateway', 'auth', 'token'], {
        kind: 'gateway-token',
        provider: 'openclaw',
      }),
      ...entriesAt(document, 'channels').flatMap(([channel]) =>
        ['token', 'botToken', 'appToken'].flatMap((key) =>
          credentialAt(document, ['channels', channel, key], { kind: 'bot-token', provider: channel }),
        ),
      ),
    ],
    ...mode(textAt(document, 'tools', 'exec', 'mode')),
  };
}

/** OpenClaw, earlier Clawdbot and Moltbot; their old homes are looked at too. */
export const OPENCLAW: AgentSpec = {
  id: 'openclaw',
  name: 'OpenClaw',
  vendor: 'OpenClaw',
  kind: 'cli',
  gate: 'hook',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'npm', package: 'openclaw' },
      { kind: 'npm', package: 'clawdbot' },
      { kind: 'command', name: 'openclaw' },
      { kind: 'command', name: 'clawdbot' },
      { kind: 'bundle', name: 'OpenClaw' },
    ],
    process: {
      names: ['openclaw', 'openclaw-gateway', 'openclaw-node-worker'],
      scripts: ['/openclaw/', 'openclaw.mjs', '/clawdbot/'],
    },
    configs: [
      config('user', `${HOME}/openclaw.json`, readConfig),
      ...['~/.clawdbot/clawdbot.json', '~/.moltbot/moltbot.json'].map((path) =>
        config('user', path, readConfig),
      ),
      config('project', '.openclaw/openclaw.json', readConfig),
    ],
    credentials: [
      {
        path: `${HOME}/credentials/oauth.json`,
        format: 'json',
        read: (document) => ({
          credentials: entriesAt(document).flatMap(([provider]) => [
            ...credentialAt(document, [provider, 'access'], { kind: 'oauth-access-token', provider }),
            ...credentialAt(document, [provider, 'refresh'], { kind: 'oauth-refresh-token', provider }),
          ]),
        }),
      },
    ],
    assets: [
      ...skills('user', `${HOME}/skills`, `${HOME}/workspace/skills`),
      { kind: 'plugin', scope: 'user', path: `${HOME}/extensions/*` },
      ...rules(
        'user',
        `${HOME}/workspace/AGENTS.md`,
        `${HOME}/workspace/SOUL.md`,
        `${HOME}/workspace/TOOLS.md`,
        `${HOME}/workspace/HEARTBEAT.md`,
      ),
    ],
    secretVariables: ['OPENCLAW_GATEWAY_TOKEN', 'OPENCLAW_GATEWAY_PASSWORD'],
  }),
  logs: OPENCLAW_LOGS,
};
