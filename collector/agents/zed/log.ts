import type { LogFormat, ParseOutcome, SqliteFormat } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT, MAX_PATH } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getCount, getList, getObject, getText, isObject, parseJsonObject } from '../shared/json.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { isoToMs } from '../shared/time.ts';
import { freshTranscript, Transcript } from '../shared/transcript.ts';
import { zedTool } from './tools.ts';

const AGENT = 'zed';
/** A row that is larger even compressed is refused: 32 MiB. */
const MAX_ROW_BYTES = 33_554_432;

function dataFolder(context: PathContext): string {
  const { home, platform } = context;
  if (platform === 'darwin') return joinPath(context, home, 'Library', 'Application Support', 'Zed');
  if (platform === 'win32') {
    const local = envValue(context, 'LOCALAPPDATA') ?? joinPath(context, home, 'AppData', 'Local');
    return joinPath(context, local, 'Zed');
  }
  const base = envValue(context, 'XDG_DATA_HOME') ?? joinPath(context, home, '.local', 'share');
  return joinPath(context, base, 'zed');
}

/** A column that stores of 2025 do not have: found in the row's own table first, else in the outer row of nothing. */
const LATER = (column: string): string => `(SELECT ${column} FROM threads n WHERE n.id = t.id) AS ${column}`;

/**
 * Threads of Zed's own agent (`crates/agent/src/db.rs`, version 0.3.0 of a thread, 2026-11). A row is a whole thread,
 * JSON in zstd, written again at every save. Only the row has a time: what is new in it has the time of that save.
 */
const THREADS: SqliteFormat = {
  id: 'zed.threads',
  container: 'sqlite',
  writesCalls: 'when-ended',
  roots: (context) => [
    {
      dir: joinPath(context, dataFolder(context), 'threads'),
      maxDepth: 0,
      matches: (path) => path === 'threads.db',
    },
  ],
  initialState: () => ({}),
  requires: { threads: ['id', 'summary', 'updated_at', 'data_type', 'data'] },
  queries: [
    {
      id: 'threads',
      compressed: ['data'],
      sql: `SELECT CAST(strftime('%s', t.updated_at) AS INTEGER) AS cursor, t.id, t.summary, t.updated_at, t.data_type,
          ${LATER('parent_id')}, ${LATER('folder_paths')}, ${LATER('created_at')},
          CASE WHEN octet_length(t.data) <= ${String(MAX_ROW_BYTES)} THEN t.data END AS data
        FROM threads t, (SELECT NULL AS parent_id, NULL AS folder_paths, NULL AS created_at)
        WHERE CAST(strftime('%s', t.updated_at) AS INTEGER) >= :after ORDER BY cursor, t.id LIMIT :limit`,
    },
  ],
  parseRow(_query, row): ParseOutcome {
    const id = getText(row, 'id');
    const timeMs = isoToMs(row['updated_at']);
    if (id === undefined) return { kind: 'rejected', reason: 'missing-field' };
    if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
    if (row['data'] === null) return { kind: 'rejected', reason: 'too-large' };
    const parsed = parseJsonObject(getText(row, 'data') ?? '');
    if (!parsed.ok) return { kind: 'rejected', reason: parsed.reason };
    return readThread(row, id, timeMs, parsed.value);
  },
};

function readThread(row: JsonObject, id: string, timeMs: number, thread: JsonObject): ParseOutcome {
  const sink = createSink();
  const state = freshTranscript(id, getText(row, 'parent_id'));
  const transcript = new Transcript(AGENT, state, sink, timeMs, 0);
  const title = getText(thread, 'title') ?? getText(row, 'summary');
  const cwd = getText(row, 'folder_paths')?.split('\n', 1)[0];
  const startedMs = isoToMs(row['created_at']);
  transcript.start({
    ...(title === undefined ? {} : { title: bounded(title, MAX_NAME) }),
    ...(cwd === undefined || cwd === '' ? {} : { cwd: bounded(cwd, MAX_PATH) }),
    ...(startedMs === undefined ? {} : { startedMs }),
  });
  transcript.model(getText(getObject(thread, 'model') ?? {}, 'model'), 'thread');
  const messages = getList(thread, 'messages');
  if (!Array.isArray(thread['messages'])) sink.unknown.push('thread:no messages');
  const origin = state.parentId === undefined ? 'human' : 'agent';
  for (const [index, message] of messages.entries())
    readMessage(message, String(index), origin, transcript, sink);
  readUsage(getObject(thread, 'cumulative_token_usage'), transcript);
  return outcomeOf(sink);
}

