import type { AgentSpec } from '../spec.ts';
import { KIRO_LOGS } from './log.ts';
import { commands, config, desktopApp, discovery, mcpFiles, rules, skills } from '../shared/declare.ts';
import { field, itemsAt, textAt, timeMs, pointer } from '../shared/document.ts';
import { credentialAt, dottedSettingsAt, hooksAt, mode, serversAt, settingsAt } from '../shared/readings.ts';
import { readWorkspace } from '../shared/vscode-family.ts';
import type { ConfigReading } from '../spec-discovery.ts';

/** Servers of the user, and of installed powers. */
function readServers(document: unknown): ConfigReading {
  return {
    mcpServers: [...serversAt(document, 'mcpServers'), ...serversAt(document, 'powers', 'mcpServers')],
  };
}

function readAgent(document: unknown): ConfigReading {
  return {
    mcpServers: serversAt(document, 'mcpServers'),
    settings: settingsAt(document, ['allowedTools', 'toolsSettings']),
    hooks: hooksAt(document, 'hooks'),
  };
}

/** IDE 1.x: `{version: "v1", hooks: [{trigger, action: {type, command}}]}`. */
function readKiroHooks(document: unknown): ConfigReading {
  return {
    hooks: itemsAt(document, 'hooks').flatMap((hook, index) => {
      const command = textAt(hook, 'action', 'command');
      if (command === undefined) return [];
      return [
        {
          event: textAt(hook, 'trigger') ?? 'hook',
          command,
          pointer: pointer('hooks', index, 'action', 'command'),
        },
      ];
    }),
  };
}

/** Kiro IDE 1.2 and Kiro CLI share `~/.kiro` (2026-11). */
export const KIRO: AgentSpec = {
  id: 'kiro',
  name: 'Kiro',
  vendor: 'Amazon Web Services',
  kind: 'ide',
  gate: 'hook',
  evidence: 'docs',
  discovery: discovery({
    installs: [
      ...desktopApp('Kiro'),
      { kind: 'homebrew', name: 'kiro' },
      { kind: 'homebrew', name: 'kiro-cli' },
      { kind: 'command', name: 'kiro-cli' },
      { kind: 'command', name: 'kiro' },
      {
        kind: 'manifest',
        method: 'package',
        path: '/usr/share/kiro/resources/app/package.json',
        on: ['linux'],
      },
      { kind: 'bundle', name: 'Kiro CLI' },
    ],
    process: { names: ['kiro', 'kiro-cli', 'kiro-cli-chat'], notArguments: ['--type='] },
    markers: ['KIRO_SESSION_ID', 'TERM_PROGRAM=kiro'],
    configs: [
      config('user', '~/.kiro/settings/mcp.json', readServers),
      config('project', '.kiro/settings/mcp.json', readServers),
      ...['~/.kiro/agents/*.json'].map((path) => config('user', path, readAgent)),
      config('project', '.kiro/agents/*.json', readAgent),
      ...mcpFiles('plugin', '~/.kiro/powers/installed/*/mcp.json'),
      ...mcpFiles('user', '{appSupport}/Kiro/User/mcp.json'),
      config('user', '~/.kiro/hooks/*.json', readKiroHooks),
      config('project', '.kiro/hooks/*.json', readKiroHooks),
      config('user', '{appSupport}/Kiro/User/settings.json', (document) => {
        const trusted = dottedSettingsAt(document, [
          'kiroAgent.trustedCommands',
          'security.workspace.trust.enabled',
        ]);
        return {
          settings: trusted,
          ...mode(
            trusted.some(({ value }) => Array.isArray(value) && value.includes('*'))
              ? 'trusts-all-commands'
              : undefined,
          ),
        };
      }),
      {
        ...config('user', '{appSupport}/Kiro/User/workspaceStorage/*/workspace.json', readWorkspace),
        state: true,
      },
    ],
    credentials: ['kiro-auth-token.json', 'kiro-auth-token-cli.json'].map((file) => ({
      path: `~/.aws/sso/cache/${file}`,
      format: 'json' as const,
      read: (document: unknown) => {
        const expiresMs = timeMs(field(document, 'expiresAt'));
        const more = { provider: 'aws', ...(expiresMs === undefined ? {} : { expiresMs }) };
        return {
          credentials: [
            ...credentialAt(document, ['accessToken'], { kind: 'oauth-access-token', ...more }),
            ...credentialAt(document, ['refreshToken'], { kind: 'oauth-refresh-token', provider: 'aws' }),
          ],
        };
      },
    })),
    assets: [
      ...rules('project', '.kiro/steering/*.md'),
      ...rules('user', '~/.kiro/steering/*.md'),
      ...commands('project', '.kiro/prompts/*.md'),
      ...skills('project', '.kiro/skills'),
      ...skills('user', '~/.kiro/skills'),
      { kind: 'hook', scope: 'project', path: '.kiro/hooks/*.kiro.hook' },
    ],
  }),
  logs: KIRO_LOGS,
};
