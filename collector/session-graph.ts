import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { AGENTS } from './agents/index.ts';
import type { PathContext } from './agents/path-context.ts';
import type { GraphEvent } from './contract/graph-event.ts';
import type { Params, Result } from './contract/ipc.ts';
import type { ProcessEnvironment } from './contract/process-environment.ts';
import type { Session, StoredEvent } from './contract/stored.ts';
import { readPrincipals } from './discovery/principals.ts';
import type { FileTouch, GraphInput, OtherSession } from './pipeline/graph/index.ts';
import { redactText } from './pipeline/redact.ts';
import type { HostInfo, OsIdentity, Platform } from './platform/platform.ts';
import { isInside } from './rules/shared/paths.ts';
import type { Store } from './store/store.ts';

const PAGE = 10_000;
/** A session of this many events is read in some seconds; more would tell little new. */
const MAX_EVENTS = 200_000;
const MAX_SUBSESSIONS = 200;
/** For the window, the latest calls of one session and those that findings name: how many are left out is said. */
const MAX_CALLS = 10_000;
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

/** What of this machine a graph shows. */
export interface GraphPlace {
  readonly os: Platform['os'];
  readonly ownHome: PathContext;
  readonly identity: OsIdentity;
  readonly host: Pick<HostInfo, 'hostname' | 'osVersion'>;
}

interface Events {
  readonly events: readonly GraphEvent[];
  /** Earlier ones were left out. */
  readonly more: boolean;
  /** A log one of them comes from. */
  readonly sourcePath: string | undefined;
}

/** How sessions and events are read: over the API page by page, or straight from the store. */
interface Reading {
  readonly reader: GraphReader;
  subsessions(session: Session): Promise<readonly Session[]>;
  near(session: Session, own: ReadonlySet<string>): Promise<readonly Session[]>;
  /** @param always calls that findings name */
  events(sessionId: string, atMost: number, always: readonly string[]): Promise<Events>;
}

export function graphPlaceOf(
  platform: Pick<Platform, 'os' | 'ownHome' | 'readHost' | 'readIdentity'>,
): GraphPlace {
  const { hostname, osVersion } = platform.readHost();
  const { os, ownHome } = platform;
  return { os, ownHome, identity: platform.readIdentity(), host: { hostname, osVersion } };
}

/** Everything the graph of a session is built from; `undefined` when the session has no events. */
export async function gatherGraph(
  reader: GraphReader,
  place: GraphPlace,
  id: string,
): Promise<GraphInput | undefined> {
  return gather(overApi(reader), place, id);
}

/** The same from the store itself, some ten times as fast. */
export async function gatherGraphFrom(
  store: Pick<Store, 'read' | 'sessionCalls' | 'timeline'>,
  reader: GraphReader,
  place: GraphPlace,
  id: string,
): Promise<GraphInput | undefined> {
  return gather(overStore(store, reader), place, id);
}

async function gather(reading: Reading, place: GraphPlace, id: string): Promise<GraphInput | undefined> {
  const { reader } = reading;
  const session = await reader.call('sessions.get', { id });
  if (session === null) return undefined;
  const subsessions = (await reading.subsessions(session)).slice(0, MAX_SUBSESSIONS);
  const tree = [session, ...subsessions];
  const findings = await findingsOf(reader, tree);
  const named = findings.flatMap(({ evidence }) => evidence.flatMap(({ eventId }) => eventId ?? []));
  const events: GraphEvent[] = [];
  const sourcePaths: string[] = [];
  let cut = false;
  for (const { id: sessionId } of tree) {
    const part = await reading.events(sessionId, MAX_EVENTS - events.length, named);
    for (const event of part.events) events.push(event);
    if (part.sourcePath !== undefined) sourcePaths.push(part.sourcePath);
    cut ||= part.more;
  }
  const { identity, ownHome, os, host } = place;
  // A log of another home (a copy, a demonstration) says nothing about this person's accounts.
  const isOwn =
    session.actor.user === identity.name && sourcePaths.some((path) => isInside(path, ownHome.home, os));
  return {
    session,
    subsessions,
    events,
    ...(cut && { earlierCalls: Math.max(1, callsOf(tree) - events.length) }),
    agents: await reader.call('agents.list', {}),
    mcpServers: await reader.call('mcpServers.list', {}),
    credentials: await reader.call('credentials.list', {}),
    // Read afresh from the own home: what an account can reach changes more often than the inventory is taken.
    principals: isOwn
      ? await readPrincipals({ homes: [ownHome], ownHome: ownHome.home, redact: redactText })
      : [],
    findings,
    ...(await processesOf(reader, session.id)),
    otherSessions: await othersNear(reading, session, tree),
    specs: AGENTS,
    place: { home: ownHome.home, platform: os },
    device: { hostname: host.hostname, os: host.osVersion },
    ...(isOwn ? { human: { name: identity.fullName ?? identity.name, emails: identity.emails } } : {}),
  };
}

