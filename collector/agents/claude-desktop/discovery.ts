import type { AgentDiscovery, ConfigReading } from '../spec-discovery.ts';
import { entriesAt, field, isFields, itemsAt, textAt, textsAt } from '../shared/document.ts';
import { account, credentialAt, mode, serversAt, settingsAt } from '../shared/readings.ts';

/** Data folders; the store build of Windows has its own copy, third-party inference another (2026-11). */
const FOLDERS = [
  { folder: '{appSupport}/Claude' },
  { folder: '{appSupport}/Claude-3p' },
  {
    folder: '{localAppData}/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude',
    on: ['win32'] as const,
  },
  { folder: '{localAppData}/Claude-3p', on: ['win32'] as const },
];

const SETTINGS = [
  'deploymentMode',
  'preferences.bypassPermissionsModeEnabled',
  'preferences.autoPermissionsModeEnabled',
  'preferences.localAgentModeTrustedFolders',
  'preferences.coworkScheduledTasksEnabled',
  'preferences.ccdScheduledTasksEnabled',
  'isDxtAutoUpdatesEnabled',
  'isUsingBuiltInNodeForMcp',
  'coworkUserFilesPath',
] as const;

function readConfig(document: unknown): ConfigReading {
  return {
    mcpServers: serversAt(document, 'mcpServers'),
    settings: settingsAt(document, SETTINGS),
    projects: textsAt(document, 'preferences', 'localAgentModeTrustedFolders'),
    ...mode(
      field(document, 'preferences', 'bypassPermissionsModeEnabled') === true
        ? 'bypassPermissions'
        : undefined,
    ),
  };
}

/** `config.json` holds encrypted tokens; one that reads as JSON was stored without encryption. */
function readState(document: unknown): ConfigReading {
  return {
    accounts: account(textAt(document, 'lastKnownAccountUuid'), {}),
    credentials: ['oauth:tokenCache', 'oauth:tokenCacheV2'].flatMap((key) =>
      credentialAt(document, [key], {
        kind: 'oauth-token-cache',
        provider: 'anthropic',
        plaintext: textAt(document, key)?.startsWith('{') === true,
      }),
    ),
  };
}

/** Third-party inference: gateway address and key. */
function readLibrary(document: unknown): ConfigReading {
  return {
    settings: settingsAt(document, [
      'inferenceProvider',
      'inferenceGatewayBaseUrl',
      'inferenceCredentialHelper',
      'inferenceModels',
    ]),
    credentials: entriesAt(document)
      .filter(([key]) => /^inference\w*(Key|Token|Secret)$/.test(key))
      .flatMap(([key]) =>
        credentialAt(document, [key], {
          kind: 'api-key',
          provider: textAt(document, 'inferenceProvider') ?? 'gateway',
        }),
      ),
  };
}

/** An installed extension starts the server its manifest describes. */
function readExtension(document: unknown, path: string): ConfigReading {
  const config = field(document, 'server', 'mcp_config');
  const name = textAt(document, 'name');
  return name === undefined || !isFields(config)
    ? {}
    : {
        mcpServers: [
          { name, entry: config, pointer: '/server/mcp_config', switchName: path.split('/').at(-2) ?? name },
        ],
      };
}

export const CLAUDE_DESKTOP_DISCOVERY: AgentDiscovery = {
  installs: [
    { kind: 'bundle', name: 'Claude' },
    { kind: 'versions', method: 'installer', path: '{localAppData}/AnthropicClaude/app-*', on: ['win32'] },
    { kind: 'path', method: 'installer', path: '{localAppData}/Programs/Claude/Claude.exe', on: ['win32'] },
    { kind: 'path', method: 'store', path: '{localAppData}/Packages/Claude_pzs8sxrjxfjjc', on: ['win32'] },
    { kind: 'winget', name: 'Anthropic.Claude' },
    { kind: 'homebrew', name: 'claude' },
    { kind: 'command', name: 'claude-desktop' },
    { kind: 'path', method: 'package', path: '/usr/lib/claude-desktop', on: ['linux'] },
  ],
  process: {
    names: ['claude', 'claude-desktop'],
    // The name alone is shared with Claude Code.
    paths: [
      'claude.app/',
      'claude-desktop',
      '/anthropicclaude/',
      '/programs/claude',
      '/windowsapps/claude_',
      '/claude nest/',
    ],
    notArguments: ['--type='],
  },
  markers: ['CLAUDE_CODE_IS_COWORK', 'CLAUDE_CODE_ENTRYPOINT=claude-desktop'],
  configs: [
    ...FOLDERS.flatMap(({ folder, on }) => {
      const where = on === undefined ? {} : { on };
      return [
        {
          ...where,
          scope: 'user' as const,
          format: 'json' as const,
          path: `${folder}/claude_desktop_config.json`,
          read: readConfig,
        },
        {
          ...where,
          scope: 'user' as const,
          format: 'json' as const,
          path: `${folder}/config.json`,
          state: true,
          read: readState,
        },
        {
          ...where,
          scope: 'user' as const,
          format: 'json' as const,
          path: `${folder}/configLibrary/*.json`,
          read: readLibrary,
        },
        {
          ...where,
          scope: 'plugin' as const,
          format: 'json' as const,
          path: `${folder}/Claude Extensions/*/manifest.json`,
          read: readExtension,
        },
        {
          ...where,
          scope: 'plugin' as const,
          format: 'json' as const,
          path: `${folder}/Claude Extensions Settings/*.json`,
          read: (document: unknown, path: string): ConfigReading => ({
            settings: settingsAt(document, ['isEnabled', 'userConfig']),
            switches:
              field(document, 'isEnabled') === false ? [{ server: extensionId(path), enabled: false }] : [],
          }),
        },
      ];
    }),
    {
      scope: 'managed',
      format: 'json',
      path: '/etc/claude-desktop/managed-settings.json',
      on: ['linux'],
      read: (document) => ({
        settings: entriesAt(document).map(([key, value]) => ({ key, value, pointer: `/${key}` })),
      }),
    },
  ],
  credentials: [],
  assets: FOLDERS.flatMap(({ folder, on }) => [
    {
      ...(on === undefined ? {} : { on }),
      kind: 'extension' as const,
      scope: 'user' as const,
      path: `${folder}/Claude Extensions/*/manifest.json`,
      nameFrom: 'folder' as const,
      texts: toolTexts,
    },
  ]),
  secretVariables: [],
};

/** What a bundle says of its tools and prompts: the model reads it as it is (MCPB manifest 0.3, 2026-11). */
function toolTexts(document: unknown): readonly string[] {
  return [...itemsAt(document, 'tools'), ...itemsAt(document, 'prompts')].flatMap((item) =>
    ['name', 'description', 'text'].flatMap((key) => textAt(item, key) ?? []),
  );
}

/** The settings file of an extension is named by its id, which is also the folder the extension is in. */
function extensionId(path: string): string {
  return (path.split('/').at(-1) ?? '').replace(/\.json$/, '');
}
