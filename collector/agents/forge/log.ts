import type { LogFormat, ParseOutcome, SqliteFormat } from '../spec-log.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT, MAX_PATH, textOf } from '../shared/bounds.ts';
import { joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getList, getObject, getText, isObject, parseJsonObject } from '../shared/json.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { createTextKeys } from '../shared/text-keys.ts';
import { isoToMs } from '../shared/time.ts';
import { freshTranscript, Transcript } from '../shared/transcript.ts';
import { forgeTool } from './tools.ts';

const AGENT = 'forge';
/** A row with more JSON than this is refused: 32 MiB. */
const MAX_ROW_BYTES = 33_554_432;

/**
 * The store of Forge: a conversation is one row, replaced at every save. Messages tell no time: what is new has that of
 * the save. Source (`forge_repo`, `forge_domain`) and what other readers found, 2026-11.
 */
const STORE: SqliteFormat = {
  id: 'forge.store',
  container: 'sqlite',
  roots: (context) => {
    const bases = [joinPath(context, context.home, '.forge'), joinPath(context, context.home, 'forge')];
    return bases.map((dir) => ({ dir, maxDepth: 0, matches: (path) => path === '.forge.db' }));
  },
  initialState: () => ({}),
  requires: { conversations: ['conversation_id', 'title', 'context', 'created_at', 'updated_at'] },
  queries: [
    {
      id: 'conversations',
      sql: `SELECT CAST(strftime('%s', coalesce(updated_at, created_at)) AS INTEGER) AS cursor, conversation_id,
          title, created_at, coalesce(updated_at, created_at) AS saved_at,
          CASE WHEN octet_length(context) <= ${String(MAX_ROW_BYTES)} THEN CAST(context AS TEXT) END AS context
        FROM conversations
        WHERE context IS NOT NULL AND strftime('%s', coalesce(updated_at, created_at)) IS NOT NULL
          AND CAST(strftime('%s', coalesce(updated_at, created_at)) AS INTEGER) >= :after
        ORDER BY 1, conversation_id LIMIT :limit`,
    },
  ],
  parseRow(_query, row): ParseOutcome {
    const id = getText(row, 'conversation_id');
    const timeMs = isoToMs(row['saved_at']);
    if (id === undefined) return { kind: 'rejected', reason: 'missing-field' };
    if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
    if (row['context'] === null) return { kind: 'rejected', reason: 'too-large' };
    const parsed = parseJsonObject(getText(row, 'context') ?? '');
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    return readConversation(row, id, timeMs, parsed.value);
  },
};

function readConversation(row: JsonObject, id: string, timeMs: number, context: JsonObject): ParseOutcome {
  if (!Array.isArray(context['messages'])) return { kind: 'unknown', type: 'context:no messages' };
  const sink = createSink();
  const transcript = new Transcript(AGENT, freshTranscript(id), sink, timeMs, 0);
  const title = getText(row, 'title');
  const startedMs = isoToMs(row['created_at']);
  transcript.start({
    ...(title === undefined ? {} : { title: bounded(title, MAX_NAME) }),
    ...(startedMs === undefined ? {} : { startedMs }),
  });
  const keyOf = createTextKeys();
  for (const [index, entry] of getList(context, 'messages').entries()) {
    if (!isObject(entry)) continue;
    // Since 2025-11 a message and its use of tokens are held together.
    const message = getObject(entry, 'message') ?? entry;
    readMessage(message, keyOf, transcript, sink);
    readUsage(getObject(entry, 'usage'), `message-${String(index)}`, transcript);
  }
  return outcomeOf(sink);
}

/** `{text}`, `{tool}` or `{image}`. */
function readMessage(
  message: JsonObject,
  keyOf: (text: string) => string,
  transcript: Transcript,
  sink: LogSink,
): void {
  const text = getObject(message, 'text');
  const tool = getObject(message, 'tool');
  if (text !== undefined) readText(text, keyOf, transcript, sink);
  else if (tool !== undefined) readResult(tool, transcript);
  else if (message['image'] === undefined) sink.unknown.push(`message:${typeName(Object.keys(message)[0])}`);
}

function readText(
  text: JsonObject,
  keyOf: (text: string) => string,
  transcript: Transcript,
  sink: LogSink,
): void {
  const role = (getText(text, 'role') ?? '').toLowerCase();
  const content = getText(text, 'content') ?? '';
  const cwd = between(content, '<current_working_directory>', '</current_working_directory>');
  if (cwd !== undefined) transcript.patch({ cwd: bounded(cwd, MAX_PATH) });
  if (role === 'user') {
    // What the person typed; the content may have files and the environment around it.
    const typed = getText(getObject(text, 'raw_content') ?? {}, 'Text') ?? content;
    const said = between(typed, '<task>', '</task>') ?? typed;
    transcript.model(getText(text, 'model'), keyOf(content));
    transcript.prompt(keyOf(said), bounded(said, MAX_CONTENT));
  } else if (role === 'assistant') {
    transcript.model(getText(text, 'model'), keyOf(content));
    for (const call of getList(text, 'tool_calls').slice(0, MAX_ITEMS)) readCall(call, transcript);
  } else if (role !== 'system') {
    sink.unknown.push(`role:${typeName(text['role'])}`);
  }
}

function between(text: string, open: string, close: string): string | undefined {
  const start = text.indexOf(open);
  const end = start === -1 ? -1 : text.indexOf(close, start);
  const inner = end === -1 ? '' : text.slice(start + open.length, end).trim();
  return inner === '' ? undefined : inner;
}

function readCall(call: unknown, transcript: Transcript): void {
  if (!isObject(call)) return;
  const id = getText(call, 'call_id');
  if (id === undefined) return;
  const text = getText(call, 'arguments');
  const parsed = text === undefined ? undefined : parseJsonObject(text);
  const args = getObject(call, 'arguments') ?? (parsed?.ok === true ? parsed.value : {});
  transcript.call(id, forgeTool(getText(call, 'name') ?? '', args));
}

/** A refusal is an error with words of the client (wording unverified). */
function readResult(tool: JsonObject, transcript: Transcript): void {
  const id = getText(tool, 'call_id');
  if (id === undefined) return;
  const output = getObject(tool, 'output') ?? {};
  // A value without text is a word: `empty`.
  const text = textOf(getList(output, 'values').filter(isObject), MAX_OUTPUT);
  const failed = output['is_error'] === true;
  const denied =
    failed && /(?:permission denied|denied|rejected|declined) by (?:the )?user/i.test(text.slice(0, 400));
  transcript.result(id, { status: denied ? 'denied' : failed ? 'error' : 'ok' }, text);
  if (denied) transcript.decision(id, 'deny');
}

/** Counts are `{actual}` or `{approx}`; only those of the provider are taken. The prompt's include those of the cache. */
function readUsage(usage: JsonObject | undefined, key: string, transcript: Transcript): void {
  if (usage === undefined) return;
  const count = (name: string): number => getCount(getObject(usage, name) ?? {}, 'actual');
  const cacheRead = count('cached_tokens');
  transcript.usage(key, {
    input: Math.max(0, count('prompt_tokens') - cacheRead),
    output: count('completion_tokens'),
    cacheRead,
    cacheWrite: 0,
  });
}

/** Session logs of Forge. */
export const FORGE_LOGS: readonly LogFormat[] = [STORE];
