import type { LogFormat, ParseOutcome, SqliteFormat } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_NAME, MAX_OUTPUT } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import { getNumber, getText, parseJsonObject } from '../shared/json.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { createToolReader } from '../shared/read-tool.ts';
import { isoToMs } from '../shared/time.ts';
import type { ToolShape } from '../shared/tool-shape.ts';
import { freshTranscript, Transcript } from '../shared/transcript.ts';

const AGENT = 'ollama';

/** Tools the application gives to models (`app/tools`, 2026-11). */
export const OLLAMA_TOOLS: readonly ToolShape[] = [
  { name: 'web_search', category: 'web', query: ['query'] },
  { name: 'web_fetch', category: 'web', url: ['url'] },
  { name: 'browser.search', category: 'web', query: ['query'] },
  { name: 'browser.open', category: 'web', url: ['id', 'url'] },
  { name: 'browser.find', category: 'search', query: ['pattern'] },
];

const read = createToolReader(OLLAMA_TOOLS, () => undefined);

function folder(context: PathContext): string {
  const { home, platform } = context;
  return {
    darwin: joinPath(context, home, 'Library', 'Application Support', 'Ollama'),
    win32: joinPath(
      context,
      envValue(context, 'LOCALAPPDATA') ?? joinPath(context, home, 'AppData', 'Local'),
      'Ollama',
    ),
    linux: joinPath(context, home, '.ollama'),
  }[platform];
}

/**
 * The chats of Ollama's desktop application. Rows of answers are written again while they stream; a call's row comes with
 * the whole call. Who asks the server itself (`ollama run`, other programs) is not recorded there. `app/store/database.go`,
 * schema 18, 2026-11. Tokens are not kept.
 */
const STORE: SqliteFormat = {
  id: 'ollama.store',
  container: 'sqlite',
  roots: (context) => [{ dir: folder(context), maxDepth: 0, matches: (path) => path === 'db.sqlite' }],
  initialState: () => ({}),
  requires: {
    chats: ['id', 'title', 'created_at'],
    messages: ['id', 'chat_id', 'role', 'content', 'model_name', 'created_at'],
    tool_calls: ['id', 'message_id', 'function_name', 'function_arguments', 'function_result'],
  },
  queries: [
    {
      id: 'chats',
      sql: `SELECT rowid AS cursor, id, title, CAST(created_at AS TEXT) AS created_at FROM chats
        WHERE rowid > :after ORDER BY rowid LIMIT :limit`,
    },
    {
      id: 'messages',
      sql: `SELECT rowid AS cursor, id, chat_id, role, model_name, CAST(created_at AS TEXT) AS created_at,
          CASE WHEN role = 'user' THEN substr(content, 1, ${String(MAX_CONTENT)}) END AS content
        FROM messages WHERE rowid > :after ORDER BY rowid LIMIT :limit`,
    },
    {
      id: 'tool-calls',
      sql: `SELECT t.rowid AS cursor, t.message_id, m.chat_id, CAST(m.created_at AS TEXT) AS created_at,
          (SELECT count(*) FROM tool_calls b WHERE b.message_id = t.message_id AND b.id < t.id) AS place,
          t.function_name, substr(t.function_arguments, 1, ${String(MAX_CONTENT)}) AS function_arguments,
          substr(t.function_result, 1, ${String(MAX_OUTPUT)}) AS function_result
        FROM tool_calls t JOIN messages m ON m.id = t.message_id
        WHERE t.rowid > :after ORDER BY t.rowid LIMIT :limit`,
    },
  ],
  parseRow(query, row): ParseOutcome {
    const chat = getText(row, query === 'chats' ? 'id' : 'chat_id');
    const timeMs = isoToMs(row['created_at']);
    if (chat === undefined) return { kind: 'rejected', reason: 'missing-field' };
    if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
    const sink = createSink();
    const transcript = new Transcript(AGENT, freshTranscript(chat), sink, timeMs, 0);
    if (query === 'chats') {
      const title = getText(row, 'title');
      transcript.start(title === undefined ? {} : { title: bounded(title, MAX_NAME) });
    } else if (query === 'tool-calls') readCall(row, transcript);
    else {
      const unknown = readMessage(row, transcript);
      if (unknown !== undefined) sink.unknown.push(unknown);
    }
    return outcomeOf(sink);
  },
};

function readMessage(row: JsonObject, transcript: Transcript): string | undefined {
  const key = `message-${String(getNumber(row, 'id') ?? 0)}`;
  switch (row['role']) {
    case 'user':
      transcript.prompt(key, getText(row, 'content') ?? '');
      return undefined;
    case 'assistant':
      transcript.model(getText(row, 'model_name'), key);
      return undefined;
    case 'tool':
    case 'system':
      return undefined;
    default:
      return `role:${typeName(row['role'])}`;
  }
}

/** Calls have no id of the model's: the message and the place in it name them. */
function readCall(row: JsonObject, transcript: Transcript): void {
  const message = String(getNumber(row, 'message_id') ?? 0);
  const id = `call-${message}-${String(getNumber(row, 'place') ?? 0)}`;
  const args = parseJsonObject(getText(row, 'function_arguments') ?? '{}');
  transcript.call(
    id,
    read(bounded(getText(row, 'function_name') ?? '', MAX_NAME), args.ok ? args.value : {}),
  );
  const result = getText(row, 'function_result');
  if (result !== undefined) transcript.result(id, { status: 'ok' }, result);
}

/** Session logs of Ollama's desktop application. */
export const OLLAMA_LOGS: readonly LogFormat[] = [STORE];
