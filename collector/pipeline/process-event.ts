import type { ProcessPlace } from '../contract/attribution.ts';
import type { Connection } from '../contract/connection.ts';
import { type Actor, eventId, sessionId } from '../contract/event.ts';
import type { ProcessPart, ProcessRecord } from '../contract/process-record.ts';
import type { ExactStart, ProcessInfo, ProcessKey } from '../contract/process.ts';
import type { StoredEvent } from '../contract/stored.ts';
import { redactText } from './secrets/index.ts';

const MAX_SEARCHED = 8_192;
const MAX_COMMAND = 300;
const MAX_PATH = 1_024;
const MAX_DETAIL = 200;

/** What is told of the end of a process. */
export interface ProcessEnd {
  readonly endedMs: number;
  readonly exitCode?: number;
  readonly signal?: number;
}

/** What becomes of a process in the store and in reports. */
export interface ToldProcess {
  readonly place: ProcessPlace;
  readonly actor: Actor;
  readonly end?: ProcessEnd;
}

/** Under which events of processes stand whose session is not known; it has no activity, so no list shows it. */
export const UNATTRIBUTED = 'unattributed';

/** Boot, pid and exact start: the same in every run of the collector. */
export function stableId({ pid, startTimeMs, bootId, startTicks }: ProcessKey & ExactStart): string {
  return bootId !== undefined && startTicks !== undefined
    ? `${bootId.slice(0, 8)}.${pid}.${startTicks}`
    : `${pid}.${startTimeMs}`;
}

/** Redacted and cut, as it may be shown and kept; empty when the process tells no arguments. */
export function commandOf(process: ProcessInfo): string {
  return redactText(process.argv.join(' ').slice(0, MAX_SEARCHED)).slice(0, MAX_COMMAND).toWellFormed();
}

export function partOf({ attribution, part }: ProcessPlace): ProcessPart {
  return attribution.role === 'agent' ? 'agent' : (part?.kind ?? 'tool');
}

export function toProcessRecord({ place, end }: ToldProcess): ProcessRecord {
  const { process, attribution } = place;
  const { agentId, sessionId: session, toolCallId, agentProcess, runId, unresolved } = attribution;
  const command = commandOf(process);
  return {
    id: stableId(process),
    pid: process.pid,
    startTimeMs: process.startTimeMs,
    parentPid: parentOf(place),
    name: process.name.slice(0, MAX_DETAIL),
    ...(command === '' ? {} : { command }),
    ...paths(process),
    role: attribution.role,
    part: partOf(place),
    ...(agentId === undefined ? {} : { agentId }),
    ...(session === undefined ? {} : { sessionId: session }),
    ...(toolCallId === undefined ? {} : { toolCallId }),
    ...(agentProcess === undefined ? {} : { agentPid: agentProcess.pid }),
    ...(runId === undefined ? {} : { runId }),
    ...(place.environment === undefined ? {} : { environment: place.environment }),
    confidence: attribution.confidence,
    ...(unresolved === undefined ? {} : { unresolved }),
    links: attribution.links.map((link) => ({ ...link, detail: link.detail.slice(0, MAX_DETAIL) })),
    ...end,
  };
}

/**
 * `process.start`. A process that has ended by the time it is told of says so here, and has no event of its end.
 */
export function processStartEvent(told: ToldProcess): StoredEvent {
  const { place, end } = told;
  const { process } = place;
  return {
    ...headOf(told, 'process.start', stableId(process)),
    timeMs: process.startTimeMs,
    input: {
      ...inputOf(place),
      ...(end === undefined ? {} : { ended: true, ...endFields(end) }),
    },
    ...outcomeOf(process, end),
    resources: [{ kind: 'process', value: resourceOf(process), access: 'execute' }],
  };
}

/** `process.exit` of one whose start was told before. */
export function processExitEvent(told: ToldProcess & { readonly end: ProcessEnd }): StoredEvent {
  const { place, end } = told;
  return {
    ...headOf(told, 'process.exit', stableId(place.process)),
    timeMs: end.endedMs,
    input: { ...inputOf(place), ...endFields(end) },
    ...outcomeOf(place.process, end),
    resources: [],
  };
}

