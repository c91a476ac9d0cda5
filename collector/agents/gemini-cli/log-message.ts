import type { UsageRecord } from '../spec-log.ts';
import { bounded, MAX_CONTENT, MAX_NAME, textOf } from '../shared/bounds.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getList, getObject, getText, isObject } from '../shared/json.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { typeName } from '../shared/log-sink.ts';
import { markSeen } from '../shared/seen.ts';
import { isoToMs } from '../shared/time.ts';
import type { GeminiState, MessagePlace } from './log-state.ts';
import { eventBase } from './log-state.ts';
import { readToolCall, readToolResponse } from './log-tool.ts';

/**
 * Reads one message into the sink.
 * @returns why it was refused, or `undefined`. A message without `timestamp` takes the last time of its file.
 */
export function readMessage(
  message: JsonObject,
  place: MessagePlace,
  state: GeminiState,
  sink: LogSink,
): 'missing-field' | 'bad-time' | undefined {
  const id = getText(message, 'id');
  if (id === undefined) return 'missing-field';
  const timeMs = isoToMs(message['timestamp']) ?? state.lastMs;
  if (timeMs === undefined) return 'bad-time';
  state.lastMs = timeMs;
  const type = message['type'];
  if (type === 'user') readUser(message, id, timeMs, place, state, sink);
  else if (type === 'gemini') readModel(message, id, timeMs, place, state, sink);
  else if (type !== 'info' && type !== 'error' && type !== 'warning') {
    sink.unknown.push(`message:${typeName(type)}`);
  }
  state.started = true;
  return undefined;
}

const CONTEXT_START = '<session_context>';
const SUMMARY_START = '<state_snapshot>';

function readUser(
  message: JsonObject,
  id: string,
  timeMs: number,
  place: MessagePlace,
  state: GeminiState,
  sink: LogSink,
): void {
  for (const part of partsOf(message['content'])) {
    const response = isObject(part) ? getObject(part, 'functionResponse') : undefined;
    if (response !== undefined) readToolResponse(response, timeMs, place, state, sink);
  }
  const shown = textOf(asList(message['displayContent']), MAX_CONTENT);
  const text = shown === '' ? textOf(asList(message['content']), MAX_CONTENT) : shown;
  if (text === '') return;
  // A person's text has a line of its own before any checkpoint holds it, so this cannot hide one.
  if ((!state.started || place.checkpoint) && text.startsWith(CONTEXT_START)) {
    readContext(text, state, sink);
    return;
  }
  const key = `${state.sessionId}/${id}`;
  if (!markSeen(state.seen, `p:${id}`)) return;
  if (place.checkpoint && text.trimStart().startsWith(SUMMARY_START)) {
    const base = eventBase(state, 'session.update', `${key}/compaction`, timeMs, place.offsetBytes);
    sink.events.push({ ...base, kind: 'session.update', change: 'compaction' });
    return;
  }
  const base = eventBase(state, 'prompt.submit', key, timeMs, place.offsetBytes);
  const origin = state.subagent ? 'agent' : 'human';
  sink.events.push({ ...base, kind: 'prompt.submit', text, origin });
}

/** The first message of a session is written by the CLI itself; it is the only place that names the folder. */
function readContext(text: string, state: GeminiState, sink: LogSink): void {
  const system = /^My operating system is: (\w{1,20})/m.exec(text)?.[1];
  if (system === 'win32') state.windows = true;
  const cwd = /^- \*\*Workspace Directories:\*\*\r?\n {2}- ([^\r\n]{1,4096})$/m.exec(text)?.[1];
  if (cwd !== undefined) sink.sessions.push({ nativeId: state.sessionId, cwd });
}

function readModel(
  message: JsonObject,
  id: string,
  timeMs: number,
  place: MessagePlace,
  state: GeminiState,
  sink: LogSink,
): void {
  const model = getText(message, 'model');
  if (model !== undefined && !place.checkpoint)
    changeModel(bounded(model, MAX_NAME), id, timeMs, place, state, sink);
  const usage = usageOf(message, id, timeMs, model, state);
  if (usage !== undefined) sink.usage.push(usage);
  for (const [index, call] of getList(message, 'toolCalls').entries()) {
    if (isObject(call)) readToolCall(call, { messageId: id, index, timeMs }, place, state, sink);
    else sink.unknown.push(`toolCall:${typeName(call)}`);
  }
}

function changeModel(
  model: string,
  id: string,
  timeMs: number,
  place: MessagePlace,
  state: GeminiState,
  sink: LogSink,
): void {
  if (model === state.model) return;
  const from = state.model;
  state.model = model;
  sink.sessions.push({ nativeId: state.sessionId, model });
  if (from === undefined) return;
  const base = eventBase(
    state,
    'session.update',
    `${state.sessionId}/${id}/model`,
    timeMs,
    place.offsetBytes,
  );
  sink.events.push({ ...base, kind: 'session.update', change: 'model', from, to: model });
}

/**
 * `input` is the whole prompt, `cached` the part of it that came from the cache, and `tool` what tool use added to
 * the prompt; `thoughts` are output that is not in `output`. The message is repeated as it grows: one key.
 */
function usageOf(
  message: JsonObject,
  id: string,
  timeMs: number,
  model: string | undefined,
  state: GeminiState,
): UsageRecord | undefined {
  const tokens = getObject(message, 'tokens');
  if (tokens === undefined) return undefined;
  const cached = getCount(tokens, 'cached');
  return {
    key: `${state.sessionId}/${bounded(id, MAX_NAME)}`,
    nativeSessionId: state.sessionId,
    timeMs,
    ...(model === undefined ? {} : { model: bounded(model, MAX_NAME) }),
    tokens: {
      input: Math.max(0, getCount(tokens, 'input') - cached) + getCount(tokens, 'tool'),
      output: getCount(tokens, 'output') + getCount(tokens, 'thoughts'),
      cacheRead: cached,
      cacheWrite: 0,
    },
  };
}

/** Content is a text, one part, or a list of parts. */
function asList(content: unknown): unknown {
  return isObject(content) ? [content] : content;
}

const MAX_PARTS = 2_000;

export function partsOf(content: unknown): readonly unknown[] {
  if (isObject(content)) return [content];
  return Array.isArray(content) ? content.slice(0, MAX_PARTS) : [];
}
