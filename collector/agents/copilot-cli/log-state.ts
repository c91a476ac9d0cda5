import type { ParsedEvent } from '../../contract/event.ts';
import { eventId } from '../../contract/event.ts';
import type { LogFile, ParserState } from '../spec-log.ts';
import { bounded, MAX_NAME } from '../shared/bounds.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getList, getText, isObject } from '../shared/json.ts';
import type { LogSink } from '../shared/log-sink.ts';
import type { Seen } from '../shared/seen.ts';
import { createSeen, loadSeen, storeSeen } from '../shared/seen.ts';

const AGENT = 'copilot-cli';

/** Output tokens that messages of one model told: since the session began, and since it was last opened. */
export interface ModelOutput {
  readonly model: string;
  all: number;
  run: number;
}

/** What is remembered of one `events.jsonl` between lines. */
export interface CopilotState {
  sessionId: string;
  cwd: string | undefined;
  model: string | undefined;
  /** How often the session was opened again. */
  run: number;
  outputs: ModelOutput[];
  /** The message counted last: its chunks repeat the count. */
  lastMessage: string | undefined;
  /** Sub-agent instance id and the tool call that started it. */
  agents: [string, string][];
  seen: Seen;
}

export function freshState(file: LogFile): CopilotState {
  const [first = ''] = file.relativePath.split('/');
  return emptyState(bounded(first.replace(/\.jsonl$/, ''), MAX_NAME));
}

export function emptyState(sessionId: string): CopilotState {
  return {
    sessionId,
    cwd: undefined,
    model: undefined,
    run: 0,
    outputs: [],
    lastMessage: undefined,
    agents: [],
    seen: createSeen(),
  };
}

export function storeState(state: CopilotState, stored: ParserState): void {
  Object.assign(stored, state, { seen: storeSeen(state.seen) });
}

export function loadState(stored: ParserState): CopilotState {
  return {
    sessionId: getText(stored, 'sessionId') ?? '',
    cwd: getText(stored, 'cwd'),
    model: getText(stored, 'model'),
    run: getCount(stored, 'run'),
    outputs: getList(stored, 'outputs').flatMap(outputOf),
    lastMessage: getText(stored, 'lastMessage'),
    agents: getList(stored, 'agents').flatMap(pairOf),
    seen: loadSeen(stored['seen']),
  };
}

function outputOf(value: unknown): ModelOutput[] {
  if (!isObject(value)) return [];
  return [{ model: getText(value, 'model') ?? '', all: getCount(value, 'all'), run: getCount(value, 'run') }];
}

function pairOf(value: unknown): [string, string][] {
  if (!Array.isArray(value)) return [];
  const pair: readonly unknown[] = value;
  const [agent, call] = pair;
  return typeof agent === 'string' && typeof call === 'string' ? [[agent, call]] : [];
}

/** One event of the file with its envelope read. */
export interface CopilotRecord {
  readonly type: string;
  readonly data: JsonObject;
  readonly timeMs: number;
  /** The envelope's id, or the place in the file. */
  readonly key: string;
  /** The sub-agent instance that acted; absent for the session itself. */
  readonly agentId: string | undefined;
  readonly offsetBytes: number;
}

const MAX_AGENTS = 50;
/** Longer ids are no vendor's, and would fill the state. */
const MAX_LINK = 200;

/** Ties a sub-agent instance to the call that started it, so that records with either one meet in one session. */
export function linkAgent(state: CopilotState, agentId: string, callId: string): void {
  if (agentId.length > MAX_LINK || callId.length > MAX_LINK) return;
  if (state.agents.some(([known]) => known === agentId)) return;
  state.agents.push([agentId, callId]);
  if (state.agents.length > MAX_AGENTS) state.agents.shift();
}

/** Native id of the sub-agent session a call started: sub-agents have no id of their own that outlives them. */
export function childOf(state: CopilotState, callId: string): string {
  return `${state.sessionId}/${callId}`;
}

/** The sub-agent session a record belongs to, if it is not the main one. */
export function actingChild(record: CopilotRecord, state: CopilotState): string | undefined {
  const call = getText(record.data, 'parentToolCallId');
  if (call !== undefined) {
    const callId = bounded(call, MAX_NAME);
    if (record.agentId !== undefined) linkAgent(state, record.agentId, callId);
    return childOf(state, callId);
  }
  if (record.agentId === undefined) return undefined;
  const linked = state.agents.find(([agentId]) => agentId === record.agentId);
  return childOf(state, linked?.[1] ?? record.agentId);
}

/** Common members of an event of this record. */
export function eventBase(
  record: CopilotRecord,
  state: CopilotState,
  kind: ParsedEvent['kind'],
  key: string,
): Pick<ParsedEvent, 'id' | 'timeMs' | 'nativeSessionId' | 'parentNativeSessionId' | 'offsetBytes'> {
  const child = actingChild(record, state);
  return {
    id: eventId(AGENT, kind, key),
    timeMs: record.timeMs,
    nativeSessionId: child ?? state.sessionId,
    ...(child === undefined ? {} : { parentNativeSessionId: state.sessionId }),
    offsetBytes: record.offsetBytes,
  };
}

/** A key for facts that have no id of their own beside the record's. */
export function recordKey(record: CopilotRecord, state: CopilotState): string {
  return `${state.sessionId}/${record.key}`;
}

/** Reads one record into the sink; what it does not say stays unsaid. */
export type Handler = (record: CopilotRecord, state: CopilotState, sink: LogSink) => void;
