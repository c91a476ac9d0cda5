import type { LogFormat, ParseOutcome, SqliteFormat } from '../spec-log.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT, MAX_PATH, textOf } from '../shared/bounds.ts';
import { functionCall } from '../shared/function-call.ts';
import { joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getList, getNumber, getObject, getText, parseJsonObject } from '../shared/json.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { isoToMs } from '../shared/time.ts';
import { freshTranscript, Transcript } from '../shared/transcript.ts';
import { cagentTool } from './tools.ts';

const AGENT = 'cagent';
/** A row with more JSON than this is refused: 32 MiB. */
const MAX_ROW_BYTES = 33_554_432;

/**
 * The store of Docker's agent: sessions, and their items as rows since 2026-02 (before, all messages in the session's
 * own row, which is not read). An answer's row is written when it is whole. `pkg/session/store.go`, and a reader of the
 * items' tokens, 2026-11; a command's refusal is told by its words, which are unverified.
 */
const STORE: SqliteFormat = {
  id: 'cagent.store',
  container: 'sqlite',
  roots: (context) =>
    ['.cagent', '.docker-agent'].map((folder) => ({
      dir: joinPath(context, context.home, folder),
      maxDepth: 0,
      matches: (path) => path === 'session.db',
    })),
  initialState: () => ({}),
  requires: {
    sessions: ['id', 'title', 'created_at', 'working_dir', 'tools_approved'],
    session_items: ['id', 'session_id', 'item_type', 'agent_name', 'message_json'],
  },
  queries: [
    {
      id: 'sessions',
      sql: `SELECT rowid AS cursor, id, title, created_at, working_dir, tools_approved FROM sessions
        WHERE rowid > :after ORDER BY rowid LIMIT :limit`,
    },
    {
      id: 'items',
      sql: `SELECT i.rowid AS cursor, i.id, i.session_id, i.item_type, s.created_at,
          CASE WHEN octet_length(i.message_json) <= ${String(MAX_ROW_BYTES)}
            THEN CAST(i.message_json AS TEXT) END AS message_json
        FROM session_items i LEFT JOIN sessions s ON s.id = i.session_id
        WHERE i.rowid > :after ORDER BY i.rowid LIMIT :limit`,
    },
  ],
  parseRow: (query, row) => (query === 'sessions' ? sessionRow(row) : itemRow(row)),
};

function sessionRow(row: JsonObject): ParseOutcome {
  const id = getText(row, 'id');
  const timeMs = isoToMs(row['created_at']);
  if (id === undefined) return { kind: 'rejected', reason: 'missing-field' };
  if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
  const sink = createSink();
  const cwd = getText(row, 'working_dir');
  const title = getText(row, 'title');
  const approved = row['tools_approved'] === 1 || row['tools_approved'] === '1';
  new Transcript(AGENT, freshTranscript(id), sink, timeMs, 0).start({
    ...(cwd === undefined ? {} : { cwd: bounded(cwd, MAX_PATH) }),
    ...(title === undefined ? {} : { title: bounded(title, MAX_NAME) }),
    ...(approved ? { permissionMode: 'yolo' } : {}),
  });
  return outcomeOf(sink);
}

function itemRow(row: JsonObject): ParseOutcome {
  const session = getText(row, 'session_id');
  const key = `item-${String(getNumber(row, 'id') ?? 0)}`;
  if (session === undefined) return { kind: 'rejected', reason: 'missing-field' };
  // Sessions of sub-agents and summaries have no message of their own.
  const sink = createSink();
  const type = getText(row, 'item_type');
  if (type !== 'message') {
    if (type !== 'subsession' && type !== 'summary') sink.unknown.push(`item:${typeName(type)}`);
    return outcomeOf(sink);
  }
  if (row['message_json'] === null) return { kind: 'rejected', reason: 'too-large' };
  const parsed = parseJsonObject(getText(row, 'message_json') ?? '');
  if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
  const message = getObject(parsed.value, 'message') ?? parsed.value;
  const timeMs = isoToMs(message['created_at']) ?? isoToMs(row['created_at']);
  if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
  const transcript = new Transcript(AGENT, freshTranscript(session), sink, timeMs, 0);
  switch (message['role']) {
    case 'user':
      // Implicit ones are written by the program for an agent.
      transcript.prompt(
        key,
        textIn(message, MAX_CONTENT),
        parsed.value['implicit'] === true ? 'agent' : 'human',
      );
      break;
    case 'assistant':
      readAnswer(message, key, transcript);
      break;
    case 'tool':
      readResult(message, transcript);
      break;
    default:
      if (message['role'] !== 'system') sink.unknown.push(`role:${typeName(message['role'])}`);
  }
  return outcomeOf(sink);
}

function textIn(message: JsonObject, max: number): string {
  return bounded(getText(message, 'content') ?? textOf(message['multi_content'], max), max);
}

/** Input is without what came from the cache. */
function readAnswer(message: JsonObject, key: string, transcript: Transcript): void {
  transcript.model(getText(message, 'model'), key);
  for (const item of getList(message, 'tool_calls').slice(0, MAX_ITEMS)) {
    const call = functionCall(item);
    if (call !== undefined) transcript.call(call.id, cagentTool(call.name, call.args));
  }
  const usage = getObject(message, 'usage') ?? {};
  transcript.usage(key, {
    input: getCount(usage, 'input_tokens'),
    output: getCount(usage, 'output_tokens'),
    cacheRead: getCount(usage, 'cached_input_tokens'),
    cacheWrite: getCount(usage, 'cached_write_tokens'),
  });
}

function readResult(message: JsonObject, transcript: Transcript): void {
  const id = getText(message, 'tool_call_id');
  if (id === undefined) return;
  const output = textIn(message, MAX_OUTPUT);
  const denied = /^The user rejected the tool call/i.test(output);
  const failed = message['is_error'] === true || /^Error (?:executing|calling|running)\b/.test(output);
  transcript.result(id, { status: denied ? 'denied' : failed ? 'error' : 'ok' }, output);
  if (denied) transcript.decision(id, 'deny');
}

/** Session logs of Docker's agent. */
export const CAGENT_LOGS: readonly LogFormat[] = [STORE];
