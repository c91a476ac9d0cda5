import type { DocumentFormat, LogFile, LogFormat, LogRoot, ParseOutcome } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_OUTPUT, MAX_PATH, textOf } from '../shared/bounds.ts';
import { pathOfFileUri } from '../shared/file-uri.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getList, getObject, getText, isObject } from '../shared/json.ts';
import { functionCall } from '../shared/function-call.ts';
import { baseName } from '../shared/log-name.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { readObject } from '../shared/read-object.ts';
import { epochMs, isoToMs } from '../shared/time.ts';
import { freshTranscript, Transcript } from '../shared/transcript.ts';
import { continueTool } from './tools.ts';

const AGENT = 'continue';

/** `sessions.json` beside the sessions is their index. */
function roots(context: PathContext): readonly LogRoot[] {
  const home = envValue(context, 'CONTINUE_GLOBAL_DIR') ?? joinPath(context, context.home, '.continue');
  return [
    {
      dir: joinPath(context, home, 'sessions'),
      maxDepth: 0,
      matches: (path) => path.endsWith('.json') && path !== 'sessions.json',
    },
  ];
}

/**
 * Sessions of Continue's extension and CLI, one document each, rewritten at every message. Messages tell no time: each
 * has the time the file was written when it was first seen. Source `core/index.d.ts` of 1.3 and a recording, 2026-11.
 */
const SESSION: DocumentFormat = {
  id: 'continue.session',
  container: 'document',
  maxBytes: 134_217_728,
  roots,
  shardOf: (file) => file.relativePath,
  initialState: () => ({}),
  parseDocument: (text, file) => readObject(text, (document) => readSession(document, file)),
};

function readSession(session: JsonObject, file: LogFile): ParseOutcome {
  if (!Array.isArray(session['history'])) return { kind: 'unknown', type: 'document:no history' };
  const timeMs =
    epochMs(file.writtenMs) ?? isoToMs(session['dateCreated']) ?? epochMs(Number(session['dateCreated']));
  if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
  const sink = createSink();
  const state = freshTranscript(getText(session, 'sessionId') ?? baseName(file));
  const transcript = new Transcript(AGENT, state, sink, timeMs, 0);
  const cwd = getText(session, 'workspaceDirectory');
  transcript.start(cwd === undefined ? {} : { cwd: bounded(pathOfFileUri(cwd) ?? cwd, MAX_PATH) });
  transcript.model(getText(session, 'chatModelTitle'), 'session');
  for (const [index, item] of getList(session, 'history').entries()) {
    if (isObject(item)) readItem(item, String(index), transcript, sink);
    else sink.unknown.push(`item:${typeName(item)}`);
  }
  readUsage(getObject(session, 'usage'), transcript);
  return outcomeOf(sink);
}

const QUIET: ReadonlySet<unknown> = new Set(['system', 'thinking', 'tool']);

function readItem(item: JsonObject, index: string, transcript: Transcript, sink: LogSink): void {
  const message = getObject(item, 'message') ?? {};
  const key = getText(message, 'id') ?? index;
  const role = message['role'];
  if (role === 'user') transcript.prompt(key, textOf(message['content'], MAX_CONTENT));
  else if (role === 'assistant') {
    for (const call of getList(message, 'toolCalls').slice(0, MAX_ITEMS)) readCall(call, transcript);
  } else if (!QUIET.has(role)) sink.unknown.push(`role:${typeName(role)}`);
  for (const call of getList(item, 'toolCallStates').slice(0, MAX_ITEMS)) readState(call, transcript, sink);
}

function readCall(value: unknown, transcript: Transcript): void {
  const call = functionCall(value);
  if (call !== undefined) transcript.call(call.id, continueTool(call.name, call.args));
}

const RUNNING: ReadonlySet<unknown> = new Set(['generating', 'generated', 'calling']);

/** `canceled`: the person said no, or stopped it. */
function readState(value: unknown, transcript: Transcript, sink: LogSink): void {
  if (!isObject(value)) return;
  const id = getText(value, 'toolCallId');
  const status = value['status'];
  if (id === undefined || RUNNING.has(status)) return;
  readCall(value['toolCall'], transcript);
  const items = getList(value, 'output').slice(0, MAX_ITEMS);
  const output = items.flatMap((one) => (isObject(one) ? (getText(one, 'content') ?? []) : [])).join('\n');
  if (status === 'canceled') {
    transcript.result(id, { status: 'denied' }, bounded(output, MAX_OUTPUT));
    transcript.decision(id, 'deny');
  } else if (status === 'done' || status === 'errored') {
    transcript.result(id, { status: status === 'done' ? 'ok' : 'error' }, bounded(output, MAX_OUTPUT));
  } else {
    sink.unknown.push(`status:${typeName(status)}`);
  }
}

/** Totals of the session, which grow; the largest are kept. The prompt's tokens hold those from the cache. */
function readUsage(usage: JsonObject | undefined, transcript: Transcript): void {
  if (usage === undefined) return;
  const details = getObject(usage, 'promptTokensDetails') ?? {};
  const cacheRead = getCount(details, 'cachedTokens');
  const cacheWrite = getCount(details, 'cacheWriteTokens');
  transcript.usage('session', {
    input: Math.max(0, getCount(usage, 'promptTokens') - cacheRead - cacheWrite),
    output: getCount(usage, 'completionTokens'),
    cacheRead,
    cacheWrite,
  });
}

/** Session logs of Continue. */
export const CONTINUE_LOGS: readonly LogFormat[] = [SESSION];
