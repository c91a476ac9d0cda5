import { AGENTS } from './agents/index.ts';
import { callWords } from './contract/call-words.ts';
import { type Severity, severityRank } from './contract/finding.ts';
import type { CollectorStatus } from './contract/ipc.ts';
import { type CoverageItem, type Overview, type RunningSession, STRIP_BUCKETS } from './contract/overview.ts';
import type { ListedProcess } from './contract/process-list.ts';
import type { SentStats } from './contract/sent.ts';
import type { Session } from './contract/stored.ts';
import { QUARTER_MS } from './store/log-rows.ts';
import type { Store } from './store/store.ts';

export interface OverviewFacts {
  readonly store: Store;
  readonly nowMs: number;
  readonly phase: CollectorStatus['phase'];
  readonly startedMs: number;
  readonly files: CollectorStatus['files'];
  /** Processes that have to do with an agent, as they were last seen. */
  readonly processes: readonly Pick<ListedProcess, 'pid' | 'agentId' | 'sessionId' | 'role' | 'stopped'>[];
  /** Processes that Reeve paused and, as far as it knows, still are. */
  readonly pausedPids: ReadonlySet<number>;
  readonly sending: Pick<SentStats, 'on' | 'mode' | 'endpoint' | 'lastSuccessMs' | 'failing'>;
  readonly coverage: readonly CoverageItem[];
}

const DAY_MS = 86_400_000;
const MAX_STRIP_MS = 400 * DAY_MS;
/** A session without a process of its own counts as running this long after its last event. */
const FRESH_MS = 120_000;
/** One with a process of its own is looked for this far back. */
const RECENT_MS = 12 * 3_600_000;
const MAX_RECENT = 300;
const MAX_RUNNING = 50;
const WORST = 3;

/** The first screen, from one moment. @param sinceMs start of the strip; kept within 400 days, default a day ago */
export function overviewOf(facts: OverviewFacts, sinceMs = facts.nowMs - DAY_MS): Overview {
  const { store, nowMs, processes } = facts;
  const strip = stripOf(facts, sinceMs);
  const running = runningSessions(facts);
  const runningAgents = new Set([
    ...processes.flatMap(({ agentId, role }) => (role === 'agent' && agentId !== undefined ? [agentId] : [])),
    ...running.map((session) => session.agentId),
  ]);
  return {
    timeMs: nowMs,
    phase: facts.phase,
    startedMs: facts.startedMs,
    lastSeq: store.overview.lastSeq(),
    files: facts.files,
    agents: { known: store.inventory.list('agent').length, running: runningAgents.size },
    sessions: {
      recent: store.overview.sessionsSince(strip.startMs),
      running: running.slice(0, MAX_RUNNING).map((one) => toRunning(facts, one)),
      runningTotal: running.length,
    },
    findings: { open: store.overview.openCounts(), worst: store.overview.worst(WORST) },
    approvals: store.approvals.counts(),
    strip,
    sending: facts.sending,
    coverage: [...facts.coverage],
  };
}

/** Buckets of whole quarters of an hour that end with the one that holds now. */
function stripOf({ store, nowMs }: OverviewFacts, sinceMs: number): Overview['strip'] {
  const span = Math.min(MAX_STRIP_MS, Math.max(QUARTER_MS, nowMs - sinceMs));
  const bucketMs = Math.max(1, Math.ceil(span / STRIP_BUCKETS / QUARTER_MS)) * QUARTER_MS;
  const endMs = (Math.floor(nowMs / QUARTER_MS) + 1) * QUARTER_MS;
  const startMs = endMs - STRIP_BUCKETS * bucketMs;
  const buckets = Array.from({ length: STRIP_BUCKETS }, (): Overview['strip']['buckets'][number] => ({
    events: 0,
    findings: 0,
  }));
  for (const row of store.overview.activity(startMs)) {
    const bucket = buckets[Math.floor((row.startMs - startMs) / bucketMs)];
    if (bucket !== undefined) bucket.events += row.events;
  }
  for (const row of store.overview.findingStrip(startMs, bucketMs)) {
    const bucket = buckets[row.bucket];
    if (bucket === undefined) continue;
    bucket.findings = row.findings;
    bucket.worst = row.worst;
  }
  return { startMs, bucketMs, buckets };
}

