import type { AgentSpec } from '../spec.ts';
import { AUGMENT_LOGS } from './log.ts';
import { commands, config, discovery, rules, skills, subagents } from '../shared/declare.ts';
import { textAt, textsAt, pointer } from '../shared/document.ts';
import { credentialAt, hooksAt, readMcpFile, serversAt, settingsAt } from '../shared/readings.ts';
import type { ConfigReading } from '../spec-discovery.ts';

function readSettings(document: unknown): ConfigReading {
  return {
    mcpServers: serversAt(document, 'mcpServers'),
    hooks: hooksAt(document, 'hooks'),
    settings: settingsAt(document, ['toolPermissions']),
  };
}

/** The extension keeps a list; some builds a map. */
function readList(document: unknown): ConfigReading {
  if (!Array.isArray(document)) return readMcpFile(document);
  const items: readonly unknown[] = document;
  return {
    mcpServers: items.flatMap((entry, index) => {
      const name = textAt(entry, 'name');
      return name === undefined ? [] : [{ name, entry, pointer: pointer(index) }];
    }),
  };
}

/** Augment extension and the Auggie CLI. The system settings file cannot be overridden (2026-11). */
export const AUGMENT: AgentSpec = {
  id: 'augment',
  name: 'Augment',
  vendor: 'Augment Code',
  kind: 'extension',
  gate: 'hook',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'extension', id: 'augment.vscode-augment' },
      { kind: 'npm', package: '@augmentcode/auggie' },
      { kind: 'command', name: 'auggie' },
    ],
    process: { names: ['auggie'], scripts: ['/@augmentcode/auggie/'] },
    markers: ['AUGMENT_AGENT'],
    configs: [
      config('user', '~/.augment/settings.json', readSettings),
      config('project', '.augment/settings.json', readSettings),
      config('local', '.augment/settings.local.json', readSettings),
      { ...config('managed', '/etc/augment/settings.json', readSettings), on: ['linux', 'darwin'] },
      { ...config('managed', '{programData}/Augment/settings.json', readSettings), on: ['win32'] },
      ...['Code', 'Cursor', 'Windsurf'].map((product) =>
        config(
          'user',
          `{appSupport}/${product}/User/globalStorage/augment.vscode-augment/augment-global-state/mcpServers.json`,
          readList,
        ),
      ),
    ],
    credentials: [
      {
        path: '~/.augment/session.json',
        format: 'json',
        read: (document) => ({
          credentials: credentialAt(document, ['accessToken'], {
            kind: 'oauth-access-token',
            provider: 'augment',
            ...(textsAt(document, 'scopes').length === 0 ? {} : { scopes: [...textsAt(document, 'scopes')] }),
          }),
        }),
      },
    ],
    assets: [
      ...rules('project', '.augment-guidelines', '.augment/rules/*.md'),
      ...rules('user', '~/.augment/rules/*.md'),
      ...commands('project', '.augment/commands/*.md'),
      ...subagents('project', '.augment/agents/*.md'),
      ...skills('project', '.augment/skills'),
    ],
    secretVariables: ['AUGMENT_API_TOKEN', 'AUGMENT_SESSION_AUTH'],
  }),
  logs: AUGMENT_LOGS,
};
