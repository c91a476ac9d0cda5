import { type Graph, GRAPH_SCHEMA_VERSION } from '../../contract/graph.ts';
import type { Session } from '../../contract/stored.ts';
import { addCredentials, addPrincipals, addServers } from './add-reach.ts';
import { addResources } from './add-resources.ts';
import { createGraphBuilder, type GraphBuilder } from './builder.ts';
import { GRAPH_LIMITS, type GraphInput, type GraphLimits } from './input.ts';
import { linkAgents } from './links.ts';
import { type Survey, surveySession, type ToolSeen } from './survey.ts';
import { byText } from './tally.ts';

/**
 * The chain of one session, from the human to what was touched: human, device, account, agent, session, sub-agents,
 * tools, MCP servers, credentials, accounts, resources, and ties to other agents.
 * Pure and the same for any order of `events`. Every edge's ends are there. Bounded by `limits`: what is over them is
 * added up in "… and N more" nodes and counted in `omitted`.
 */
export function buildGraph(
  input: GraphInput,
  limits: GraphLimits = GRAPH_LIMITS,
  survey: Survey = surveySession(input, limits),
): Graph {
  const graph = createGraphBuilder(limits.eventIds);
  const omitted: Record<string, number> = { ...survey.omitted };
  const people = addPeople(graph, input);
  const agentNode = createAgentNodes(graph, input);
  const agent = agentNode(input.session.agentId);
  graph.edge(people.account, agent, 'uses');
  const sessionNode = addSessions(graph, input, limits, omitted);
  const session = sessionNode(input.session.id);
  graph.edge(agent, session, 'started');
  addAccounts(graph, input, people.account, session, agent);
  const toolNode = addTools(graph, input, survey, limits, omitted, sessionNode);
  addServers(graph, input, survey, limits, omitted, agent, toolNode);
  addCredentials(graph, input, limits, omitted, agent, session);
  addPrincipals(graph, input, survey, limits, omitted, people.account, toolNode);
  addResources(graph, survey, limits, omitted, toolNode);
  addProcesses(graph, input, limits, omitted, sessionNode);
  linkAgents(graph, input, survey, limits, { sessionNode, agentNode });
  return { schemaVersion: GRAPH_SCHEMA_VERSION, sessionId: input.session.id, ...graph.finish(), omitted };
}

function addPeople(graph: GraphBuilder, input: GraphInput): { readonly account: string } {
  const { actor } = input.session;
  const account = graph.node('os-account', actor.user, actor.user, { uid: actor.uid });
  const device =
    input.device === undefined
      ? undefined
      : graph.node('device', input.device.hostname, input.device.hostname, { os: input.device.os });
  if (device !== undefined) graph.edge(device, account, 'holds');
  if (input.human !== undefined) {
    const human = graph.node('human', input.human.name, input.human.name, { email: input.human.emails[0] });
    if (device !== undefined) graph.edge(human, device, 'uses');
    else graph.edge(human, account, 'uses');
  }
  return { account };
}

function createAgentNodes(graph: GraphBuilder, input: GraphInput): (agentId: string) => string {
  return (agentId) => {
    const record = input.agents.find(({ id }) => id === agentId);
    const name = record?.name ?? input.specs.find(({ id }) => id === agentId)?.name ?? agentId;
    return graph.node('agent', agentId, name, {
      vendor: record?.vendor,
      sanction: record?.sanction,
      permissionMode: record?.permissionMode,
      installed: record !== undefined,
    });
  };
}

/** Sub-agents over the limit share one node, so that nothing they did is lost. */
function addSessions(
  graph: GraphBuilder,
  input: GraphInput,
  limits: GraphLimits,
  omitted: Record<string, number>,
): (sessionId: string) => string {
  const { session } = input;
  const worst = input.findings.length === 0 ? {} : { findings: input.findings.length };
  const ids = new Map<string, string>();
  const main = graph.node('session', session.id, session.nativeId, {
    ...sessionAttributes(session),
    ...worst,
    environment: environmentState(input),
  });
  ids.set(session.id, main);
  const subsessions = [...input.subsessions]
    .filter(({ id }) => id !== session.id)
    .sort(
      (a, b) => b.counts.toolCalls - a.counts.toolCalls || a.startedMs - b.startedMs || byText(a.id, b.id),
    );
  const shown = subsessions.slice(0, limits.subagents);
  for (const sub of shown) {
    const label = sub.nativeId.startsWith(`${session.nativeId}/`)
      ? sub.nativeId.slice(session.nativeId.length + 1)
      : sub.nativeId;
    ids.set(sub.id, graph.node('subagent', sub.id, label, sessionAttributes(sub)));
  }
  const rest = subsessions.length - shown.length;
  if (rest > 0) {
    omitted['sub-agents'] = rest;
    const more = graph.node('subagent', 'more', `… and ${rest} more sub-agents`, { more: rest });
    for (const sub of subsessions.slice(limits.subagents)) ids.set(sub.id, more);
  }
  const byId = new Map(subsessions.map((sub) => [sub.id, sub]));
  for (const sub of subsessions) {
    const node = ids.get(sub.id) ?? main;
    const parent = ids.get(sub.parentSessionId ?? '') ?? main;
    graph.edge(parent, node, 'spawned', {
      tally: { count: 1, firstMs: sub.startedMs, lastMs: sub.startedMs, earliest: [] },
    });
    // A circle of sub-agents that name each other as parent would hang in the air.
    if (parent !== main && !leadsTo(sub, session.id, byId)) graph.edge(main, node, 'spawned');
  }
  return (sessionId) => ids.get(sessionId) ?? main;
}

