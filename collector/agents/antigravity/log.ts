import type { JsonlFormat, LogFormat, LogRoot, ParseOutcome, ParserState } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME } from '../shared/bounds.ts';
import { joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getList, getNumber, getObject, getText, isObject, parseJson } from '../shared/json.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { typeName } from '../shared/log-sink.ts';
import { isoToMs } from '../shared/time.ts';
import { readTranscriptLine, type LineReader } from '../shared/transcript-line.ts';
import { startTranscript, type Transcript } from '../shared/transcript.ts';
import { antigravityTool } from './tools.ts';

// <conversation>/.system_generated/logs/transcript.jsonl
const PATH = /^[^/]+\/\.system_generated\/logs\/transcript\.jsonl$/;

function roots(context: PathContext): readonly LogRoot[] {
  return ['antigravity', 'antigravity-ide', 'antigravity-cli'].map((product) => ({
    dir: joinPath(context, context.home, '.gemini', product, 'brain'),
    maxDepth: 3,
    matches: (path) => PATH.test(path),
  }));
}

/**
 * The readable transcript of Antigravity's IDE and CLI, one step per line, appended. A step tells its number, and the
 * steps after an answer are the results of its calls, in their order. Recordings of June 2026, 2026-11.
 */
const TRANSCRIPT: JsonlFormat = {
  id: 'antigravity.transcript',
  container: 'jsonl',
  roots,
  shardOf: (file) => file.relativePath,
  initialState: (file) => startTranscript(file.relativePath.split('/', 1)[0] ?? ''),
  parseLine: (line, offsetBytes, stored) => readTranscriptLine(READER, line, offsetBytes, stored),
};

const READER: LineReader = {
  agentId: 'antigravity',
  timeOf: (step) => isoToMs(step['created_at']),
  glance: (step) =>
    getNumber(step, 'step_index') === undefined ? { kind: 'rejected', reason: 'missing-field' } : undefined,
  read({ record: step, transcript, sink }, stored) {
    transcript.start({});
    return readStep(step, String(step['step_index']), transcript, sink, stored);
  },
};

const QUIET: ReadonlySet<string> = new Set(['CONVERSATION_HISTORY', 'EPHEMERAL_MESSAGE', 'SYSTEM_MESSAGE']);
/** Steps that hold what a tool gave back. */
const RESULTS: ReadonlySet<string> = new Set([
  ...[
    'RUN_COMMAND',
    'SEND_COMMAND_INPUT',
    'COMMAND_STATUS',
    'VIEW_FILE',
    'VIEW_FILE_OUTLINE',
    'VIEW_CODE_ITEM',
  ],
  ...['LIST_DIRECTORY', 'CODE_ACTION', 'GREP_SEARCH', 'FIND', 'SEARCH_WEB', 'READ_URL_CONTENT', 'MCP_TOOL'],
  ...['INVOKE_SUBAGENT', 'BROWSER_SUBAGENT', 'TASK_BOUNDARY', 'NOTIFY_USER', 'GENERATE_IMAGE', 'GENERIC'],
]);

function readStep(
  step: JsonObject,
  key: string,
  transcript: Transcript,
  sink: LogSink,
  stored: ParserState,
): ParseOutcome | undefined {
  const type = getText(step, 'type') ?? '';
  if (type === 'USER_INPUT') readInput(getText(step, 'content') ?? '', key, transcript);
  else if (type === 'PLANNER_RESPONSE') stored['pending'] = readCalls(step, key, transcript);
  else if (type === 'CHECKPOINT') transcript.update(key, 'compaction');
  else if (RESULTS.has(type)) readResult(step, transcript, sink, stored);
  else if (!QUIET.has(type)) return { kind: 'unknown', type: `step:${typeName(step['type'])}` };
  return undefined;
}

/** The person's words stand between marks; what the client adds behind them tells of a change of the model. */
function readInput(content: string, key: string, transcript: Transcript): void {
  const open = '<USER_REQUEST>';
  const start = content.indexOf(open);
  const end = content.indexOf('</USER_REQUEST>');
  const text = start === -1 || end < start ? content : content.slice(start + open.length, end);
  transcript.prompt(key, bounded(text.trim(), MAX_CONTENT));
  const at = content.indexOf('`Model Selection` from ');
  if (at === -1) return;
  const model = /^`Model Selection` from .{1,100}? to (.{1,100}?)\. /.exec(content.slice(at, at + 300))?.[1];
  transcript.model(model, key);
}

/** @returns the ids of the calls that wait for a result */
function readCalls(step: JsonObject, key: string, transcript: Transcript): readonly string[] {
  const ids: string[] = [];
  for (const [index, call] of getList(step, 'tool_calls').slice(0, MAX_ITEMS).entries()) {
    if (!isObject(call)) continue;
    const id = `${key}#${String(index)}`;
    transcript.call(id, antigravityTool(getText(call, 'name') ?? '', plain(getObject(call, 'args') ?? {})));
    ids.push(id);
  }
  return ids.slice(0, 100);
}

/** Arguments are JSON inside JSON (`"\"ls\""`); in the fuller transcript they are not. */
function plain(args: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      const inner = typeof value === 'string' && value.startsWith('"') ? parseJson(value)?.value : undefined;
      return [name, typeof inner === 'string' ? inner : value];
    }),
  );
}

function readResult(step: JsonObject, transcript: Transcript, sink: LogSink, stored: ParserState): void {
  const waiting: readonly unknown[] = Array.isArray(stored['pending']) ? stored['pending'] : [];
  const [id, ...rest] = waiting;
  const status = step['status'];
  if (status === 'RUNNING' || status === 'PENDING' || status === 'WAITING') return;
  // A step that is written again must not take the next call's place.
  if (stored['answered'] === step['step_index']) return;
  stored['answered'] = step['step_index'];
  stored['pending'] = rest;
  const content = getText(step, 'content') ?? '';
  const code = /\bexit code:? (\d{1,5})\b/i.exec(content.slice(0, 400))?.[1];
  const exitCode = code === undefined ? undefined : Number(code);
  const failed = status === 'ERROR' || (exitCode !== undefined && exitCode !== 0);
  const ended = status === 'CANCELED' || status === 'CANCELLED' ? 'interrupted' : failed ? 'error' : 'ok';
  if (typeof id === 'string')
    transcript.result(id, { status: ended, ...(exitCode === undefined ? {} : { exitCode }) }, content);
  if (step['type'] === 'INVOKE_SUBAGENT') linkChildren(content, transcript, sink);
}

/** The result names the conversations that the sub-agents have. */
function linkChildren(content: string, transcript: Transcript, sink: LogSink): void {
  const ids = content.slice(0, 16_384).matchAll(/"conversationId": {1,8}"([\w-]{8,64})"/g);
  for (const [, id] of [...ids].slice(0, 50)) {
    if (id !== undefined)
      sink.sessions.push({ nativeId: bounded(id, MAX_NAME), parentNativeId: transcript.sessionId });
  }
}

/** Session logs of Antigravity. */
export const ANTIGRAVITY_LOGS: readonly LogFormat[] = [TRANSCRIPT];