/** `network.connect`: the first time a process talked to this address and port. */
export function connectionEvent(
  told: ToldProcess,
  connection: Connection & { readonly remote: { readonly address: string; readonly port: number } },
  hosts: readonly string[],
  timeMs: number,
): StoredEvent {
  const { process } = told.place;
  const { remote, protocol } = connection;
  const [host] = hosts;
  const key = `${stableId(process)}>${protocol} ${remote.address} ${remote.port}`;
  return {
    ...headOf(told, 'network.connect', key),
    timeMs,
    input: {
      pid: process.pid,
      name: process.name.slice(0, MAX_DETAIL),
      part: partOf(told.place),
      protocol,
      address: remote.address,
      port: remote.port,
      ...(host === undefined ? {} : { host }),
      ...callOf(told.place),
    },
    resources: [{ kind: 'host', value: host ?? remote.address, access: 'connect' }],
  };
}

function headOf(
  { place, actor }: ToldProcess,
  kind: 'process.start' | 'process.exit' | 'network.connect',
  key: string,
): Omit<StoredEvent, 'timeMs' | 'resources'> {
  const agentId = place.attribution.agentId ?? 'unknown';
  return {
    id: eventId(agentId, kind, key),
    kind,
    agentId,
    sessionId: place.attribution.sessionId ?? sessionId(agentId, UNATTRIBUTED),
    actor,
    source: { path: '', offsetBytes: 0 },
  };
}

function inputOf(place: ProcessPlace): Record<string, unknown> {
  const { process, attribution } = place;
  const command = commandOf(process);
  return {
    pid: process.pid,
    parentPid: parentOf(place),
    startTimeMs: process.startTimeMs,
    name: process.name.slice(0, MAX_DETAIL),
    ...(command === '' ? {} : { command }),
    ...paths(process),
    part: partOf(place),
    ...(attribution.agentProcess === undefined ? {} : { agentPid: attribution.agentProcess.pid }),
    ...callOf(place),
    evidence: attribution.links.slice(0, 4).map(({ evidence }) => evidence),
    confidence: attribution.confidence,
    ...(attribution.unresolved === undefined ? {} : { unresolved: attribution.unresolved }),
  };
}

function callOf({ attribution }: ProcessPlace): { readonly callId?: string } {
  return attribution.toolCallId === undefined ? {} : { callId: attribution.toolCallId };
}

/** Who started it, as far as known; the present parent may be a foster one. */
function parentOf({ process, ancestors }: ProcessPlace): number {
  return ancestors[0]?.process.pid ?? process.parentPid;
}

function paths(process: ProcessInfo): { readonly executable?: string; readonly cwd?: string } {
  const { executable, cwd } = process;
  return {
    ...(executable === undefined ? {} : { executable: redactText(executable.slice(0, MAX_PATH)) }),
    ...(cwd === undefined ? {} : { cwd: redactText(cwd.slice(0, MAX_PATH)) }),
  };
}

function endFields({ signal }: ProcessEnd): Record<string, unknown> {
  return signal === undefined ? {} : { signal };
}

function outcomeOf(process: ProcessInfo, end: ProcessEnd | undefined): Pick<StoredEvent, 'outcome'> {
  if (end === undefined) return {};
  const { exitCode, signal, endedMs } = end;
  return {
    outcome: {
      status:
        signal !== undefined ? 'interrupted' : exitCode === undefined || exitCode === 0 ? 'ok' : 'error',
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(process.startTimeMs > 0 ? { durationMs: Math.max(0, endedMs - process.startTimeMs) } : {}),
    },
  };
}

/** The program without its arguments. */
function resourceOf(process: ProcessInfo): string {
  return redactText((process.executable ?? process.argv[0] ?? process.name).slice(0, MAX_PATH));
}