interface Running {
  readonly root: Session;
  /** The session itself and its sub-agents that did something lately. */
  readonly ids: readonly string[];
  readonly agentId: string;
  readonly lastEventMs: number;
  /** Of these ids, the one that did something last. */
  readonly lastId: string;
  readonly pids: readonly number[];
}

/** Latest activity first. */
function runningSessions({ store, nowMs, processes }: OverviewFacts): Running[] {
  const pidsOf = new Map<string, number[]>();
  for (const { sessionId, pid } of processes) {
    if (sessionId === undefined) continue;
    pidsOf.set(sessionId, [...(pidsOf.get(sessionId) ?? []), pid]);
  }
  const recent = store.overview.recentSessions(nowMs - RECENT_MS, MAX_RECENT);
  const byId = new Map(recent.map((session) => [session.id, session]));
  const groups = new Map<string, Session[]>();
  for (const session of recent) {
    const root = rootOf(session, byId);
    groups.set(root, [...(groups.get(root) ?? []), session]);
  }
  const running: Running[] = [];
  for (const [rootId, members] of groups) {
    const [last] = members;
    const root = byId.get(rootId) ?? last;
    if (last === undefined || root === undefined) continue;
    const ids = members.map((member) => member.id);
    const pids = [...new Set(ids.flatMap((id) => pidsOf.get(id) ?? []))];
    const fresh = nowMs - last.lastEventMs < FRESH_MS && !store.overview.hasEnded(root.id);
    if (pids.length === 0 && !fresh) continue;
    running.push({ root, ids, agentId: root.agentId, lastEventMs: last.lastEventMs, lastId: last.id, pids });
  }
  return running.sort((a, b) => b.lastEventMs - a.lastEventMs || (a.root.id < b.root.id ? -1 : 1));
}

/** Up the parents as far as they are known; a circle ends. */
function rootOf(session: Session, byId: ReadonlyMap<string, Session>): string {
  const seen = new Set<string>();
  let id = session.id;
  for (;;) {
    seen.add(id);
    const parent = byId.get(id)?.parentSessionId;
    if (parent === undefined || seen.has(parent) || !byId.has(parent)) return id;
    id = parent;
  }
}

function toRunning({ store, pausedPids }: OverviewFacts, running: Running): RunningSession {
  const { root, ids, lastEventMs, lastId, pids } = running;
  const call = store.timeline.lastCall(lastId) ?? store.timeline.lastCall(root.id);
  const words = call === undefined ? undefined : callWords(call);
  const open = [...store.overview.openOf(ids).values()];
  const worst = worstOf(open.map((one) => one.worst));
  return {
    sessionId: root.id,
    agentId: root.agentId,
    agentName: AGENTS.find((agent) => agent.id === root.agentId)?.name ?? root.agentId,
    project: projectOf(root),
    ...(root.cwd !== undefined && { cwd: root.cwd }),
    ...(root.title !== undefined && { title: root.title }),
    ...(root.models[0] !== undefined && { model: root.models[0] }),
    ...(root.permissionMode !== undefined && { permissionMode: root.permissionMode }),
    user: root.actor.user,
    startedMs: root.startedMs,
    lastEventMs,
    toolCalls: root.counts.toolCalls,
    ...(call?.tool !== undefined &&
      words !== undefined && {
        lastCall: { ...words, eventId: call.id, timeMs: call.timeMs, category: call.tool.category },
      }),
    pids: pids.length,
    paused: pids.some((pid) => pausedPids.has(pid)),
    openFindings: open.reduce((sum, one) => sum + one.n, 0),
    ...(worst !== undefined && { worst }),
  };
}

function worstOf(severities: readonly Severity[]): Severity | undefined {
  return severities.toSorted((a, b) => severityRank(b) - severityRank(a))[0];
}

function projectOf({ repository, cwd }: Session): string {
  const place = repository ?? cwd;
  const last = place?.split(/[\\/:]/).findLast((part) => part !== '');
  return last?.replace(/\.git$/, '') ?? 'no folder';
}
