import type { AgentDiscovery, ConfigReading, ConfigSource, McpImport } from '../spec-discovery.ts';
import { entriesAt, field, pointer, textAt, textsAt } from '../shared/document.ts';
import {
  account,
  credentialAt,
  dottedSettingsAt,
  hooksAt,
  mode,
  readMcpFile,
  serversAt,
} from '../shared/readings.ts';
import { readCodeWorkspace, readDevcontainer, readWorkspace } from '../shared/vscode-family.ts';

const SETTINGS = [
  'chat.tools.global.autoApprove',
  'chat.tools.autoApprove',
  'chat.tools.terminal.enableAutoApprove',
  'chat.tools.terminal.autoApprove',
  'chat.tools.edits.autoApprove',
  'chat.tools.urls.autoApprove',
  'chat.tools.eligibleForAutoApproval',
  'chat.agent.enabled',
  'chat.mcp.access',
  'chat.mcp.discovery.enabled',
  'chat.mcp.autostart',
  'chat.useHooks',
  'chat.hookFilesLocations',
  'github.copilot.chat.claudeAgent.allowDangerouslySkipPermissions',
  'github.copilot.advanced',
  'github.copilot.chat.otel.enabled',
  'github.copilot.chat.otel.otlpEndpoint',
  'github.copilot.chat.otel.captureContent',
  'security.workspace.trust.enabled',
  'task.allowAutomaticTasks',
  'http.proxy',
  'http.proxyStrictSSL',
] as const;

/** `settings.json` of VS Code 1.116 with GitHub Copilot Chat, 2026-11. */
function readSettings(document: unknown): ConfigReading {
  const settings = dottedSettingsAt(document, SETTINGS);
  const yolo = settings.some(
    ({ key, value }) => /^chat\.tools\.(global\.)?autoApprove$/.test(key) && value === true,
  );
  return {
    settings,
    mcpServers: [...serversAt(document, 'mcp', 'servers'), ...serversAt(document, 'mcp.servers')],
    imports: importsOf(settings.find(({ key }) => key === 'chat.mcp.discovery.enabled')?.value),
    ...mode(yolo ? 'auto-approve' : undefined),
  };
}

/** Sources of `chat.mcp.discovery.enabled`, one by one or all (VS Code, `mcpConfiguration.ts`, 2026-11). */
const IMPORTS: Readonly<Record<string, McpImport>> = {
  'claude-desktop': { from: 'claude-desktop' },
  windsurf: { from: 'windsurf', of: 'user' },
  'cursor-global': { from: 'cursor', of: 'user' },
  'cursor-workspace': { from: 'cursor', of: 'project' },
};

function importsOf(setting: unknown): readonly McpImport[] {
  return Object.entries(IMPORTS).flatMap(([source, taken]) =>
    setting === true || field(setting, source) === true ? [taken] : [],
  );
}

const PRODUCTS = ['Code', 'Code - Insiders', 'VSCodium'] as const;

const USER_CONFIGS = PRODUCTS.flatMap((product): readonly ConfigSource[] => {
  const user = `{appSupport}/${product}/User`;
  return [
    { scope: 'user', format: 'json', path: `${user}/settings.json`, read: readSettings },
    { scope: 'user', format: 'json', path: `${user}/mcp.json`, read: readMcpFile },
    { scope: 'user', format: 'json', path: `${user}/profiles/*/settings.json`, read: readSettings },
    { scope: 'user', format: 'json', path: `${user}/profiles/*/mcp.json`, read: readMcpFile },
    {
      scope: 'user',
      format: 'json',
      path: `${user}/workspaceStorage/*/workspace.json`,
      state: true,
      read: readWorkspace,
    },
    {
      scope: 'user',
      format: 'json',
      path: `${user}/chatLanguageModels.json`,
      read: (document) => ({
        credentials: Array.isArray(document)
          ? document.flatMap((_, index) =>
              credentialAt(arrayAsFields(document), [String(index), 'apiKey'], {
                kind: 'api-key',
                provider: textAt(arrayAsFields(document), String(index), 'vendor') ?? 'model',
              }),
            )
          : [],
      }),
    },
  ];
});