/** Which variables with credentials its agent had, or that nobody knows. */
function environmentState({ environment }: GraphInput): string {
  if (environment === undefined) return 'not known';
  const names = environment.credentials.map(({ name }) => name).sort(byText);
  return names.length === 0 ? 'no credentials' : names.join(', ');
}

function leadsTo(sub: Session, rootId: string, byId: ReadonlyMap<string, Session>): boolean {
  let at: Session | undefined = sub;
  for (let depth = 0; at !== undefined && depth < 32; depth++) {
    if (at.parentSessionId === rootId) return true;
    at = at.parentSessionId === undefined ? undefined : byId.get(at.parentSessionId);
  }
  return false;
}

function sessionAttributes(session: Session): Record<string, string | number | undefined> {
  return {
    cwd: session.cwd,
    repository: session.repository,
    model: session.models[0],
    permissionMode: session.permissionMode,
    startedMs: session.startedMs,
    lastEventMs: session.lastEventMs,
    toolCalls: session.counts.toolCalls,
  };
}

function addAccounts(
  graph: GraphBuilder,
  input: GraphInput,
  osAccount: string,
  session: string,
  agent: string,
): void {
  graph.edge(session, osAccount, 'runs-as');
  const own = input.session.actor.account;
  const known = input.agents.find(({ id }) => id === input.session.agentId)?.accounts ?? [];
  for (const account of known.slice(0, 10)) {
    const label = account.email ?? account.id;
    const node = graph.node('agent-account', label, label, {
      organization: account.organization,
      plan: account.plan,
    });
    graph.edge(agent, node, 'uses');
    if (own !== undefined && (own === account.id || own === account.email))
      graph.edge(session, node, 'runs-as');
  }
  if (own === undefined || known.some(({ id, email }) => own === id || own === email)) return;
  graph.edge(session, graph.node('agent-account', own, own), 'runs-as');
}

/** Tools over the limit share one node per session. */
function addTools(
  graph: GraphBuilder,
  input: GraphInput,
  survey: Survey,
  limits: GraphLimits,
  omitted: Record<string, number>,
  sessionNode: (sessionId: string) => string,
): (tool: ToolSeen) => string {
  const bySession = new Map<string, ToolSeen[]>();
  for (const tool of survey.tools) {
    const node = sessionNode(tool.sessionId);
    const list = bySession.get(node);
    if (list === undefined) bySession.set(node, [tool]);
    else list.push(tool);
  }
  const main = sessionNode(input.session.id);
  const sessions = [...bySession.keys()].sort((a, b) => (a === main ? -1 : b === main ? 1 : byText(a, b)));
  const ids = new Map<ToolSeen, string>();
  let left = limits.toolsInAll;
  for (const session of sessions) {
    const names = new Map<string, ToolSeen[]>();
    for (const tool of bySession.get(session) ?? [])
      names.set(tool.name, [...(names.get(tool.name) ?? []), tool]);
    const ranked = [...names].sort(
      ([a, left_], [b, right]) =>
        flags(right) - flags(left_) || countOf(right) - countOf(left_) || byText(a, b),
    );
    const room = Math.max(0, Math.min(limits.toolsPerSession, left));
    left -= Math.min(room, ranked.length);
    const rest = ranked.slice(room);
    const more =
      rest.length === 0
        ? undefined
        : graph.node('tool', `${session}/…`, `… and ${rest.length} more tools`, { more: rest.length });
    if (rest.length > 0) omitted['tools'] = (omitted['tools'] ?? 0) + rest.length;
    for (const [index, [name, same]] of ranked.entries()) {
      const first = same[0];
      if (first === undefined) continue;
      const denied = same.reduce((total, tool) => total + tool.denied, 0);
      const node =
        index >= room && more !== undefined
          ? more
          : graph.node('tool', `${session}/${name}`, name, {
              category: first.category,
              denied: denied === 0 ? undefined : denied,
              findings: rulesOf(same),
            });
      for (const tool of same) {
        ids.set(tool, node);
        graph.edge(session, node, 'called', { tally: tool.tally });
      }
    }
  }
  return (tool) => ids.get(tool) ?? main;
}

function flags(tools: readonly ToolSeen[]): number {
  return tools.some(({ findings }) => findings.size > 0) ? 1 : 0;
}

function countOf(tools: readonly ToolSeen[]): number {
  return tools.reduce((total, { tally }) => total + tally.count, 0);
}

function rulesOf(tools: readonly ToolSeen[]): string | undefined {
  const rules = new Set(tools.flatMap(({ findings }) => [...findings]));
  return rules.size === 0 ? undefined : [...rules].sort(byText).slice(0, 5).join(' ');
}

function addProcesses(
  graph: GraphBuilder,
  input: GraphInput,
  limits: GraphLimits,
  omitted: Record<string, number>,
  sessionNode: (sessionId: string) => string,
): void {
  const processes = [...(input.processes ?? [])].sort(
    (a, b) => a.startTimeMs - b.startTimeMs || byText(a.id, b.id),
  );
  for (const process of processes.slice(0, limits.processes)) {
    const node = graph.node('process', process.id, process.name, { startTimeMs: process.startTimeMs });
    graph.edge(sessionNode(process.sessionId), node, 'started', {
      tally: { count: 1, firstMs: process.startTimeMs, lastMs: process.startTimeMs, earliest: [] },
    });
  }
  if (processes.length > limits.processes) omitted['processes'] = processes.length - limits.processes;
}
