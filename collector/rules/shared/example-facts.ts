import type { Asset, McpServer, Scope } from '../../contract/agent.ts';
import type { InventoryFact, Standing } from '../../contract/inventory-fact.ts';
import type { ShellAnalysis } from '../../contract/shell.ts';

/** Facts for the examples beside the rules: the common case with a few fields changed. */

type ServerFact = Extract<InventoryFact, { kind: 'mcp-server' }>;

export function serverFact(
  fields: Partial<McpServer>,
  env: Readonly<Record<string, string>> = {},
): ServerFact {
  const server: McpServer = {
    id: 'example',
    agentIds: ['claude-code'],
    name: 'example',
    scope: 'user',
    configPath: '/home/dev/.claude.json',
    pointer: '/mcpServers/example',
    transport: fields.url === undefined ? 'stdio' : 'http',
    envNames: Object.keys(env),
    headerNames: [],
    enabled: true,
    credentialIds: [],
    usedTools: [],
    ...fields,
  };
  return { kind: 'mcp-server', server, env };
}

export function settingFact(
  key: string,
  value: unknown,
  scope: Scope = 'user',
  agentId = 'claude-code',
): InventoryFact {
  const path = scope === 'project' ? '/home/dev/app/.agent/settings.json' : '/home/dev/.agent/settings.json';
  return { kind: 'setting', agentId, path, scope, pointer: `/${key}`, key, value };
}

export function variableFact(
  name: string,
  value: string,
  scope: Scope,
  path: string,
  agentId?: string,
): InventoryFact {
  return { kind: 'environment', ...(agentId === undefined ? {} : { agentId }), path, scope, name, value };
}

/** Stands in until the example's `command` is analysed. */
export const NO_SHELL: ShellAnalysis = { dialect: 'posix', commands: [], unparsed: false, truncated: false };

export function aliasFact(name: string): InventoryFact {
  return { kind: 'alias', path: '/home/dev/.zshrc', line: 12, name, shell: NO_SHELL };
}

export function runningFact(
  agentId: string,
  argv: readonly string[],
): Extract<InventoryFact, { kind: 'running-agent' }> {
  return { kind: 'running-agent', agentId, pid: 4711, startTimeMs: 1_760_000_000_000, argv };
}

/** What a person decided about a thing. */
export function standing(state: Standing['state'], more: Partial<Standing> = {}): Standing {
  return { state, before: false, decides: true, is: 'what is here', ...more };
}

type AssetFact = Extract<InventoryFact, { kind: 'asset' }>;

export function assetFact(
  fields: Partial<Asset>,
  more: Omit<Partial<AssetFact>, 'kind' | 'asset'> = {},
): AssetFact {
  return {
    kind: 'asset',
    asset: {
      id: 'asset:1',
      kind: 'skill',
      name: 'deploy',
      agentIds: ['claude-code'],
      scope: 'user',
      path: '/home/dev/.claude/skills/deploy/SKILL.md',
      ...fields,
    },
    ...more,
  };
}
