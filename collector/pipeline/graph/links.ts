import { agentOfPath, matchPathPattern } from '../../rules/shared/path-classes.ts';
import type { GraphBuilder } from './builder.ts';
import type { GraphInput, GraphLimits } from './input.ts';
import type { Survey } from './survey.ts';
import { byText, createTally, mergeTally, type Tally } from './tally.ts';

export interface LinkPlaces {
  /** Node of a session of the tree. */
  sessionNode(sessionId: string): string;
  /** Node of an agent, made when it is not there. */
  agentNode(agentId: string): string;
}

/** What ties this session to other agents: runs them, writes their files, shares a secret, hands over a file. */
export function linkAgents(
  graph: GraphBuilder,
  input: GraphInput,
  survey: Survey,
  limits: GraphLimits,
  places: LinkPlaces,
): void {
  linkSpawned(graph, survey, places);
  linkWrittenConfigs(graph, input, survey, limits, places);
  linkSharedCredentials(graph, input, places);
  linkHandedFiles(graph, input, survey, limits, places);
}

function linkSpawned(graph: GraphBuilder, survey: Survey, places: LinkPlaces): void {
  for (const [agentId, by] of survey.spawned) {
    for (const [tool, tally] of by) {
      graph.edge(places.sessionNode(tool.sessionId), places.agentNode(agentId), 'spawned', {
        tally,
        evidence: `run by ${tool.name}`,
      });
    }
  }
}

/** Files of another agent that steer it: settings, servers, instructions, logins. Its logs steer nothing. */
function linkWrittenConfigs(
  graph: GraphBuilder,
  input: GraphInput,
  survey: Survey,
  limits: GraphLimits,
  places: LinkPlaces,
): void {
  const where = {
    ...input.place,
    ...(input.session.cwd === undefined ? {} : { workspace: input.session.cwd }),
  };
  for (const touch of survey.touches) {
    // Whose file it is takes longer to tell than whether anybody wrote it.
    if (touch.kind !== 'file' || !isWritten(touch)) continue;
    const owner = agentOfPath(touch.value, where);
    if (owner === undefined || owner === input.session.agentId) continue;
    const what = matchPathPattern(touch.value, where)?.class;
    if (what === undefined || what === 'agent-log') continue;
    for (const [tool, byAccess] of touch.by) {
      const tally = sum([byAccess.get('write'), byAccess.get('delete')], limits.eventIds);
      if (tally === undefined) continue;
      graph.edge(places.sessionNode(tool.sessionId), places.agentNode(owner), 'wrote-config-of', {
        tally,
        evidence: `${what}: ${touch.value}`,
      });
    }
  }
}

function isWritten({ by }: Survey['touches'][number]): boolean {
  for (const byAccess of by.values()) if (byAccess.has('write') || byAccess.has('delete')) return true;
  return false;
}

function sum(tallies: readonly (Tally | undefined)[], keep: number): Tally | undefined {
  const all = createTally();
  for (const tally of tallies) if (tally !== undefined) mergeTally(all, tally, keep);
  return all.count === 0 ? undefined : all;
}

/** Equal fingerprints are equal secrets, on this machine. */
function linkSharedCredentials(graph: GraphBuilder, input: GraphInput, places: LinkPlaces): void {
  const servers = new Map(input.mcpServers.map((server) => [server.id, server.agentIds]));
  const holders = new Map<string, { readonly agents: Set<string>; kind: string }>();
  for (const credential of input.credentials) {
    const known = holders.get(credential.fingerprint) ?? { agents: new Set<string>(), kind: credential.kind };
    holders.set(credential.fingerprint, known);
    if (credential.kind < known.kind) known.kind = credential.kind;
    for (const agentId of credential.usedBy.agentIds) known.agents.add(agentId);
    for (const id of credential.usedBy.mcpServerIds)
      for (const agentId of servers.get(id) ?? []) known.agents.add(agentId);
  }
  const own = input.session.agentId;
  for (const { agents, kind } of holders.values()) {
    if (!agents.has(own)) continue;
    for (const agentId of [...agents].sort(byText).slice(0, 50)) {
      if (agentId === own) continue;
      graph.edge(places.agentNode(own), places.agentNode(agentId), 'shares-credential', {
        evidence: `same fingerprint: ${kind}`,
      });
    }
  }
}

/** Written by one session and read by another within minutes, in either direction. */
function linkHandedFiles(
  graph: GraphBuilder,
  input: GraphInput,
  survey: Survey,
  limits: GraphLimits,
  places: LinkPlaces,
): void {
  const own = new Set([input.session.id, ...input.subsessions.map(({ id }) => id)]);
  const others = input.otherSessions
    .filter(({ session }) => !own.has(session.id))
    .sort((a, b) => byText(a.session.id, b.session.id));
  let shown = 0;
  for (const { session, files } of others) {
    const theirs = new Map<string, { reads: number[]; writes: number[] }>();
    for (const { path, access, timeMs } of files) {
      const times = theirs.get(path) ?? { reads: [], writes: [] };
      theirs.set(path, times);
      (access === 'write' ? times.writes : times.reads).push(timeMs);
    }
    const given: { readonly path: string; readonly atMs: number }[] = [];
    const taken: { readonly path: string; readonly atMs: number }[] = [];
    for (const [path, times] of theirs) {
      const ours = survey.shared.get(path);
      if (ours === undefined) continue;
      const out = handedAt(ours.writes, times.reads, limits.handOverMs);
      const into = handedAt(times.writes, ours.reads, limits.handOverMs);
      if (out !== undefined) given.push({ path, atMs: out });
      if (into !== undefined) taken.push({ path, atMs: into });
    }
    if (given.length + taken.length === 0) continue;
    if (++shown > limits.otherSessions) continue;
    const node = graph.node('session', session.id, session.id, {
      agentId: session.agentId,
      startedMs: session.startedMs,
    });
    graph.edge(places.agentNode(session.agentId), node, 'started');
    const self = places.sessionNode(input.session.id);
    if (given.length > 0) graph.edge(self, node, 'handed-file', handOver(given));
    if (taken.length > 0) graph.edge(node, self, 'handed-file', handOver(taken));
  }
}

function handOver(files: readonly { readonly path: string; readonly atMs: number }[]): {
  readonly tally: Tally;
  readonly evidence: string;
} {
  const first = [...files].sort((a, b) => byText(a.path, b.path))[0];
  const tally = createTally();
  for (const { atMs } of files) {
    tally.count++;
    tally.firstMs = Math.min(tally.firstMs, atMs);
    tally.lastMs = Math.max(tally.lastMs, atMs);
  }
  return {
    tally,
    evidence: `${first?.path ?? ''}${files.length > 1 ? ` and ${files.length - 1} more` : ''}`,
  };
}

/** Time of the first read that follows a write within the window. */
function handedAt(writes: readonly number[], reads: readonly number[], windowMs: number): number | undefined {
  const later = [...reads].sort((a, b) => a - b);
  let best: number | undefined;
  let at = 0;
  for (const write of [...writes].sort((a, b) => a - b)) {
    while (at < later.length && (later[at] ?? 0) < write) at++;
    const read = later[at];
    if (read === undefined) break;
    if (read - write <= windowMs && (best === undefined || read < best)) best = read;
  }
  return best;
}
