import { AGENTS } from './agents/index.ts';
import type { Params, Result } from './contract/ipc.ts';
import type { Session, StoredEvent } from './contract/stored.ts';
import { readPrincipals } from './discovery/principals.ts';
import type { FileTouch, GraphInput, OtherSession } from './pipeline/graph/index.ts';
import { redactText } from './pipeline/redact.ts';
import type { Platform } from './platform/platform.ts';
import { isInside } from './rules/shared/paths.ts';

const PAGE = 10_000;
/** A session of this many events is read in some seconds; more would tell little new. */
const MAX_EVENTS = 200_000;
const MAX_SUBSESSIONS = 200;
/** Sessions at about the same time, looked at for files handed over. */
const MAX_OTHERS = 12;
const MAX_OTHER_EVENTS = 5_000;
const AROUND_MS = 30 * 60_000;

type Needed =
  | 'sessions.get'
  | 'sessions.list'
  | 'events.list'
  | 'findings.list'
  | 'agents.list'
  | 'mcpServers.list'
  | 'credentials.list'
  | 'processes.ofSession';

/** Where the facts come from: the running collector, or the handlers in this process. */
export interface GraphReader {
  call<M extends Needed>(method: M, params: Params<M>): Promise<Result<M>>;
}

/** Everything the graph of a session is built from; `undefined` when the session has no events. */
export async function gatherGraph(
  reader: GraphReader,
  platform: Platform,
  id: string,
): Promise<GraphInput | undefined> {
  const session = await reader.call('sessions.get', { id });
  if (session === null) return undefined;
  const around = await reader.call('sessions.list', {
    sinceMs: session.startedMs - AROUND_MS,
    limit: PAGE,
  });
  const subsessions = descendants(session.id, around).slice(0, MAX_SUBSESSIONS);
  const tree = [session, ...subsessions];
  const events: StoredEvent[] = [];
  for (const { id: sessionId } of tree)
    events.push(...(await readEvents(reader, sessionId, MAX_EVENTS - events.length)));
  const identity = platform.readIdentity();
  // A log of another home (a copy, a demonstration) says nothing about this person's accounts.
  const isOwn =
    session.actor.user === identity.name &&
    events.some(({ source }) => isInside(source.path, platform.ownHome.home, platform.os));
  return {
    session,
    subsessions,
    events,
    agents: await reader.call('agents.list', {}),
    mcpServers: await reader.call('mcpServers.list', {}),
    credentials: await reader.call('credentials.list', {}),
    // Read afresh from the own home: what an account can reach changes more often than the inventory is taken.
    principals: isOwn
      ? await readPrincipals({
          homes: [platform.ownHome],
          ownHome: platform.ownHome.home,
          redact: redactText,
        })
      : [],
    findings: await findingsOf(reader, tree),
    processes: await processesOf(reader, session.id),
    otherSessions: await othersNear(reader, session, tree, around),
    specs: AGENTS,
    place: { home: platform.ownHome.home, platform: platform.os },
    device: { hostname: platform.readHost().hostname, os: platform.readHost().osVersion },
    ...(isOwn ? { human: { name: identity.fullName ?? identity.name, emails: identity.emails } } : {}),
  };
}

/** Sub-agents, also those of sub-agents; a circle of parents ends. */
export function descendants(rootId: string, sessions: readonly Session[]): readonly Session[] {
  const children = new Map<string, Session[]>();
  for (const session of sessions) {
    if (session.parentSessionId === undefined) continue;
    children.set(session.parentSessionId, [...(children.get(session.parentSessionId) ?? []), session]);
  }
  const found = new Map<string, Session>();
  const waiting = [rootId];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const child of children.get(id) ?? []) {
      if (child.id === rootId || found.has(child.id)) continue;
      found.set(child.id, child);
      waiting.push(child.id);
    }
  }
  return [...found.values()].sort((a, b) => a.startedMs - b.startedMs || (a.id < b.id ? -1 : 1));
}

async function readEvents(reader: GraphReader, sessionId: string, atMost: number): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  let afterSeq = 0;
  while (events.length < atMost) {
    const page = await reader.call('events.list', {
      sessionId,
      afterSeq,
      limit: Math.min(PAGE, atMost - events.length),
    });
    for (const { event } of page) events.push(event);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    afterSeq = last.seq;
  }
  return events;
}

async function findingsOf(reader: GraphReader, tree: readonly Session[]): Promise<GraphInput['findings']> {
  const all = [];
  for (const { id } of tree) all.push(...(await reader.call('findings.list', { sessionId: id, limit: 500 })));
  return all;
}

const MAX_PROCESSES = 200;
const MAX_LABEL = 120;

/** What ran for it, as far as it was worth a row of its own; the rest is in sums. */
async function processesOf(
  reader: GraphReader,
  sessionId: string,
): Promise<NonNullable<GraphInput['processes']>> {
  const { processes, counted } = await reader.call('processes.ofSession', {
    sessionId,
    limit: MAX_PROCESSES,
  });
  return [
    ...processes.map(({ id, name, command, pid, startTimeMs, endedMs }) => ({
      id,
      name: `${(command ?? name).slice(0, MAX_LABEL)} (pid ${pid}${endedMs === undefined ? '' : ', ended'})`,
      sessionId,
      startTimeMs,
    })),
    ...counted.map(({ program, n, firstMs }) => ({
      id: `counted:${program}`,
      name: `${program} ×${n}`,
      sessionId,
      startTimeMs: firstMs,
    })),
  ];
}

async function othersNear(
  reader: GraphReader,
  session: Session,
  tree: readonly Session[],
  around: readonly Session[],
): Promise<OtherSession[]> {
  const own = new Set(tree.map(({ id }) => id));
  const near = around
    .filter(({ id, startedMs, lastEventMs }) => {
      return (
        !own.has(id) &&
        startedMs <= session.lastEventMs + AROUND_MS &&
        lastEventMs >= session.startedMs - AROUND_MS
      );
    })
    .sort((a, b) => distance(a, session) - distance(b, session))
    .slice(0, MAX_OTHERS);
  const others: OtherSession[] = [];
  for (const other of near) {
    const events = await readEvents(reader, other.id, MAX_OTHER_EVENTS);
    others.push({ session: other, files: events.flatMap(touchesOf) });
  }
  return others;
}

function distance(a: Session, b: Session): number {
  return Math.abs(a.startedMs - b.startedMs);
}

function touchesOf(event: StoredEvent): FileTouch[] {
  if (event.kind !== 'tool.call') return [];
  return event.resources.flatMap(({ kind, value, access }) =>
    kind === 'file' && (access === 'read' || access === 'write')
      ? [{ path: value, access, timeMs: event.timeMs }]
      : [],
  );
}
