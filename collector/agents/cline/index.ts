import type { AgentSpec } from '../spec.ts';
import { CLINE_LOGS } from './log.ts';
import { commands, config, discovery, rules, skills, subagents } from '../shared/declare.ts';
import { entriesAt, field, isFields } from '../shared/document.ts';
import { credentialAt, mode, serversAt, settingsAt } from '../shared/readings.ts';
import type { ConfigReading } from '../spec-discovery.ts';

const DATA = '{CLINE_DATA_DIR|~/.cline/data}';

/** The file of today, and the one from before the move out of the editor's storage, in every editor. */
const FILES = [
  `${DATA}/settings/cline_mcp_settings.json`,
  ...['Code', 'Code - Insiders', 'VSCodium', 'Cursor', 'Windsurf', 'Kiro'].map(
    (product) =>
      `{appSupport}/${product}/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json`,
  ),
];

/** OAuth tokens of servers lie in plain text inside the settings file (Cline 4.1, 2026-11). */
function readServers(document: unknown): ConfigReading {
  return {
    mcpServers: serversAt(document, 'mcpServers').map((server) => ({
      ...server,
      // Newer builds nest the definition one level deeper.
      entry: flat(server.entry),
    })),
    credentials: entriesAt(document, 'mcpServers').flatMap(([name]) =>
      ['access_token', 'refresh_token'].flatMap((key) =>
        credentialAt(document, ['mcpServers', name, 'oauth', 'tokens', key], {
          kind: key === 'access_token' ? 'oauth-access-token' : 'oauth-refresh-token',
          provider: name,
        }),
      ),
    ),
  };
}

function flat(entry: unknown): unknown {
  const inner = field(entry, 'transport');
  return isFields(entry) && isFields(inner) ? { ...entry, ...inner } : entry;
}

function readState(document: unknown): ConfigReading {
  const actions = ['autoApprovalSettings', 'actions'] as const;
  const all = field(document, ...actions, 'executeAllCommands') === true;
  return {
    settings: settingsAt(document, ['autoApprovalSettings.actions']),
    ...mode(all ? 'execute-all-commands' : undefined),
  };
}

/** Cline 4.1, extension and CLI share one store. Source: the project's code, 2026-11. */
export const CLINE: AgentSpec = {
  id: 'cline',
  name: 'Cline',
  vendor: 'Cline',
  kind: 'extension',
  gate: 'hook',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'extension', id: 'saoudrizwan.claude-dev' },
      { kind: 'npm', package: 'cline' },
    ],
    process: { names: ['cline'], scripts: ['/node_modules/cline/'] },
    configs: [
      ...FILES.map((path) => config('user', path, readServers)),
      { ...config('user', `${DATA}/globalState.json`, readState), state: true },
      {
        ...config('user', `${DATA}/settings/command-permissions.json`, (document) => ({
          settings: settingsAt(document, ['allow', 'deny']),
        })),
      },
    ],
    credentials: [
      {
        path: `${DATA}/secrets.json`,
        format: 'json',
        read: (document) => ({
          credentials: entriesAt(document)
            .filter(([key, value]) => typeof value === 'string' && /key|token|secret/i.test(key))
            .flatMap(([key]) =>
              credentialAt(document, [key], {
                kind: 'api-key',
                provider: key.replace(/(?:Api)?(?:Key$|Token$|Secret.*$)/is, '') || 'model',
              }),
            ),
        }),
      },
    ],
    assets: [
      ...rules('project', '.clinerules', '.clinerules/*.md', '.cline/rules/*.md'),
      ...rules('user', '~/Documents/Cline/Rules/*.md'),
      ...commands('project', '.clinerules/workflows/*.md', '.cline/workflows/*.md'),
      ...commands('user', '~/Documents/Cline/Workflows/*.md', '~/.cline/cron/*.md'),
      ...subagents('project', '.cline/agents/*.md'),
      ...skills('project', '.clinerules/skills', '.cline/skills'),
      ...skills('user', '~/.cline/skills'),
      ...['~/.cline/hooks/*', '~/Documents/Cline/Hooks/*'].map((path) => ({
        kind: 'hook' as const,
        scope: 'user' as const,
        path,
      })),
      ...['.clinerules/hooks/*', '.cline/hooks/*'].map((path) => ({
        kind: 'hook' as const,
        scope: 'project' as const,
        path,
      })),
      { kind: 'plugin', scope: 'project', path: '.cline/plugins/*' },
    ],
  }),
  logs: CLINE_LOGS,
};