function arrayAsFields(items: readonly unknown[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(items.map((item, index) => [String(index), item]));
}

/** Tasks that start when the folder is opened, VS Code documentation, 2026-11: they run like hooks. */
function readTasks(document: unknown): ConfigReading {
  const found = field(document, 'tasks');
  const tasks: readonly unknown[] = Array.isArray(found) ? found : [];
  return {
    hooks: tasks.slice(0, 500).flatMap((task, at) => {
      const command = textAt(task, 'command');
      if (textAt(task, 'runOptions', 'runOn') !== 'folderOpen' || command === undefined) return [];
      return [
        {
          event: 'folderOpen',
          command: [command, ...textsAt(task, 'args')].join(' '),
          pointer: pointer('tasks', at, 'command'),
        },
      ];
    }),
  };
}

export const VSCODE_COPILOT_DISCOVERY: AgentDiscovery = {
  installs: [
    { kind: 'extension', id: 'github.copilot-chat' },
    { kind: 'extension', id: 'github.copilot' },
    // Copilot Chat is built into the editor since 2026; its manifest is beside the editor's own.
    {
      kind: 'manifest',
      method: 'built-in',
      path: '/usr/share/code/resources/app/extensions/copilot/package.json',
      on: ['linux'],
    },
    {
      kind: 'manifest',
      method: 'built-in',
      path: '/Applications/Visual Studio Code.app/Contents/Resources/app/extensions/copilot/package.json',
      on: ['darwin'],
    },
    {
      kind: 'manifest',
      method: 'built-in',
      path: '{localAppData}/Programs/Microsoft VS Code/resources/app/extensions/copilot/package.json',
      on: ['win32'],
    },
  ],
  process: {
    names: ['code', 'code-insiders', 'electron', 'visual studio code'],
    paths: [
      'visual studio code',
      '/share/code',
      '/snap/code/',
      'microsoft vs code',
      '/opt/visual-studio-code',
    ],
    notArguments: ['--type=', '--ms-enable-electron-run-as-node'],
  },
  markers: ['COPILOT_AGENT'],
  configs: [
    ...USER_CONFIGS,
    { scope: 'user', format: 'json', path: '~/.vscode/mcp.json', read: readMcpFile },
    { scope: 'user', format: 'json', path: '~/.vscode-server/data/User/mcp.json', read: readMcpFile },
    {
      scope: 'user',
      format: 'json',
      path: '~/.vscode-server/data/Machine/settings.json',
      read: readSettings,
    },
    { scope: 'project', format: 'json', path: '.vscode/mcp.json', read: readMcpFile },
    { scope: 'project', format: 'json', path: '.vscode/settings.json', read: readSettings },
    { scope: 'project', format: 'json', path: '.vscode/tasks.json', read: readTasks },
    { scope: 'project', format: 'json', path: '.mcp.json', read: readMcpFile },
    { scope: 'project', format: 'json', path: '.github/mcp.json', read: readMcpFile },
    { scope: 'project', format: 'json', path: '*.code-workspace', read: readCodeWorkspace },
    { scope: 'project', format: 'json', path: '.devcontainer/devcontainer.json', read: readDevcontainer },
    { scope: 'project', format: 'json', path: '.devcontainer.json', read: readDevcontainer },
    {
      scope: 'project',
      format: 'json',
      path: '.github/hooks/*.json',
      read: (document) => ({ hooks: hooksAt(document, 'hooks') }),
    },
    {
      scope: 'managed',
      format: 'json',
      path: '/etc/vscode/policy.json',
      on: ['linux'],
      read: (document) => ({
        settings: entriesAt(document)
          .filter(([key]) => key.startsWith('Chat') || key.startsWith('Mcp'))
          .map(([key, value]) => ({ key, value, pointer: `/${key}` })),
      }),
    },
  ],
  credentials: (
    [
      ['{XDG_CONFIG_HOME|~/.config}/github-copilot', 'linux'],
      ['~/.config/github-copilot', 'darwin'],
      ['{localAppData}/github-copilot', 'win32'],
    ] as const
  ).flatMap(([folder, os]) =>
    ['apps.json', 'hosts.json'].map((name) => ({
      path: `${folder}/${name}`,
      on: [os],
      format: 'json' as const,
      read: (document: unknown) => ({
        credentials: entriesAt(document).flatMap(([host, entry]) => {
          const principal = textAt(entry, 'user');
          return credentialAt(document, [host, 'oauth_token'], {
            kind: 'oauth-access-token',
            provider: 'github',
            ...(principal === undefined ? {} : { principal }),
          });
        }),
        accounts: entriesAt(document).flatMap(([host, entry]) =>
          account(textAt(entry, 'user'), { organization: host.split(':')[0] }),
        ),
      }),
    })),
  ),
  assets: [
    { kind: 'instructions', scope: 'project', path: '.github/copilot-instructions.md', role: 'instructions' },
    {
      kind: 'instructions',
      scope: 'project',
      path: '.github/instructions/**/*.instructions.md',
      role: 'instructions',
    },
    { kind: 'instructions', scope: 'project', path: 'AGENTS.md', role: 'instructions' },
    { kind: 'command', scope: 'project', path: '.github/prompts/*.prompt.md', role: 'command' },
    { kind: 'subagent', scope: 'project', path: '.github/agents/*.md', role: 'subagent' },
    { kind: 'subagent', scope: 'project', path: '.github/chatmodes/*.chatmode.md', role: 'subagent' },
    { kind: 'skill', scope: 'project', path: '.github/skills/*/SKILL.md', role: 'skill', nameFrom: 'folder' },
    ...PRODUCTS.flatMap((product) => [
      {
        kind: 'command' as const,
        scope: 'user' as const,
        path: `{appSupport}/${product}/User/prompts/*.prompt.md`,
        role: 'command' as const,
      },
      {
        kind: 'instructions' as const,
        scope: 'user' as const,
        path: `{appSupport}/${product}/User/prompts/*.instructions.md`,
        role: 'instructions' as const,
      },
    ]),
  ],
  secretVariables: ['GITHUB_TOKEN', 'COPILOT_GITHUB_TOKEN'],
};
