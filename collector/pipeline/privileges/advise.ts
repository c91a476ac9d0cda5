import { looseName, type AgentRecord, type Credential, type McpServer } from '../../contract/agent.ts';
import type {
  AgentPrivileges,
  CredentialUse,
  GrantUse,
  PermissionGrant,
  ServerUse,
} from '../../contract/privileges.ts';
import { allowRisk } from '../../rules/shared/wildcards.ts';
import { coversCommand, shapeOf, type RuleShape } from './rule-shape.ts';
import type { AgentUsage, CommandUse, Usage } from './usage.ts';

/** More narrow rules than this nobody reads: the advice is then to let the agent ask. */
export const MAX_NARROWER = 40;

/** Granted next to used, for each agent that has grants or did something. */
export function agentPrivileges(
  agents: readonly AgentRecord[],
  grants: readonly PermissionGrant[],
  usage: Usage,
): AgentPrivileges[] {
  const ids = new Set([
    ...agents.map(({ id }) => id),
    ...grants.map(({ agentId }) => agentId),
    ...usage.agents.keys(),
  ]);
  return [...ids].flatMap((agentId) => {
    const used = usage.agents.get(agentId);
    const own = grants.filter((grant) => grant.agentId === agentId);
    if (used === undefined && own.length === 0) return [];
    const mode = agents.find(({ id }) => id === agentId)?.permissionMode;
    return [
      {
        agentId,
        ...(mode === undefined ? {} : { permissionMode: mode }),
        toolCalls: used?.toolCalls ?? 0,
        tools: [...(used?.tools ?? [])]
          .map(([name, { calls }]) => ({ name, calls }))
          .sort((a, b) => b.calls - a.calls),
        grants: own.map((grant) => grantUse(grant, used)),
      },
    ];
  });
}

function grantUse(grant: PermissionGrant, used: AgentUsage | undefined): GrantUse {
  const shape = shapeOf(grant.agentId, grant.rule);
  if (shape.kind === 'unknown') return { grant, calls: 0, verdict: 'unknown', narrower: [] };
  if (shape.kind === 'shell') return shellUse(grant, shape, used);
  const uses = usesOf(shape, used);
  if (uses === undefined) return { grant, calls: 0, verdict: 'unknown', narrower: [] };
  const calls = uses.reduce((sum, [, use]) => sum + use.calls, 0);
  if (calls === 0) return { grant, calls, verdict: 'unused', narrower: [] };
  const lastUsedMs = Math.max(...uses.map(([, use]) => use.lastMs));
  const narrower = shape.kind === 'mcp' && shape.tool === undefined ? uses.map(([name]) => name) : [];
  return { grant, calls, lastUsedMs, verdict: narrower.length === 0 ? 'used' : 'wider', narrower };
}

function shellUse(
  grant: PermissionGrant,
  shape: RuleShape & { kind: 'shell' },
  used: AgentUsage | undefined,
): GrantUse {
  const covered = [...(used?.commands.values() ?? [])].filter((use) => coversCommand(shape, use.text));
  const calls = covered.reduce((sum, use) => sum + use.calls, 0);
  if (calls === 0) return { grant, calls, verdict: 'unused', narrower: [] };
  const lastUsedMs = Math.max(...covered.map((use) => use.lastMs));
  const isWide = shape.match === 'any' || allowRisk(asShellRule(shape)) !== undefined;
  const narrower = isWide ? narrowerRules(grant, shape, covered) : [];
  return { grant, calls, lastUsedMs, verdict: narrower.length === 0 ? 'used' : 'wider', narrower };
}

function asShellRule(shape: RuleShape & { kind: 'shell' }): string {
  return shape.match === 'exact' ? `Bash(${shape.text})` : `Bash(${shape.text}:*)`;
}

/** The smallest rules that cover the same commands; empty when nothing narrower than the grant itself comes out. */
function narrowerRules(
  grant: PermissionGrant,
  shape: RuleShape & { kind: 'shell' },
  covered: readonly CommandUse[],
): string[] {
  const calls = new Map<string, number>();
  for (const use of covered) {
    // A prefix that left the grant (`npm` for `npm run:*`) would widen it.
    const isOutside = shape.match !== 'any' && !use.prefix.startsWith(shape.text);
    const rule = spell(grant.agentId, isOutside ? use.text : use.prefix, isOutside || use.exact);
    calls.set(rule, (calls.get(rule) ?? 0) + use.calls);
  }
  if (calls.has(grant.rule)) return [];
  return [...calls].sort(([, a], [, b]) => b - a).map(([rule]) => rule);
}

