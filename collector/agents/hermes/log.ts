import type { LogFormat, LogRoot, ParseOutcome, SqliteFormat } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT, MAX_PATH } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getNumber, getObject, getText, isObject, parseJson } from '../shared/json.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { epochSecondsToMs } from '../shared/time.ts';
import { freshTranscript, Transcript } from '../shared/transcript.ts';
import { hermesTool } from './tools.ts';

const AGENT = 'hermes';
/** A text with more than this is refused: 32 MiB. */
const MAX_ROW_BYTES = 33_554_432;

function roots(context: PathContext): readonly LogRoot[] {
  const dir = envValue(context, 'HERMES_HOME') ?? joinPath(context, context.home, '.hermes');
  return [{ dir, maxDepth: 0, matches: (path) => path === 'state.db' }];
}

const SIZED = (column: string): string =>
  `CASE WHEN octet_length(m.${column}) <= ${String(MAX_ROW_BYTES)} THEN m.${column} END AS ${column}`;
const SESSION_COLUMNS = `s.id, s.source, s.model, s.parent_session_id, s.started_at, s.ended_at, s.end_reason,
  s.cwd, s.git_branch, s.input_tokens, s.output_tokens, s.cache_read_tokens, s.cache_write_tokens`;

/**
 * The store of Hermes (schema 23 to 30, 2026). A session row has no time of change: it is read again with every new
 * message, and when it ends. Compaction keeps old rows and writes copies with the same times. Source, 2026-11.
 */
const STORE: SqliteFormat = {
  id: 'hermes.store',
  container: 'sqlite',
  roots,
  initialState: () => ({}),
  requires: {
    sessions: [
      ...['id', 'source', 'model', 'parent_session_id', 'started_at', 'ended_at', 'end_reason', 'cwd'],
      ...['git_branch', 'input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_write_tokens'],
    ],
    messages: ['id', 'session_id', 'role', 'content', 'tool_call_id', 'tool_calls', 'timestamp'],
  },
  queries: [
    {
      id: 'sessions',
      sql: `SELECT max(m.id) AS cursor, ${SESSION_COLUMNS} FROM messages m JOIN sessions s ON s.id = m.session_id
        WHERE m.id > :after GROUP BY s.id ORDER BY cursor LIMIT :limit`,
    },
    {
      id: 'messages',
      sql: `SELECT m.id AS cursor, m.session_id, m.role, m.tool_call_id, m.timestamp, s.source, s.parent_session_id,
          ${SIZED('content')}, ${SIZED('tool_calls')}
        FROM messages m LEFT JOIN sessions s ON s.id = m.session_id WHERE m.id > :after ORDER BY m.id LIMIT :limit`,
    },
    {
      id: 'ended',
      sql: `SELECT CAST(s.ended_at * 1000 AS INTEGER) AS cursor, ${SESSION_COLUMNS} FROM sessions s
        WHERE s.ended_at IS NOT NULL AND CAST(s.ended_at * 1000 AS INTEGER) >= :after ORDER BY cursor LIMIT :limit`,
    },
  ],
  parseRow: (query, row) => (query === 'messages' ? messageRow(row) : sessionRow(row)),
};

function sessionRow(row: JsonObject): ParseOutcome {
  const id = getText(row, 'id');
  const timeMs = epochSecondsToMs(row['started_at']);
  if (id === undefined) return { kind: 'rejected', reason: 'missing-field' };
  if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
  const sink = createSink();
  const state = freshTranscript(id, getText(row, 'parent_session_id'));
  const transcript = new Transcript(AGENT, state, sink, timeMs, 0);
  const cwd = getText(row, 'cwd');
  const gitBranch = getText(row, 'git_branch');
  transcript.start({
    ...(cwd === undefined ? {} : { cwd: bounded(cwd, MAX_PATH) }),
    ...(gitBranch === undefined ? {} : { gitBranch: bounded(gitBranch, MAX_NAME) }),
  });
  transcript.model(getText(row, 'model'), 'session');
  // Totals that only grow: one key, the largest are kept. `reasoning_tokens` are part of the output.
  transcript.usage('total', {
    input: getCount(row, 'input_tokens'),
    output: getCount(row, 'output_tokens'),
    cacheRead: getCount(row, 'cache_read_tokens'),
    cacheWrite: getCount(row, 'cache_write_tokens'),
  });
  const endMs = epochSecondsToMs(row['ended_at']);
  if (endMs !== undefined)
    new Transcript(AGENT, state, sink, endMs, 0).end(String(endMs), getText(row, 'end_reason'));
  return outcomeOf(sink);
}

