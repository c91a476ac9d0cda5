import type { LogFormat, LogRoot, ParseOutcome, SqliteFormat } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_NAME, MAX_PATH } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getNumber, getObject, getText, isObject, parseJson } from '../shared/json.ts';
import { createSink, outcomeOf } from '../shared/log-sink.ts';
import { isoToMs } from '../shared/time.ts';
import { freshTranscript, Transcript } from '../shared/transcript.ts';

const AGENT = 'warp';

/** Of the stable release; macOS keeps it in the group container of the vendor's team. */
function roots(context: PathContext): readonly LogRoot[] {
  const { home, platform } = context;
  const local = envValue(context, 'LOCALAPPDATA') ?? joinPath(context, home, 'AppData', 'Local');
  const state = envValue(context, 'XDG_STATE_HOME') ?? joinPath(context, home, '.local', 'state');
  const group = joinPath(context, home, 'Library', 'Group Containers', '2BBY89MBSN.dev.warp');
  const dir = {
    darwin: joinPath(context, group, 'Library', 'Application Support', 'dev.warp.Warp-Stable'),
    win32: joinPath(context, local, 'warp', 'Warp', 'data'),
    linux: joinPath(context, state, 'warp-terminal'),
  }[platform];
  return [{ dir, maxDepth: 0, matches: (path) => path === 'warp.sqlite' }];
}

/**
 * Warp's own store (schema of its source, 2026-11): the commands its agent ran, with their ends, and what people asked.
 * A command names its terminal, a question its conversation; nothing joins the two, so each is a session of its own. A
 * command is told when it has ended.
 */
const STORE: SqliteFormat = {
  id: 'warp.store',
  container: 'sqlite',
  writesCalls: 'when-ended',
  roots,
  initialState: () => ({}),
  requires: {
    commands: [
      ...['id', 'command', 'exit_code', 'start_ts', 'completed_ts', 'pwd', 'session_id', 'git_branch'],
      'is_agent_executed',
    ],
    ai_queries: [
      'id',
      'exchange_id',
      'conversation_id',
      'start_ts',
      'input',
      'working_directory',
      'model_id',
    ],
  },
  queries: [
    {
      id: 'commands',
      sql: `SELECT CAST(strftime('%s', completed_ts) AS INTEGER) AS cursor, id, command, exit_code, start_ts,
          completed_ts, pwd, CAST(session_id AS TEXT) AS session_id, git_branch
        FROM commands WHERE is_agent_executed = 1 AND completed_ts IS NOT NULL
          AND CAST(strftime('%s', completed_ts) AS INTEGER) >= :after
        ORDER BY cursor, id LIMIT :limit`,
    },
    {
      id: 'queries',
      sql: `SELECT id AS cursor, exchange_id, conversation_id, start_ts, working_directory, model_id,
          CASE WHEN octet_length(input) <= 4194304 THEN input END AS input
        FROM ai_queries WHERE id > :after ORDER BY id LIMIT :limit`,
    },
  ],
  parseRow: (query, row) => (query === 'commands' ? commandRow(row) : queryRow(row)),
};

function commandRow(row: JsonObject): ParseOutcome {
  const command = getText(row, 'command');
  const rowId = getNumber(row, 'id');
  const startMs = isoToMs(row['start_ts']);
  const endMs = isoToMs(row['completed_ts']) ?? startMs;
  if (command === undefined || rowId === undefined) return { kind: 'rejected', reason: 'missing-field' };
  if (endMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
  const sink = createSink();
  const state = freshTranscript(`terminal-${getText(row, 'session_id') ?? 'unknown'}`);
  const transcript = new Transcript(AGENT, state, sink, startMs ?? endMs, 0);
  const cwd = getText(row, 'pwd');
  const gitBranch = getText(row, 'git_branch');
  // No `start`: a row does not tell whether it is the first of its terminal.
  transcript.patch({
    ...(cwd === undefined ? {} : { cwd: bounded(cwd, MAX_PATH) }),
    ...(gitBranch === undefined ? {} : { gitBranch: bounded(gitBranch, MAX_NAME) }),
  });
  const key = `command-${String(rowId)}`;
  const input = {
    command: bounded(command, MAX_CONTENT),
    ...(cwd === undefined ? {} : { cwd: bounded(cwd, MAX_PATH) }),
  };
  transcript.call(key, { tool: { name: 'run_command', category: 'shell' }, input, known: true });
  const exitCode = getNumber(row, 'exit_code');
  const durationMs = startMs === undefined ? 0 : endMs - startMs;
  new Transcript(AGENT, state, sink, endMs, 0).result(key, {
    status: exitCode === undefined || exitCode === 0 ? 'ok' : 'error',
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(durationMs > 0 ? { durationMs } : {}),
  });
  return outcomeOf(sink);
}

function queryRow(row: JsonObject): ParseOutcome {
  const conversation = getText(row, 'conversation_id');
  const exchange = getText(row, 'exchange_id');
  const timeMs = isoToMs(row['start_ts']);
  if (conversation === undefined || exchange === undefined)
    return { kind: 'rejected', reason: 'missing-field' };
  if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
  if (row['input'] === null) return { kind: 'rejected', reason: 'too-large' };
  const sink = createSink();
  const transcript = new Transcript(AGENT, freshTranscript(conversation), sink, timeMs, 0);
  const cwd = getText(row, 'working_directory');
  transcript.patch(cwd === undefined ? {} : { cwd: bounded(cwd, MAX_PATH) });
  transcript.model(getText(row, 'model_id'), exchange);
  const input = parseJson(getText(row, 'input') ?? '[]')?.value;
  const parts: readonly unknown[] = Array.isArray(input) ? input : [input];
  const texts = parts.slice(0, 20).flatMap((part) => (isObject(part) ? (queryText(part) ?? []) : []));
  transcript.prompt(exchange, bounded(texts.join('\n'), MAX_CONTENT));
  return outcomeOf(sink);
}

/** `{Query: {text}}`; results of actions stand in the same list and are no one's words. */
function queryText(part: JsonObject): string | undefined {
  return getText(getObject(part, 'Query') ?? {}, 'text');
}

/** Session logs of Warp. */
export const WARP_LOGS: readonly LogFormat[] = [STORE];
