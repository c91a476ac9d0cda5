import type { GraphBuilder } from './builder.ts';
import type { GraphInput, GraphLimits } from './input.ts';
import {
  environmentNote,
  rankPrincipals,
  reachOf,
  reachOfCredential,
  serversOf,
  usableCredentials,
  usedPrincipalIds,
} from './reach.ts';
import type { Survey, ToolSeen } from './survey.ts';
import { byText } from './tally.ts';

/** Agents rewrite server names when they build tool names. */
function looseName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** MCP servers the agent may call, called ones first, and servers that were called but are in no configuration. */
export function addServers(
  graph: GraphBuilder,
  input: GraphInput,
  survey: Survey,
  limits: GraphLimits,
  omitted: Record<string, number>,
  agent: string,
  toolNode: (tool: ToolSeen) => string,
): void {
  const known = new Map<string, string>();
  const configured = serversOf(input);
  const called = new Set(
    survey.tools.flatMap(({ mcpServer }) => (mcpServer === undefined ? [] : [looseName(mcpServer)])),
  );
  const ranked = [...configured].sort(
    (a, b) =>
      Number(called.has(looseName(b.name))) - Number(called.has(looseName(a.name))) || byText(a.id, b.id),
  );
  for (const server of ranked.slice(0, limits.mcpServers)) {
    const node = graph.node('mcp-server', server.id, server.name, {
      transport: server.transport,
      scope: server.scope,
      package: server.package?.name,
      url: server.url,
      used: called.has(looseName(server.name)),
    });
    graph.edge(agent, node, 'configured');
    if (!known.has(looseName(server.name))) known.set(looseName(server.name), node);
  }
  if (ranked.length > limits.mcpServers) omitted['MCP servers'] = ranked.length - limits.mcpServers;
  let unknown = 0;
  for (const tool of [...survey.tools].sort((a, b) => byText(a.mcpServer ?? '', b.mcpServer ?? ''))) {
    if (tool.mcpServer === undefined) continue;
    const key = looseName(tool.mcpServer);
    let node = known.get(key);
    if (node === undefined) {
      const name = ++unknown <= limits.mcpServers ? tool.mcpServer : '… more MCP servers';
      node = graph.node('mcp-server', `name:${name}`, name, { used: true, configured: false });
      known.set(key, node);
    }
    graph.edge(toolNode(tool), node, 'called', { tally: tool.tally });
  }
}

/** Credentials the agent or its servers hold, with what they could open. */
export function addCredentials(
  graph: GraphBuilder,
  input: GraphInput,
  limits: GraphLimits,
  omitted: Record<string, number>,
  agent: string,
  session: string,
): void {
  const usable = usableCredentials(input);
  if (usable.length > limits.credentials) omitted['credentials'] = usable.length - limits.credentials;
  for (const { credential, servers, byAgent, variables } of usable.slice(0, limits.credentials)) {
    const node = graph.node('credential', credential.id, `${credential.kind} (${credential.provider})`, {
      provider: credential.provider,
      principal: credential.principal,
      path: credential.location.path,
      variable: credential.location.envVar,
      plaintext: credential.plaintext,
      expiresMs: credential.expiresMs,
      fingerprint: credential.fingerprint,
    });
    if (byAgent) graph.edge(agent, node, 'holds');
    if (variables.length > 0) graph.edge(session, node, 'holds', { evidence: environmentNote(variables) });
    for (const server of servers) {
      graph.edge(graph.node('mcp-server', server.id, server.name), node, 'holds');
      graph.edge(agent, graph.node('mcp-server', server.id, server.name), 'configured');
    }
    const reach = reachOfCredential(credential);
    graph.edge(
      node,
      graph.node('resource', `could:${reach}`, reach, { group: 'could-reach', could: true }),
      'could-reach',
    );
  }
}

/** Accounts of this machine, with what they could open, and which of them commands acted as. */
export function addPrincipals(
  graph: GraphBuilder,
  input: GraphInput,
  survey: Survey,
  limits: GraphLimits,
  omitted: Record<string, number>,
  osAccount: string,
  toolNode: (tool: ToolSeen) => string,
): void {
  const used = usedPrincipalIds(survey);
  const ranked = rankPrincipals(input, used);
  const nodes = new Map<string, string>();
  for (const principal of ranked.slice(0, limits.principals)) {
    const node = graph.node('principal', principal.id, `${principal.kind} ${principal.name}`, {
      principalKind: principal.kind,
      account: principal.account,
      user: principal.user,
      host: principal.host,
      role: principal.role,
      isDefault: principal.isDefault,
      production: principal.production,
      expiresMs: principal.expiresMs,
      used: used.has(principal.id),
    });
    nodes.set(principal.id, node);
    graph.edge(osAccount, node, 'holds');
    const reach = reachOf(principal) ?? principal.name;
    graph.edge(
      node,
      graph.node('resource', `could:${reach}`, reach, {
        group: 'could-reach',
        could: true,
        production: principal.production,
      }),
      'could-reach',
    );
  }
  if (ranked.length > limits.principals) omitted['principals'] = ranked.length - limits.principals;
  const seen = [...survey.uses].sort(
    (a, b) => b.tally.count - a.tally.count || byText(a.use.description, b.use.description),
  );
  let unlisted = 0;
  for (const { use, by } of seen) {
    let node = use.principalId === undefined ? undefined : nodes.get(use.principalId);
    if (node === undefined) {
      const shown = ++unlisted <= limits.principals;
      node = shown
        ? graph.node('principal', `said:${use.kind}:${use.description}`, use.description, {
            principalKind: use.kind,
            used: true,
          })
        : graph.node('principal', 'more', '… more accounts that commands named', { used: true });
      if (!shown) omitted['named accounts'] = unlisted - limits.principals;
    }
    for (const [tool, tally] of by) {
      graph.edge(toolNode(tool), node, 'uses', { tally, evidence: `${use.evidence}, ${use.confidence}` });
    }
  }
}