function messageRow(row: JsonObject): ParseOutcome {
  const session = getText(row, 'session_id');
  const timeMs = epochSecondsToMs(row['timestamp']);
  if (session === undefined) return { kind: 'rejected', reason: 'missing-field' };
  if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
  const sink = createSink();
  const state = freshTranscript(session, getText(row, 'parent_session_id'));
  const transcript = new Transcript(AGENT, state, sink, timeMs, 0);
  const content = getText(row, 'content') ?? '';
  switch (row['role']) {
    case 'user':
      if (content.startsWith('[CONTEXT COMPACTION')) transcript.update(String(timeMs), 'compaction');
      else transcript.prompt(String(timeMs), bounded(content, MAX_CONTENT), originOf(row));
      break;
    case 'assistant':
      readCalls(getText(row, 'tool_calls'), transcript);
      break;
    case 'tool':
      readResult(getText(row, 'tool_call_id'), content, transcript);
      break;
    case 'system':
    case 'session_meta':
      break;
    default:
      sink.unknown.push(`role:${typeName(row['role'])}`);
  }
  return outcomeOf(sink);
}

/** `cron` and the like start without a person; a sub-agent is asked by an agent. */
function originOf(row: JsonObject): 'human' | 'agent' | 'system' {
  if (row['source'] === 'subagent') return 'agent';
  return row['source'] === 'cron' || row['source'] === 'webhook' ? 'system' : 'human';
}

function readCalls(json: string | undefined, transcript: Transcript): void {
  const calls = json === undefined ? undefined : parseJson(json)?.value;
  if (!Array.isArray(calls)) return;
  const items: readonly unknown[] = calls;
  for (const call of items.slice(0, MAX_ITEMS)) {
    if (!isObject(call)) continue;
    const made = getObject(call, 'function') ?? call;
    const id = getText(call, 'id') ?? getText(call, 'call_id');
    const args = parseJson(getText(made, 'arguments') ?? '{}')?.value;
    if (id !== undefined)
      transcript.call(id, hermesTool(getText(made, 'name') ?? '', isObject(args) ? args : {}));
  }
}

/** Tools answer in JSON: `{output, exit_code, error}`. A refused command says so in its error. */
function readResult(id: string | undefined, content: string, transcript: Transcript): void {
  if (id === undefined) return;
  const parsed = content.startsWith('{') ? parseJson(content)?.value : undefined;
  const fields = isObject(parsed) ? parsed : {};
  const error = getText(fields, 'error');
  const exitCode = getNumber(fields, 'exit_code');
  const failed = error !== undefined || (exitCode !== undefined && exitCode !== 0);
  const denied = error !== undefined && /^(?:BLOCKED|Command denied|User denied)/.test(error);
  const output = getText(fields, 'output') ?? error ?? content;
  transcript.result(
    id,
    {
      status: denied ? 'denied' : failed ? 'error' : 'ok',
      ...(exitCode === undefined || denied ? {} : { exitCode }),
    },
    bounded(output, MAX_OUTPUT),
  );
  if (denied) transcript.decision(id, 'deny', 'unknown');
}

/** Session logs of Hermes Agent. */
export const HERMES_LOGS: readonly LogFormat[] = [STORE];
