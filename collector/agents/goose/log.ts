import type { LogFormat, LogRoot, ParseOutcome, SqliteFormat } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_NAME, MAX_OUTPUT, MAX_PATH, textOf } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getList, getObject, getText, isObject, parseJson } from '../shared/json.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { epochMs, epochSecondsToMs, isoToMs } from '../shared/time.ts';
import { freshTranscript, Transcript } from '../shared/transcript.ts';
import { gooseTool } from './tools.ts';

const AGENT = 'goose';
/** A row with more JSON than this is refused: 32 MiB. */
const MAX_ROW_BYTES = 33_554_432;

function roots(context: PathContext): readonly LogRoot[] {
  const { home } = context;
  const data =
    context.platform === 'win32'
      ? joinPath(
          context,
          envValue(context, 'APPDATA') ?? joinPath(context, home, 'AppData', 'Roaming'),
          'Block',
          'goose',
          'data',
        )
      : joinPath(
          context,
          envValue(context, 'XDG_DATA_HOME') ?? joinPath(context, home, '.local', 'share'),
          'goose',
        );
  return [
    { dir: joinPath(context, data, 'sessions'), maxDepth: 0, matches: (path) => path === 'sessions.db' },
  ];
}

/**
 * The store of Goose (schema 15, mid 2026). A compaction writes a session's messages anew under new row numbers: calls
 * keep their ids and messages their `message_id`, so both tell the same events. Source, 2026-11.
 */
const STORE: SqliteFormat = {
  id: 'goose.store',
  container: 'sqlite',
  roots,
  initialState: () => ({}),
  requires: {
    sessions: [
      ...['id', 'working_dir', 'created_at', 'updated_at', 'parent_session_id', 'goose_mode'],
      ...['model_config_json', 'accumulated_input_tokens', 'accumulated_output_tokens'],
    ],
    messages: [
      'id',
      'message_id',
      'session_id',
      'role',
      'content_json',
      'created_timestamp',
      'metadata_json',
    ],
  },
  queries: [
    {
      id: 'sessions',
      sql: `SELECT CAST(strftime('%s', updated_at) AS INTEGER) AS cursor, id, working_dir, created_at, updated_at,
          parent_session_id, goose_mode, model_config_json, accumulated_input_tokens, accumulated_output_tokens
        FROM sessions WHERE CAST(strftime('%s', updated_at) AS INTEGER) >= :after ORDER BY cursor, id LIMIT :limit`,
    },
    {
      id: 'messages',
      sql: `SELECT m.id AS cursor, m.message_id, m.session_id, m.role, m.created_timestamp, m.metadata_json,
          s.parent_session_id,
          CASE WHEN octet_length(m.content_json) <= ${String(MAX_ROW_BYTES)} THEN m.content_json END AS content_json
        FROM messages m LEFT JOIN sessions s ON s.id = m.session_id
        WHERE m.id > :after ORDER BY m.id LIMIT :limit`,
    },
  ],
  parseRow: (query, row) => (query === 'sessions' ? sessionRow(row) : messageRow(row)),
};

/** `goose_mode` `auto` asks for nothing. The input tokens hold those from the cache. */
function sessionRow(row: JsonObject): ParseOutcome {
  const id = getText(row, 'id');
  const timeMs = isoToMs(row['created_at']);
  if (id === undefined) return { kind: 'rejected', reason: 'missing-field' };
  if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
  const sink = createSink();
  const transcript = new Transcript(
    AGENT,
    freshTranscript(id, getText(row, 'parent_session_id')),
    sink,
    timeMs,
    0,
  );
  const cwd = getText(row, 'working_dir');
  const permissionMode = getText(row, 'goose_mode');
  const config = parseJson(getText(row, 'model_config_json') ?? '{}')?.value;
  const model = isObject(config) ? getText(config, 'model_name') : undefined;
  transcript.start({
    ...(cwd === undefined ? {} : { cwd: bounded(cwd, MAX_PATH) }),
    ...(permissionMode === undefined ? {} : { permissionMode: bounded(permissionMode, MAX_NAME) }),
  });
  transcript.model(model, 'session');
  const tokens = {
    input: getCount(row, 'accumulated_input_tokens'),
    output: getCount(row, 'accumulated_output_tokens'),
    cacheRead: 0,
    cacheWrite: 0,
  };
  transcript.usage('total', tokens);
  return outcomeOf(sink);
}

