import type { Outcome } from '../../contract/event.ts';
import type { ParseOutcome, SqliteFormat, SqliteQuery } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_OUTPUT, MAX_PATH } from './bounds.ts';
import { envValue, joinPath } from './join-path.ts';
import type { JsonObject } from './json.ts';
import { getList, getNumber, getObject, getText, isObject, parseJsonObject } from './json.ts';
import { kiroTool } from './kiro-tools.ts';
import type { LogSink } from './log-sink.ts';
import { createSink, outcomeOf, typeName } from './log-sink.ts';
import { epochMs, isoToMs } from './time.ts';
import { freshTranscript, Transcript } from './transcript.ts';

/** A row with more JSON than this is refused: 32 MiB. */
export const MAX_HISTORY_BYTES = 33_554_432;

/** Where Amazon Q Developer CLI and Kiro CLI, which follows it, keep `data.sqlite3`. */
export function historyRoots(context: PathContext, product: string): ReturnType<SqliteFormat['roots']> {
  const { home, platform } = context;
  const base = {
    darwin: joinPath(context, home, 'Library', 'Application Support'),
    win32: envValue(context, 'LOCALAPPDATA') ?? joinPath(context, home, 'AppData', 'Local'),
    linux: envValue(context, 'XDG_DATA_HOME') ?? joinPath(context, home, '.local', 'share'),
  }[platform];
  return [{ dir: joinPath(context, base, product), maxDepth: 0, matches: (path) => path === 'data.sqlite3' }];
}

/** The columns every such query must select, whatever its table is called. */
export function historyStore(
  agentId: string,
  product: string,
  requires: SqliteFormat['requires'],
  query: SqliteQuery,
): SqliteFormat {
  return {
    id: `${agentId}.history`,
    container: 'sqlite',
    writesCalls: 'when-ended',
    roots: (context) => historyRoots(context, product),
    initialState: () => ({}),
    requires,
    queries: [query],
    parseRow: (_query, row) => readHistory(agentId, row),
  };
}

/**
 * A conversation as one value: `{conversation_id, history: [{user, assistant, request_metadata}], model_info}`; a turn
 * of 2025 is the pair `[user, assistant]`. The row is replaced at every save: ids make repeats harmless. `key` is the
 * folder. Source of `amazon-q-developer-cli` (`conversation.rs`), recordings of Kiro CLI 2, 2026-11.
 */
function readHistory(agentId: string, row: JsonObject): ParseOutcome {
  if (row['value'] === null) return { kind: 'rejected', reason: 'too-large' };
  const parsed = parseJsonObject(getText(row, 'value') ?? '');
  if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
  const conversation = parsed.value;
  const id = getText(row, 'conversation_id') ?? getText(conversation, 'conversation_id');
  if (id === undefined) return { kind: 'rejected', reason: 'missing-field' };
  if (!Array.isArray(conversation['history'])) return { kind: 'unknown', type: 'value:no history' };
  const sink = createSink();
  const state = freshTranscript(id);
  const cwd = getText(row, 'key');
  const model = getText(getObject(conversation, 'model_info') ?? {}, 'model_id');
  let timeMs = epochMs(row['created_at']);
  for (const [index, turn] of getList(conversation, 'history').entries()) {
    const parts = partsOf(turn);
    if (parts === undefined) {
      sink.unknown.push(`turn:${typeName(turn)}`);
      continue;
    }
    // Turns of 2025 have no time: they inherit the one before, or that of the row.
    timeMs = timeOf(parts) ?? timeMs ?? epochMs(row['updated_at']);
    if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
    const transcript = new Transcript(agentId, state, sink, timeMs, 0);
    transcript.start(cwd === undefined ? {} : { cwd: bounded(cwd, MAX_PATH) });
    transcript.model(model, 'conversation');
    // Old turns are dropped at the front: a place in the list is no name.
    readUser(parts.user, getText(parts.user, 'timestamp') ?? String(index), transcript, sink);
    readAssistant(parts.assistant, transcript, sink);
  }
  return outcomeOf(sink);
}

