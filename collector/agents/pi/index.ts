import type { AgentSpec } from '../spec.ts';
import { PI_LOGS } from './log.ts';
import { commands, config, discovery, mcpFiles, skills } from '../shared/declare.ts';
import { entriesAt } from '../shared/document.ts';
import { credentialAt, mode, settingsAt } from '../shared/readings.ts';

const HOME = '{PI_CODING_AGENT_DIR|~/.pi/agent}';

/** Pi asks before no tool call (2026-11); its extensions are code in the agent. */
export const PI: AgentSpec = {
  id: 'pi',
  name: 'Pi',
  vendor: 'Earendil',
  kind: 'cli',
  gate: 'hook',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'npm', package: '@earendil-works/pi-coding-agent' },
      { kind: 'npm', package: '@mariozechner/pi-coding-agent' },
      { kind: 'command', name: 'pi' },
    ],
    process: { names: ['pi'], scripts: ['/pi-coding-agent/'] },
    markers: ['PI_CODING_AGENT'],
    configs: [
      ...mcpFiles('user', `${HOME}/mcp.json`),
      ...mcpFiles('project', '.pi/mcp.json'),
      config('user', `${HOME}/settings.json`, (document) => ({
        settings: settingsAt(document, ['extensions', 'packages']),
        ...mode('never-asks'),
      })),
      config('project', '.pi/settings.json', (document) => ({
        settings: settingsAt(document, ['extensions', 'packages']),
      })),
    ],
    credentials: [
      {
        path: `${HOME}/auth.json`,
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
      { kind: 'extension', scope: 'user', path: `${HOME}/extensions/*` },
      { kind: 'extension', scope: 'project', path: '.pi/extensions/*' },
      ...skills('user', `${HOME}/skills`),
      ...skills('project', '.pi/skills'),
      ...commands('user', `${HOME}/prompts/*.md`),
      ...commands('project', '.pi/prompts/*.md'),
    ],
  }),
  logs: PI_LOGS,
};