/** `{User}`, `{Agent}`, or the word `Resume`. */
function readMessage(
  message: unknown,
  index: string,
  origin: 'human' | 'agent',
  transcript: Transcript,
  sink: LogSink,
): void {
  if (!isObject(message)) {
    if (message !== 'Resume') sink.unknown.push(`message:${typeName(message)}`);
    return;
  }
  const user = getObject(message, 'User');
  const agent = getObject(message, 'Agent');
  if (user !== undefined) transcript.prompt(getText(user, 'id') ?? index, promptText(user), origin);
  else if (agent !== undefined) readAgent(agent, transcript, sink);
  else if (getObject(message, 'Compaction') !== undefined)
    transcript.update(`compaction-${index}`, 'compaction');
  else sink.unknown.push(`message:${typeName(Object.keys(message)[0])}`);
}

function promptText(user: JsonObject): string {
  const texts = getList(user, 'content')
    .slice(0, MAX_ITEMS)
    .flatMap((part) => (isObject(part) ? (getText(part, 'Text') ?? []) : []));
  return bounded(texts.join('\n'), MAX_CONTENT);
}

const QUIET: ReadonlySet<string> = new Set(['Text', 'Thinking', 'RedactedThinking', 'Image']);

function readAgent(agent: JsonObject, transcript: Transcript, sink: LogSink): void {
  const results = getObject(agent, 'tool_results') ?? {};
  for (const part of getList(agent, 'content').slice(0, MAX_ITEMS)) {
    if (!isObject(part)) continue;
    const use = getObject(part, 'ToolUse');
    const [type = ''] = Object.keys(part);
    if (use === undefined) {
      if (!QUIET.has(type)) sink.unknown.push(`part:${typeName(type)}`);
      continue;
    }
    const id = getText(use, 'id');
    // Half of its arguments: the model is still writing it.
    if (id === undefined || use['is_input_complete'] === false) continue;
    transcript.call(id, zedTool(getText(use, 'name') ?? '', getObject(use, 'input') ?? {}));
    const result = getObject(results, id);
    if (result !== undefined) readResult(id, result, transcript);
  }
}

/** A refusal is Zed's fixed sentence (source, 2026-11). */
function readResult(id: string, result: JsonObject, transcript: Transcript): void {
  const content = result['content'];
  const parts: readonly unknown[] = Array.isArray(content) ? content : [content];
  const texts = parts.slice(0, 100).flatMap((part) => {
    if (typeof part === 'string') return part;
    return isObject(part) ? (getText(part, 'Text') ?? getText(part, 'text') ?? []) : [];
  });
  const output = bounded(texts.join('\n'), MAX_OUTPUT);
  const failed = result['is_error'] === true;
  const denied =
    failed && /^(?:Permission to run tool denied|Tool call (?:was )?(?:denied|rejected))/i.test(output);
  const aborted = failed && /^(?:Tool canceled|User canceled)/i.test(output);
  transcript.result(
    id,
    { status: denied ? 'denied' : aborted ? 'interrupted' : failed ? 'error' : 'ok' },
    output,
  );
  if (denied) transcript.decision(id, 'deny', 'unknown');
}

/** Sums of the thread; the four are disjoint. */
function readUsage(usage: JsonObject | undefined, transcript: Transcript): void {
  if (usage === undefined) return;
  transcript.usage('total', {
    input: getCount(usage, 'input_tokens'),
    output: getCount(usage, 'output_tokens'),
    cacheRead: getCount(usage, 'cache_read_input_tokens'),
    cacheWrite: getCount(usage, 'cache_creation_input_tokens'),
  });
}

/** Session logs of Zed. */
export const ZED_LOGS: readonly LogFormat[] = [THREADS];