interface TurnParts {
  readonly user: JsonObject;
  readonly assistant: JsonObject;
  readonly metadata: JsonObject;
}

function partsOf(turn: unknown): TurnParts | undefined {
  if (Array.isArray(turn)) {
    const pair: readonly unknown[] = turn;
    const [user, assistant] = pair;
    if (!isObject(user)) return undefined;
    return { user, assistant: isObject(assistant) ? assistant : {}, metadata: {} };
  }
  if (!isObject(turn)) return undefined;
  return {
    user: getObject(turn, 'user') ?? {},
    assistant: getObject(turn, 'assistant') ?? {},
    metadata: getObject(turn, 'request_metadata') ?? {},
  };
}

function timeOf({ user, metadata }: TurnParts): number | undefined {
  return (
    isoToMs(user['timestamp']) ??
    epochMs(metadata['request_start_timestamp_ms']) ??
    epochMs(metadata['stream_end_timestamp_ms'])
  );
}

/** `Prompt`, `ToolUseResults`, or `CancelledToolUses`, which has both. */
function readUser(user: JsonObject, index: string, transcript: Transcript, sink: LogSink): void {
  const content = getObject(user, 'content') ?? {};
  const prompt = getObject(content, 'Prompt');
  const results = getObject(content, 'ToolUseResults');
  const cancelled = getObject(content, 'CancelledToolUses');
  const [variant] = Object.keys(content);
  if (prompt === undefined && results === undefined && cancelled === undefined && variant !== undefined)
    sink.unknown.push(`content:${typeName(variant)}`);
  const text = getText(prompt ?? cancelled ?? {}, 'prompt');
  if (text !== undefined) transcript.prompt(index, bounded(text, MAX_CONTENT));
  for (const result of getList(results ?? cancelled ?? {}, 'tool_use_results').slice(0, MAX_ITEMS)) {
    const id = isObject(result) ? getText(result, 'tool_use_id') : undefined;
    if (id === undefined || !isObject(result)) continue;
    if (cancelled !== undefined) transcript.decision(id, 'deny');
    const { outcome, output } = readResult(result, cancelled !== undefined);
    transcript.result(id, outcome, output);
  }
}

/** Blocks are `{Text}` or `{Json: {exit_status, stdout, stderr}}`; the exit status is text. */
function readResult(result: JsonObject, refused: boolean): { outcome: Outcome; output: string } {
  const texts: string[] = [];
  let exitCode: number | undefined;
  for (const block of getList(result, 'content').slice(0, 100)) {
    if (!isObject(block)) continue;
    const json = getObject(block, 'Json') ?? {};
    const status = /(\d{1,5})$/.exec(bounded(getText(json, 'exit_status') ?? '', 60))?.[1];
    exitCode ??= status === undefined ? getNumber(json, 'exit_status') : Number(status);
    for (const text of [getText(block, 'Text'), getText(json, 'stdout'), getText(json, 'stderr')])
      if (text !== undefined) texts.push(text);
  }
  const failed = result['status'] === 'Error' || (exitCode !== undefined && exitCode !== 0);
  const status = refused ? 'denied' : failed ? 'error' : 'ok';
  return {
    outcome: { status, ...(exitCode === undefined ? {} : { exitCode }) },
    output: bounded(texts.join('\n'), MAX_OUTPUT),
  };
}

function readAssistant(assistant: JsonObject, transcript: Transcript, sink: LogSink): void {
  const use = getObject(assistant, 'ToolUse');
  const [variant] = Object.keys(assistant);
  if (use === undefined) {
    if (variant !== undefined && variant !== 'Response') sink.unknown.push(`assistant:${typeName(variant)}`);
    return;
  }
  for (const call of getList(use, 'tool_uses').slice(0, MAX_ITEMS)) {
    if (!isObject(call)) continue;
    const id = getText(call, 'id');
    // The name the model used; a clash of two servers is settled by another one.
    const name = getText(call, 'name') ?? getText(call, 'orig_name') ?? '';
    if (id !== undefined)
      transcript.call(id, kiroTool(name, getObject(call, 'args') ?? getObject(call, 'orig_args') ?? {}));
  }
}
