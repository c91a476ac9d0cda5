import type { Outcome, ParsedEvent } from '../../contract/event.ts';
import { eventId } from '../../contract/event.ts';
import { bounded, MAX_CONTENT, MAX_NAME, MAX_OUTPUT } from './bounds.ts';
import { callKey } from './call-key.ts';
import type { JsonObject } from './json.ts';
import { getCount, getObject, getText } from './json.ts';
import type { LogSink } from './log-sink.ts';
import { typeName } from './log-sink.ts';
import { epochMs } from './time.ts';
import { opencodeTool } from './opencode-tools.ts';

/** What is known of a part besides its own data; the JSON store knows less than the SQLite store. */
export interface PartPlace {
  /** OpenCode, or a fork of it. */
  readonly agentId: string;
  readonly partId: string;
  readonly sessionId: string;
  readonly parentId: string | undefined;
  /** Undefined when only the part is at hand. */
  readonly role: string | undefined;
  readonly model: string | undefined;
  /** When the part was made, if told. */
  readonly timeMs: number | undefined;
}

const SILENT: ReadonlySet<string> = new Set([
  'reasoning',
  'step-start',
  'file',
  'patch',
  'snapshot',
  'agent',
  'subtask',
  'retry',
]);

/** Reads one part of a message into the sink. @returns why it was refused, or `undefined`. */
export function readPart(part: JsonObject, place: PartPlace, sink: LogSink): 'bad-time' | undefined {
  const type = part['type'];
  if (type === 'tool') return readTool(part, place, sink);
  if (type === 'text') return readText(part, place, sink);
  if (type === 'step-finish') return readUsage(part, place, sink);
  if (type === 'compaction') {
    if (place.timeMs === undefined) return 'bad-time';
    const base = eventBase(place, 'session.update', place.partId, place.timeMs);
    sink.events.push({ ...base, kind: 'session.update', change: 'compaction' });
    return undefined;
  }
  if (typeof type !== 'string' || !SILENT.has(type)) sink.unknown.push(`part:${typeName(type)}`);
  return undefined;
}

export function eventBase(
  place: Pick<PartPlace, 'agentId' | 'sessionId' | 'parentId'>,
  kind: ParsedEvent['kind'],
  key: string,
  timeMs: number,
): Pick<ParsedEvent, 'id' | 'timeMs' | 'nativeSessionId' | 'parentNativeSessionId' | 'offsetBytes'> {
  return {
    id: eventId(place.agentId, kind, key),
    timeMs,
    nativeSessionId: place.sessionId,
    ...(place.parentId === undefined ? {} : { parentNativeSessionId: place.parentId }),
    offsetBytes: 0,
  };
}

/**
 * A person's text has no `time`, an assistant's has the time it streamed; where the role is known it decides.
 * `synthetic` text was put in by the program (file contents), `ignored` text is not sent.
 */
function readText(part: JsonObject, place: PartPlace, sink: LogSink): 'bad-time' | undefined {
  const isPrompt = place.role === undefined ? part['time'] === undefined : place.role === 'user';
  const text = getText(part, 'text');
  if (!isPrompt || text === undefined || part['synthetic'] === true || part['ignored'] === true)
    return undefined;
  if (place.timeMs === undefined) return 'bad-time';
  sink.events.push({
    ...eventBase(place, 'prompt.submit', place.partId, place.timeMs),
    kind: 'prompt.submit',
    text: bounded(text, MAX_CONTENT),
    origin: place.parentId === undefined ? 'human' : 'agent',
  });
  return undefined;
}

/**
 * Tokens of one step; a message's own `tokens` are those of its last step only, so they are not counted.
 * `input` is without the cache, `reasoning` is not in `output`.
 */
function readUsage(part: JsonObject, place: PartPlace, sink: LogSink): 'bad-time' | undefined {
  const tokens = getObject(part, 'tokens');
  if (tokens === undefined) return undefined;
  if (place.timeMs === undefined) return 'bad-time';
  const cache = getObject(tokens, 'cache') ?? {};
  sink.usage.push({
    key: bounded(place.partId, MAX_NAME),
    nativeSessionId: place.sessionId,
    timeMs: place.timeMs,
    ...(place.model === undefined ? {} : { model: place.model }),
    tokens: {
      input: getCount(tokens, 'input'),
      output: getCount(tokens, 'output') + getCount(tokens, 'reasoning'),
      cacheRead: getCount(cache, 'read'),
      cacheWrite: getCount(cache, 'write'),
    },
  });
  return undefined;
}

