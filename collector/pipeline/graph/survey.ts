import type { ResourceAccess, ResourceKind } from '../../contract/event.ts';
import type { TouchGroup } from '../../contract/graph.ts';
import type { PrincipalUse } from '../../contract/identity.ts';
import type { GraphEvent } from '../../contract/graph-event.ts';
import { parseUrl } from '../../rules/shared/hosts.ts';
import { isInside } from '../../rules/shared/paths.ts';
import { createCommandReader } from './commands.ts';
import type { GraphInput, GraphLimits } from './input.ts';
import { addTo, createTally, mapIn, type Tally, tallyIn } from './tally.ts';

/** One thing that was touched, over all sessions of the tree. */
export interface Touch {
  readonly kind: ResourceKind;
  readonly value: string;
  readonly group: TouchGroup;
  readonly tally: Tally;
  /** Which tool of which session did what. */
  readonly by: Map<ToolSeen, Map<ResourceAccess, Tally>>;
  readonly findings: Set<string>;
  /** The event counted last: one that names a host and its address counts once. */
  lastEventId: string;
}

/** One tool of one session. */
export interface ToolSeen {
  readonly sessionId: string;
  readonly name: string;
  readonly category: string;
  readonly tally: Tally;
  denied: number;
  readonly findings: Set<string>;
  readonly mcpServer: string | undefined;
}

export interface UseSeen {
  readonly use: PrincipalUse;
  readonly tally: Tally;
  readonly by: Map<ToolSeen, Tally>;
}

/** What the events of a session tree say, added up. */
export interface Survey {
  readonly touches: readonly Touch[];
  readonly tools: readonly ToolSeen[];
  readonly uses: readonly UseSeen[];
  /** Agents that a session's commands ran. */
  readonly spawned: ReadonlyMap<string, ReadonlyMap<ToolSeen, Tally>>;
  /** Times of reads and writes of the files that other sessions touched as well. */
  readonly shared: ReadonlyMap<string, { readonly reads: number[]; readonly writes: number[] }>;
  readonly deniedCalls: number;
  readonly omitted: Record<string, number>;
}

/** Times kept of one file, the first ones given: a hand-over needs one pair. */
const MAX_TIMES = 10_000;

/**
 * Adds up the events of a session and its sub-agents. The result is the same for any order of the events; an event
 * that is there twice counts once. Calls that were refused touch nothing.
 */
export function surveySession(input: GraphInput, limits: GraphLimits): Survey {
  const sessions = new Set([input.session.id, ...input.subsessions.map(({ id }) => id)]);
  const refused = refusedCalls(input.events);
  const flagged = findingsByEvent(input);
  const commands = createCommandReader(input, limits.commands);
  const tools = new Map<string, Map<string, ToolSeen>>();
  const touches = new Map<ResourceKind, Map<string, Touch>>();
  const uses = new Map<string, UseSeen>();
  const spawned = new Map<string, Map<ToolSeen, Tally>>();
  const shared = new Map<string, { reads: number[]; writes: number[] }>();
  for (const other of input.otherSessions) {
    for (const { path } of other.files) if (!shared.has(path)) shared.set(path, { reads: [], writes: [] });
  }
  const seen = new Set<string>();
  const groupOf = createGrouper(input);
  let foreign = 0;
  let deniedCalls = 0;

  for (const event of input.events) {
    if (event.kind !== 'tool.call' || event.tool === undefined) continue;
    if (event.sessionId !== input.session.id && !sessions.has(event.sessionId)) {
      foreign++;
      continue;
    }
    if (seen.has(event.id)) continue;
    seen.add(event.id);
    const tool = toolOf(tools, event);
    addTo(tool.tally, event.timeMs, event.id, limits.eventIds);
    const findings = flagged.size === 0 ? undefined : flagged.get(event.id);
    if (findings !== undefined) for (const rule of findings) tool.findings.add(rule);
    if (refused.size > 0 && refused.has(`${event.sessionId}\0${event.tool.callId}`)) {
      tool.denied++;
      deniedCalls++;
      continue;
    }
    for (const resource of event.resources) {
      const touch = touchOf(touches, groupOf, resource.kind, resource.value);
      if (touch === undefined) continue;
      if (findings !== undefined) for (const rule of findings) touch.findings.add(rule);
      if (touch.lastEventId !== event.id) addTo(touch.tally, event.timeMs, event.id, limits.eventIds);
      touch.lastEventId = event.id;
      addTo(tallyIn(mapIn(touch.by, tool), resource.access), event.timeMs, event.id, limits.eventIds);
      if (resource.kind === 'file' && shared.size > 0)
        remember(shared, resource.value, resource.access, event.timeMs);
    }
    const reading = commands.read(event);
    for (const use of reading.uses) {
      const key = use.principalId ?? `${use.kind}\0${use.description}`;
      let known = uses.get(key);
      // Two commands may name one account by different evidence: the surest is shown, the same in any order.
      if (known === undefined || isSurer(use, known.use)) {
        known = { use, tally: known?.tally ?? createTally(), by: known?.by ?? new Map<ToolSeen, Tally>() };
        uses.set(key, known);
      }
      addTo(known.tally, event.timeMs, event.id, limits.eventIds);
      addTo(tallyIn(known.by, tool), event.timeMs, event.id, limits.eventIds);
    }
    for (const agentId of reading.agentIds) {
      addTo(tallyIn(mapIn(spawned, agentId), tool), event.timeMs, event.id, limits.eventIds);
    }
  }
  return {
    touches: [...touches].flatMap(([kind, byValue]) => (kind === 'url' ? [] : [...byValue.values()])),
    tools: [...tools.values()].flatMap((byName) => [...byName.values()]),
    uses: [...uses.values()],
    spawned,
    shared,
    deniedCalls,
    omitted: {
      ...(foreign === 0 ? {} : { 'events of other sessions': foreign }),
      ...(commands.skipped === 0 ? {} : { 'command lines': commands.skipped }),
      ...((input.earlierCalls ?? 0) === 0 ? {} : { 'earlier calls': input.earlierCalls ?? 0 }),
    },
  };
}

