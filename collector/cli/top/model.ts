import type { AgentRecord } from '../../contract/agent.ts';
import type { Finding } from '../../contract/finding.ts';
import { severityRank } from '../../contract/finding.ts';
import type { SequencedEvent } from '../../contract/ipc.ts';
import type { ListedProcess, ProcessList } from '../../contract/process-list.ts';
import type { ListedConnection } from '../../contract/process-record.ts';
import type { Session, StoredEvent } from '../../contract/stored.ts';

/** Hosts stay this long after they were last seen. */
export const HOST_WINDOW_MS = 15 * 60_000;
const RATE_WINDOW_MS = 60_000;
const MAX_HOSTS = 500;
const MAX_SESSIONS = 500;
/** More calls a minute than this are shown as this many. */
const MAX_CALL_TIMES = 10_000;
const MAX_FINDINGS = 500;

export interface LastCall {
  readonly name: string;
  readonly detail: string;
  readonly timeMs: number;
}

export interface HostUse {
  readonly host: string;
  readonly lastMs: number;
  readonly count: number;
  readonly agentIds: readonly string[];
}

export interface TopProcess extends ListedProcess {
  /** Of one core, between the last two lists; absent on the first. */
  readonly cpuPercent?: number;
}

/** Everything the view shows. Replaced as a whole, so that a frame is of one moment. */
export interface TopData {
  readonly agents: readonly AgentRecord[];
  readonly sessions: readonly Session[];
  readonly findings: readonly Finding[];
  /** `undefined`: this collector does not tell of processes. */
  readonly processes: readonly TopProcess[] | undefined;
  readonly processesMs: number;
  readonly lastCalls: ReadonlyMap<string, LastCall>;
  readonly callTimes: ReadonlyMap<string, readonly number[]>;
  readonly hosts: ReadonlyMap<string, HostUse>;
  /** What agents' processes are connected to now, and where they wait for others. */
  readonly connections: readonly ListedConnection[];
}

export const NOTHING: TopData = {
  agents: [],
  sessions: [],
  findings: [],
  processes: undefined,
  processesMs: 0,
  lastCalls: new Map(),
  callTimes: new Map(),
  hosts: new Map(),
  connections: [],
};

export function withEvents(data: TopData, events: readonly SequencedEvent[], nowMs: number): TopData {
  const lastCalls = new Map(data.lastCalls);
  const callTimes = new Map(data.callTimes);
  const hosts = new Map(data.hosts);
  for (const { event } of events) {
    if (event.kind !== 'tool.call') continue;
    const before = lastCalls.get(event.sessionId);
    if (before === undefined || before.timeMs <= event.timeMs) {
      lastCalls.delete(event.sessionId); // Sets keep the order of insertion: the oldest are dropped first.
      lastCalls.set(event.sessionId, lastCallOf(event));
    }
    if (event.timeMs > nowMs - RATE_WINDOW_MS) {
      const times = callTimes.get(event.sessionId) ?? [];
      callTimes.set(event.sessionId, [...times.slice(1 - MAX_CALL_TIMES), event.timeMs]);
    }
    for (const host of hostsOf(event)) addHost(hosts, host, event);
  }
  for (const [id, times] of callTimes) {
    const recent = times.filter((timeMs) => timeMs > nowMs - RATE_WINDOW_MS);
    if (recent.length === 0) callTimes.delete(id);
    else callTimes.set(id, recent);
  }
  for (const [host, use] of hosts) if (use.lastMs < nowMs - HOST_WINDOW_MS) hosts.delete(host);
  dropOldest(hosts, MAX_HOSTS);
  dropOldest(lastCalls, MAX_SESSIONS);
  dropOldest(callTimes, MAX_SESSIONS);
  return { ...data, lastCalls, callTimes, hosts };
}

export function withFindings(data: TopData, changed: readonly Finding[]): TopData {
  const byId = new Map(data.findings.map((finding) => [finding.id, finding]));
  for (const finding of changed) {
    if (finding.status === 'open') byId.set(finding.id, finding);
    else byId.delete(finding.id);
  }
  const findings = [...byId.values()]
    .sort((a, b) => severityRank(b.severity) - severityRank(a.severity) || b.lastSeenMs - a.lastSeenMs)
    .slice(0, MAX_FINDINGS);
  return { ...data, findings };
}

export function withProcesses(data: TopData, list: ProcessList | undefined): TopData {
  if (list === undefined) return { ...data, processes: undefined };
  const before = new Map((data.processes ?? []).map((process) => [keyOf(process), process]));
  const elapsedMs = list.timeMs - data.processesMs;
  const processes = list.processes.map((process): TopProcess => {
    const earlier = before.get(keyOf(process))?.cpuMs;
    if (process.cpuMs === undefined || earlier === undefined || elapsedMs <= 0) return process;
    return { ...process, cpuPercent: Math.max(0, ((process.cpuMs - earlier) / elapsedMs) * 100) };
  });
  return { ...data, processes, processesMs: list.timeMs };
}

/** Of one core, over all processes of the agent; absent while none is known. */
export function cpuOfAgent(data: TopData, agentId: string): number | undefined {
  const own = (data.processes ?? []).filter((process) => process.agentId === agentId);
  return own.length === 0 ? undefined : own.reduce((sum, { cpuPercent = 0 }) => sum + cpuPercent, 0);
}

/** Tool calls of the last minute. */
export function callsPerMinute(data: TopData, sessionId: string, nowMs: number): number {
  return (data.callTimes.get(sessionId) ?? []).filter((timeMs) => timeMs > nowMs - RATE_WINDOW_MS).length;
}

function keyOf(process: ListedProcess): string {
  return `${process.pid}@${process.startTicks ?? process.startTimeMs}`;
}

function lastCallOf(event: StoredEvent): LastCall {
  const command = event.input?.['command'];
  return {
    name: event.tool?.name ?? 'tool',
    detail: typeof command === 'string' ? command : (event.resources[0]?.value ?? ''),
    timeMs: event.timeMs,
  };
}

function hostsOf(event: StoredEvent): Set<string> {
  const hosts = new Set<string>();
  for (const { kind, value } of event.resources) {
    if (kind === 'host') hosts.add(value);
    else if (kind === 'url' && URL.canParse(value)) hosts.add(new URL(value).host);
  }
  hosts.delete('');
  return hosts;
}

function addHost(hosts: Map<string, HostUse>, host: string, event: StoredEvent): void {
  const before = hosts.get(host);
  const agentIds = new Set(before?.agentIds).add(event.agentId);
  hosts.delete(host);
  hosts.set(host, {
    host,
    lastMs: Math.max(before?.lastMs ?? 0, event.timeMs),
    count: (before?.count ?? 0) + 1,
    agentIds: [...agentIds],
  });
}

function dropOldest(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) return;
    map.delete(key);
  }
}