/**
 * A call and, once it ended, its result. The row or file is rewritten from pending to running to completed; equal ids
 * make that one call and one result. Pending is not yet a call: its input is still being written by the model.
 */
function readTool(part: JsonObject, place: PartPlace, sink: LogSink): 'bad-time' | undefined {
  const name = bounded(getText(part, 'tool') ?? '', MAX_NAME);
  const state = getObject(part, 'state');
  if (name === '' || state === undefined) {
    sink.unknown.push('part:tool without name or state');
    return undefined;
  }
  const status = state['status'];
  if (status === 'pending') return undefined;
  const time = getObject(state, 'time') ?? {};
  const startMs = epochMs(time['start']) ?? place.timeMs;
  if (startMs === undefined) return 'bad-time';
  const own = getText(part, 'callID');
  const callId = own === undefined ? place.partId : callKey(bounded(own, MAX_NAME), place.partId);
  pushCall(name, callId, getObject(state, 'input') ?? {}, startMs, place, sink);
  linkChild(name, state, place, sink);
  if (status === 'running') return undefined;
  if (status !== 'completed' && status !== 'error') sink.unknown.push(`state:${typeName(status)}`);
  const end = { callId, startMs, endMs: epochMs(time['end']) ?? startMs };
  pushResult(end, status, state, place, sink);
  return undefined;
}

function pushCall(
  name: string,
  callId: string,
  args: JsonObject,
  timeMs: number,
  place: PartPlace,
  sink: LogSink,
): void {
  const read = opencodeTool(name, args);
  if (!read.known) sink.unknown.push(`tool:${typeName(name)}`);
  sink.events.push({
    ...eventBase(place, 'tool.call', callId, timeMs),
    kind: 'tool.call',
    tool: { ...read.tool, callId },
    input: read.input,
  });
}

/** A `task` call names the session its sub-agent runs in. */
function linkChild(name: string, state: JsonObject, place: PartPlace, sink: LogSink): void {
  const child = name === 'task' ? getText(getObject(state, 'metadata') ?? {}, 'sessionId') : undefined;
  if (child !== undefined && child.length <= MAX_NAME && child !== place.sessionId) {
    sink.sessions.push({ nativeId: child, parentNativeId: place.sessionId });
  }
}

interface End {
  readonly callId: string;
  readonly startMs: number;
  readonly endMs: number;
}

function pushResult(end: End, status: unknown, state: JsonObject, place: PartPlace, sink: LogSink): void {
  const failed = status === 'error';
  const text = failed ? getText(state, 'error') : getText(state, 'output');
  const refusal = failed ? refusalOf(text ?? '') : undefined;
  const exit = getObject(state, 'metadata')?.['exit'];
  const exitCode = typeof exit === 'number' && Number.isSafeInteger(exit) ? exit : undefined;
  const outcome: Outcome = {
    status: refusal === undefined ? statusOf(failed, text ?? '', exitCode) : 'denied',
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(end.endMs > end.startMs ? { durationMs: end.endMs - end.startMs } : {}),
  };
  sink.events.push({
    ...eventBase(place, 'tool.result', end.callId, end.endMs),
    kind: 'tool.result',
    callId: end.callId,
    outcome,
    ...(text === undefined ? {} : { output: bounded(text, MAX_OUTPUT) }),
  });
  if (refusal === undefined) return;
  sink.events.push({
    ...eventBase(place, 'permission.decision', end.callId, end.endMs),
    kind: 'permission.decision',
    callId: end.callId,
    decision: 'deny',
    by: refusal,
  });
}

/** A command that fails is a completed call; the exit code tells. */
function statusOf(failed: boolean, error: string, exitCode: number | undefined): Outcome['status'] {
  if (failed) return error.startsWith('Tool execution aborted') ? 'interrupted' : 'error';
  return exitCode === undefined || exitCode === 0 ? 'ok' : 'error';
}

/** Refusals are errors with fixed first words (1.18.33). */
function refusalOf(error: string): 'human' | 'rule' | undefined {
  if (error.startsWith('The user rejected permission')) return 'human';
  return error.startsWith('The user has specified a rule which prevents') ? 'rule' : undefined;
}