function messageRow(row: JsonObject): ParseOutcome {
  const session = getText(row, 'session_id');
  const created = row['created_timestamp'];
  // Seconds; rows of 2025 may hold milliseconds.
  const timeMs = epochSecondsToMs(created) ?? epochMs(created);
  if (session === undefined) return { kind: 'rejected', reason: 'missing-field' };
  if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
  const json = row['content_json'];
  if (json === null) return { kind: 'rejected', reason: 'too-large' };
  const content = typeof json === 'string' ? parseJson(json)?.value : undefined;
  if (!Array.isArray(content)) return { kind: 'rejected', reason: 'not-json' };
  const blocks: readonly unknown[] = content;
  const sink = createSink();
  const parent = getText(row, 'parent_session_id');
  const transcript = new Transcript(AGENT, freshTranscript(session, parent), sink, timeMs, 0);
  const cursor = row['cursor'];
  const key = getText(row, 'message_id') ?? (typeof cursor === 'number' ? String(cursor) : '');
  if (row['role'] === 'user' && isTyped(row, blocks))
    transcript.prompt(key, textOf(blocks, MAX_CONTENT), parent === undefined ? 'human' : 'agent');
  else if (row['role'] !== 'user' && row['role'] !== 'assistant')
    sink.unknown.push(`role:${typeName(row['role'])}`);
  for (const block of blocks) if (isObject(block)) readBlock(block, transcript, sink);
  return outcomeOf(sink);
}

/** Messages the person does not see, and those that carry results, are the program's. */
function isTyped(row: JsonObject, blocks: readonly unknown[]): boolean {
  const metadata = parseJson(getText(row, 'metadata_json') ?? '{}')?.value;
  if (isObject(metadata) && metadata['userVisible'] === false) return false;
  return !blocks.some((block) => isObject(block) && block['type'] === 'toolResponse');
}

const QUIET: ReadonlySet<unknown> = new Set([
  ...['text', 'thinking', 'redactedThinking', 'reasoning', 'image', 'toolConfirmationRequest'],
  ...['actionRequired', 'systemNotification', 'frontendToolRequest'],
]);

function readBlock(block: JsonObject, transcript: Transcript, sink: LogSink): void {
  const id = getText(block, 'id');
  if (block['type'] === 'toolRequest') {
    const value = getObject(getObject(block, 'toolCall') ?? {}, 'value');
    // A call that could not be parsed has no value: nothing ran.
    if (id !== undefined && value !== undefined)
      transcript.call(id, gooseTool(getText(value, 'name') ?? '', getObject(value, 'arguments') ?? {}));
  } else if (block['type'] === 'toolResponse') {
    if (id !== undefined) readResponse(id, getObject(block, 'toolResult') ?? {}, transcript);
  } else if (block['type'] === 'conversationCompacted' || block['type'] === 'contextLengthExceeded') {
    transcript.update(id ?? 'compaction', 'compaction');
  } else if (!QUIET.has(block['type'])) {
    sink.unknown.push(`block:${typeName(block['type'])}`);
  }
}

/** The value is `{content, isError}`, before 2026 a list. A refusal is Goose's fixed sentence. */
function readResponse(id: string, result: JsonObject, transcript: Transcript): void {
  const value = result['value'];
  const content = isObject(value) ? getList(value, 'content') : value;
  const error = getText(result, 'error');
  const output = bounded(error ?? textOf(content, MAX_OUTPUT), MAX_OUTPUT);
  const denied = output.slice(0, 200).includes('declined to run this tool');
  const failed = result['status'] === 'error' || (isObject(value) && value['isError'] === true);
  transcript.result(id, { status: denied ? 'denied' : failed ? 'error' : 'ok' }, output);
  if (denied) transcript.decision(id, 'deny');
}

/** Session logs of Goose. */
export const GOOSE_LOGS: readonly LogFormat[] = [STORE];