function refusedCalls(events: readonly GraphEvent[]): ReadonlySet<string> {
  const refused = new Set<string>();
  for (const event of events) {
    const denied =
      (event.kind === 'tool.result' && event.outcome?.status === 'denied') ||
      (event.kind === 'permission.decision' && event.input?.['decision'] === 'deny');
    const callId = denied ? event.input?.['callId'] : undefined;
    if (typeof callId === 'string') refused.add(`${event.sessionId}\0${callId}`);
  }
  return refused;
}

function findingsByEvent(input: GraphInput): ReadonlyMap<string, readonly string[]> {
  const byEvent = new Map<string, string[]>();
  for (const finding of input.findings) {
    for (const { eventId } of finding.evidence) {
      if (eventId === undefined) continue;
      const rules = byEvent.get(eventId);
      if (rules === undefined) byEvent.set(eventId, [finding.ruleId]);
      else if (!rules.includes(finding.ruleId)) rules.push(finding.ruleId);
    }
  }
  return byEvent;
}

function toolOf(tools: Map<string, Map<string, ToolSeen>>, event: GraphEvent): ToolSeen {
  const { tool } = event;
  const name = tool?.name ?? 'tool';
  const ofSession = mapIn(tools, event.sessionId);
  // A server without a name is none.
  const mcpServer = tool?.mcpServer === '' ? undefined : tool?.mcpServer;
  // Where the name ends must be told: either may hold any character.
  const key = `${name.length} ${name}${mcpServer ?? ''}`;
  const known = ofSession.get(key);
  if (known !== undefined) return known;
  const made: ToolSeen = {
    sessionId: event.sessionId,
    name,
    category: tool?.category ?? 'other',
    tally: createTally(),
    denied: 0,
    findings: new Set(),
    mcpServer,
  };
  ofSession.set(key, made);
  return made;
}

type Grouper = (kind: ResourceKind, value: string) => TouchGroup;

function createGrouper(input: GraphInput): Grouper {
  const workspaces = [...new Set([input.session, ...input.subsessions].map(({ cwd }) => cwd))].filter(
    (cwd) => cwd !== undefined && cwd !== '/' && cwd !== input.place.home,
  );
  const { platform } = input.place;
  return (kind, value) => {
    switch (kind) {
      case 'file':
        return workspaces.some((cwd) => cwd !== undefined && isInside(value, cwd, platform))
          ? 'files-inside'
          : 'files-outside';
      case 'host':
      case 'url':
        return 'hosts';
      case 'repository':
        return 'repositories';
      case 'database':
        return 'databases';
      case 'cloud':
        return 'cloud';
      case 'package':
        return 'packages';
      case 'process':
        return 'processes';
      case 'credential':
        return 'credentials';
    }
  };
}

/** An address counts as its host; it is the same for a person, and the same value is only taken apart once. */
function touchOf(
  touches: Map<ResourceKind, Map<string, Touch>>,
  groupOf: Grouper,
  kind: ResourceKind,
  value: string,
): Touch | undefined {
  const ofKind = mapIn(touches, kind);
  const known = ofKind.get(value);
  if (known !== undefined) return known;
  if (kind === 'url') {
    const host = parseUrl(value)?.host;
    const touch = host === undefined ? undefined : touchOf(touches, groupOf, 'host', host);
    if (touch !== undefined) ofKind.set(value, touch);
    return touch;
  }
  const made: Touch = {
    kind,
    value,
    group: groupOf(kind, value),
    tally: createTally(),
    by: new Map(),
    findings: new Set(),
    lastEventId: '',
  };
  ofKind.set(value, made);
  return made;
}

function remember(
  shared: Map<string, { reads: number[]; writes: number[] }>,
  path: string,
  access: ResourceAccess,
  timeMs: number,
): void {
  const times = shared.get(path);
  if (times === undefined) return;
  const list =
    access === 'write' ? times.writes : access === 'read' || access === 'execute' ? times.reads : undefined;
  if (list !== undefined && list.length < MAX_TIMES) list.push(timeMs);
}

const SURENESS = { high: 0, medium: 1, low: 2 } as const;

function isSurer(a: PrincipalUse, b: PrincipalUse): boolean {
  if (SURENESS[a.confidence] !== SURENESS[b.confidence])
    return SURENESS[a.confidence] < SURENESS[b.confidence];
  const left = `${a.evidence}\0${a.description}\0${a.program}`;
  return left < `${b.evidence}\0${b.description}\0${b.program}`;
}