/** In the words of the agent's own file. */
function spell(agentId: string, prefix: string, exact: boolean): string {
  switch (agentId) {
    case 'claude-code':
      return exact ? `Bash(${prefix})` : `Bash(${prefix}:*)`;
    case 'cursor':
      return `Shell(${prefix})`;
    case 'gemini-cli':
      return `run_shell_command(${prefix})`;
    default:
      return prefix;
  }
}

type NamedUse = readonly [string, { readonly calls: number; readonly lastMs: number }];

/** @returns `undefined` when this form cannot be compared with the log. */
function usesOf(
  shape: RuleShape & { kind: 'mcp' | 'tool' },
  used: AgentUsage | undefined,
): NamedUse[] | undefined {
  if (shape.kind === 'mcp') {
    return [...(used?.mcp ?? [])].flatMap(([key, use]) => {
      const [server = '', tool = ''] = key.split('\0');
      if (looseName(server) !== looseName(shape.server) || (shape.tool !== undefined && tool !== shape.tool))
        return [];
      return [[`mcp__${server}__${tool}`, use] as const];
    });
  }
  const domain = /^domain:(.+)$/.exec(shape.spec ?? '')?.[1];
  if (domain !== undefined)
    return [...(used?.hosts ?? [])].filter(
      ([host]) => host === domain || host.endsWith(`.${domain.replace(/^\*\./, '')}`),
    );
  if (shape.spec !== undefined) return undefined;
  return [...(used?.tools ?? [])].filter(([name]) => name === shape.name);
}

/** Servers next to their calls. An MCP server's other tools are not known: asking for them would mean starting it. */
export function serverUses(servers: readonly McpServer[], usage: Usage): ServerUse[] {
  return servers.map((server) => {
    const tools = new Map<string, { calls: number; lastUsedMs: number }>();
    for (const agentId of server.agentIds) {
      for (const [key, use] of usage.agents.get(agentId)?.mcp ?? []) {
        const [name = '', tool = ''] = key.split('\0');
        if (looseName(name) !== looseName(server.name)) continue;
        const known = tools.get(tool);
        tools.set(tool, {
          calls: (known?.calls ?? 0) + use.calls,
          lastUsedMs: Math.max(known?.lastUsedMs ?? 0, use.lastMs),
        });
      }
    }
    const calls = [...tools.values()].reduce((sum, tool) => sum + tool.calls, 0);
    const autoApproved = server.autoApproved ?? [];
    return {
      id: server.id,
      name: server.name,
      agentIds: server.agentIds,
      path: server.configPath,
      enabled: server.enabled,
      calls,
      ...(calls === 0 ? {} : { lastUsedMs: Math.max(...[...tools.values()].map((tool) => tool.lastUsedMs)) }),
      tools: [...tools].map(([name, use]) => ({ name, ...use })).sort((a, b) => b.calls - a.calls),
      autoApproved,
      unusedAutoApproved: autoApproved.filter((tool) => !tools.has(tool)),
      verdict: !server.enabled ? 'off' : calls === 0 ? 'unused' : 'used',
    };
  });
}

/** Credentials next to whether anybody who holds them worked. */
export function credentialUses(
  credentials: readonly Credential[],
  servers: readonly ServerUse[],
  usage: Usage,
): CredentialUse[] {
  const busy = new Set(servers.filter((server) => server.calls > 0).map((server) => server.id));
  return credentials.map(({ id, kind, provider, location, scopes, usedBy }) => {
    const holders = usedBy.agentIds.length + usedBy.mcpServerIds.length;
    const isUsed =
      usedBy.mcpServerIds.some((server) => busy.has(server)) ||
      (usedBy.mcpServerIds.length === 0 && usedBy.agentIds.some((agent) => usage.agents.has(agent)));
    return {
      id,
      kind,
      provider,
      path: location.path,
      ...(scopes === undefined ? {} : { scopes }),
      verdict: holders === 0 ? 'nobody' : isUsed ? 'holder-used' : 'holder-unused',
    };
  });
}