function callsOf(tree: readonly Session[]): number {
  return tree.reduce((sum, { counts }) => sum + counts.toolCalls, 0);
}

function overApi(reader: GraphReader): Reading {
  let around: Promise<readonly Session[]> | undefined;
  const sessionsAround = ({ startedMs }: Session): Promise<readonly Session[]> =>
    (around ??= reader.call('sessions.list', { sinceMs: startedMs - AROUND_MS, limit: PAGE }));
  return {
    reader,
    subsessions: async (session) => descendants(session.id, await sessionsAround(session)),
    near: async (session, own) =>
      (await sessionsAround(session))
        .filter(({ id, startedMs, lastEventMs }) => {
          return (
            !own.has(id) &&
            startedMs <= session.lastEventMs + AROUND_MS &&
            lastEventMs >= session.startedMs - AROUND_MS
          );
        })
        .sort((a, b) => distance(a, session) - distance(b, session))
        .slice(0, MAX_OTHERS),
    events: async (sessionId, atMost) => {
      const events = await readEvents(reader, sessionId, atMost);
      return { events, more: false, sourcePath: events[0]?.source.path };
    },
  };
}

function overStore(store: Pick<Store, 'read' | 'sessionCalls' | 'timeline'>, reader: GraphReader): Reading {
  return {
    reader,
    subsessions: ({ id }) => Promise.resolve(store.read.descendants(id, MAX_SUBSESSIONS)),
    near: (session, own) => Promise.resolve(store.read.sessionsNear(session, AROUND_MS, own, MAX_OTHERS)),
    events: async (sessionId, atMost, always) => {
      // Others have their turn between sessions: a tree of sub-agents is read in parts.
      await yieldToOthers();
      const { events, more } = store.sessionCalls.latest(sessionId, Math.min(atMost, MAX_CALLS), always);
      return { events, more, sourcePath: store.timeline.lastCall(sessionId)?.source.path };
    },
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
): Promise<Pick<GraphInput, 'processes' | 'environment'>> {
  const { processes, counted } = await reader.call('processes.ofSession', {
    sessionId,
    limit: MAX_PROCESSES,
  });
  const environment = joinEnvironments(processes.flatMap((one) => one.environment ?? []));
  const shown = [
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
  return { processes: shown, ...(environment === undefined ? {} : { environment }) };
}

/** Of all processes that ran the session, as one: a resumed session may have had others. */
function joinEnvironments(environments: readonly ProcessEnvironment[]): ProcessEnvironment | undefined {
  if (environments.length === 0) return undefined;
  const credentials = new Map<string, ProcessEnvironment['credentials'][number]>();
  for (const environment of environments)
    for (const one of environment.credentials) credentials.set(`${one.name} ${one.fingerprint}`, one);
  return {
    credentials: [...credentials.values()],
    chosen: Object.fromEntries(environments.flatMap(({ chosen }) => Object.entries(chosen))),
  };
}

async function othersNear(
  reading: Reading,
  session: Session,
  tree: readonly Session[],
): Promise<OtherSession[]> {
  const others: OtherSession[] = [];
  for (const other of await reading.near(session, new Set(tree.map(({ id }) => id)))) {
    const { events } = await reading.events(other.id, MAX_OTHER_EVENTS, []);
    others.push({ session: other, files: events.flatMap(touchesOf) });
  }
  return others;
}

function distance(a: Session, b: Session): number {
  return Math.abs(a.startedMs - b.startedMs);
}

function touchesOf(event: GraphEvent): FileTouch[] {
  if (event.kind !== 'tool.call') return [];
  return event.resources.flatMap(({ kind, value, access }) =>
    kind === 'file' && (access === 'read' || access === 'write')
      ? [{ path: value, access, timeMs: event.timeMs }]
      : [],
  );
}
