import type {
  LogFile,
  LogFormat,
  LogRoot,
  ParseOutcome,
  ParserState,
  RootList,
  SqliteFormat,
} from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { bounded, MAX_CONTENT, MAX_ITEMS, MAX_NAME, MAX_OUTPUT, MAX_PATH } from '../shared/bounds.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import type { JsonObject } from '../shared/json.ts';
import {
  getList,
  getNumber,
  getObject,
  getText,
  isObject,
  parseJson,
  parseJsonObject,
} from '../shared/json.ts';
import type { LogSink } from '../shared/log-sink.ts';
import { createSink, outcomeOf, typeName } from '../shared/log-sink.ts';
import { epochMs, epochSecondsToMs } from '../shared/time.ts';
import { freshTranscript, Transcript } from '../shared/transcript.ts';
import { crushTool } from './tools.ts';

const AGENT = 'crush';
/** A row with more JSON than this is refused: 32 MiB. */
const MAX_ROW_BYTES = 33_554_432;

/**
 * How many of the newest messages are looked at again for a change in place: only the last answers still change, and
 * `updated_at` has no index and stands behind the parts, so a look at all would read the whole store at every poll.
 */
const CHANGING_ROWS = 500;
const MESSAGES = `SELECT m.rowid AS cursor, m.id, m.session_id, m.role, m.model, m.created_at, s.parent_session_id,
    CASE WHEN octet_length(m.parts) <= ${String(MAX_ROW_BYTES)} THEN CAST(m.parts AS TEXT) END AS parts
  FROM messages m LEFT JOIN sessions s ON s.id = m.session_id`;

/** Every project keeps a store of its own; the projects are listed in the data folder. */
function storeIn(dir: string): LogRoot {
  return { dir, maxDepth: 0, matches: (path) => path === 'crush.db' };
}

function dataFolder(context: PathContext): string {
  const moved = envValue(context, 'CRUSH_GLOBAL_DATA');
  if (moved !== undefined) return moved;
  if (context.platform === 'win32') {
    const local = envValue(context, 'LOCALAPPDATA') ?? joinPath(context, context.home, 'AppData', 'Local');
    return joinPath(context, local, 'crush');
  }
  const base = envValue(context, 'XDG_DATA_HOME') ?? joinPath(context, context.home, '.local', 'share');
  return joinPath(context, base, 'crush');
}

/** `projects.json`: `{projects: [{path, data_dir}]}` (source, 2026-11). A relative folder lies in the project. */
const PROJECTS: RootList = {
  file: (context) => joinPath(context, dataFolder(context), 'projects.json'),
  roots(document, context) {
    const projects = isObject(document) ? getList(document, 'projects') : [];
    return projects.slice(0, MAX_ITEMS).flatMap((project) => {
      if (!isObject(project)) return [];
      const path = getText(project, 'path');
      const dir = getText(project, 'data_dir') ?? '.crush';
      const isAbsolute = /^(?:\/|[A-Za-z]:[\\/])/.test(dir);
      if (isAbsolute) return [storeIn(dir)];
      return path === undefined ? [] : [storeIn(joinPath(context, path, dir))];
    });
  },
};

const SESSION_COLUMNS = ['id', 'parent_session_id', 'title', 'created_at', 'updated_at'];
const MESSAGE_COLUMNS = ['id', 'session_id', 'role', 'parts', 'model', 'created_at', 'updated_at'];

/**
 * The store of Crush (2026-11). A message's row is written again while it streams; a call counts once its arguments are
 * complete. A session's token columns are those of the last request only, so they are not sums and are not told.
 */
const STORE: SqliteFormat = {
  id: 'crush.store',
  container: 'sqlite',
  roots: (context) => [storeIn(joinPath(context, context.home, '.crush'))],
  rootList: PROJECTS,
  initialState: startOf,
  requires: { sessions: SESSION_COLUMNS, messages: MESSAGE_COLUMNS },
  queries: [
    {
      id: 'sessions',
      sql: `SELECT updated_at AS cursor, id, parent_session_id, title, created_at FROM sessions
        WHERE updated_at >= :after ORDER BY updated_at, id LIMIT :limit`,
    },
    { id: 'messages', sql: `${MESSAGES} WHERE m.rowid > :after ORDER BY m.rowid LIMIT :limit` },
    {
      id: 'messages-changed',
      sql: `${MESSAGES.replace('m.rowid AS cursor', 'm.updated_at AS cursor')}
        WHERE m.rowid > (SELECT coalesce(max(rowid), 0) FROM messages) - ${String(CHANGING_ROWS)}
          AND m.updated_at >= :after
        ORDER BY m.updated_at, m.id LIMIT :limit`,
    },
  ],
  parseRow: (query, row, state) => (query === 'sessions' ? sessionRow(row, state) : messageRow(row)),
};

/** No column tells the project: it is the folder that holds `.crush`. */
function startOf(file: LogFile): ParserState {
  const project = /^(.+)[\\/]\.crush$/.exec(file.root)?.[1];
  return project === undefined ? {} : { cwd: bounded(project, MAX_PATH) };
}

function timeOf(value: unknown): number | undefined {
  return epochMs(value) ?? epochSecondsToMs(value);
}

function sessionRow(row: JsonObject, state: ParserState): ParseOutcome {
  const id = getText(row, 'id');
  const timeMs = timeOf(row['created_at']);
  if (id === undefined) return { kind: 'rejected', reason: 'missing-field' };
  if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
  const sink = createSink();
  const fresh = freshTranscript(id, getText(row, 'parent_session_id'));
  const cwd = getText(state, 'cwd');
  const title = getText(row, 'title');
  new Transcript(AGENT, fresh, sink, timeMs, 0).start({
    ...(cwd === undefined ? {} : { cwd }),
    ...(title === undefined ? {} : { title: bounded(title, MAX_NAME) }),
  });
  return outcomeOf(sink);
}

function messageRow(row: JsonObject): ParseOutcome {
  const id = getText(row, 'id');
  const session = getText(row, 'session_id');
  const timeMs = timeOf(row['created_at']);
  if (id === undefined || session === undefined) return { kind: 'rejected', reason: 'missing-field' };
  if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
  if (row['parts'] === null) return { kind: 'rejected', reason: 'too-large' };
  const parts = parseJson(getText(row, 'parts') ?? '')?.value;
  if (!Array.isArray(parts)) return { kind: 'rejected', reason: 'not-json' };
  const sink = createSink();
  const parent = getText(row, 'parent_session_id');
  const transcript = new Transcript(AGENT, freshTranscript(session, parent), sink, timeMs, 0);
  const place: MessagePlace = { id, role: row['role'], origin: parent === undefined ? 'human' : 'agent' };
  if (row['role'] === 'assistant') transcript.model(getText(row, 'model'), id);
  const items: readonly unknown[] = parts;
  for (const [index, part] of items.slice(0, MAX_ITEMS).entries())
    if (isObject(part)) readPart(part, `${id}/${String(index)}`, place, transcript, sink);
  return outcomeOf(sink);
}

interface MessagePlace {
  readonly id: string;
  readonly role: unknown;
  readonly origin: 'human' | 'agent';
}

const QUIET: ReadonlySet<unknown> = new Set(['reasoning', 'image_url', 'binary', 'finish']);

/** A part is `{type, data}`. */
function readPart(
  part: JsonObject,
  key: string,
  place: MessagePlace,
  transcript: Transcript,
  sink: LogSink,
): void {
  const data = getObject(part, 'data') ?? part;
  switch (part['type']) {
    case 'text':
      // Hidden text was put in by the program.
      if (place.role === 'user' && data['hidden'] !== true)
        transcript.prompt(key, bounded(getText(data, 'text') ?? '', MAX_CONTENT), place.origin);
      return;
    case 'tool_call':
      readCall(data, transcript);
      return;
    case 'tool_result':
      readResult(data, transcript);
      return;
    case 'shell_command':
      readTyped(data, key, transcript);
      return;
    default:
      if (!QUIET.has(part['type'])) sink.unknown.push(`part:${typeName(part['type'])}`);
  }
}

function readCall(data: JsonObject, transcript: Transcript): void {
  const id = getText(data, 'id');
  if (id === undefined || data['finished'] !== true) return;
  const args = parseJsonObject(getText(data, 'input') ?? '{}');
  transcript.call(id, crushTool(getText(data, 'name') ?? '', args.ok ? args.value : {}));
}

/** A refusal is the client's fixed word (`permission denied`, source 2026-11). */
function readResult(data: JsonObject, transcript: Transcript): void {
  const id = getText(data, 'tool_call_id');
  if (id === undefined) return;
  const output = bounded(getText(data, 'content') ?? '', MAX_OUTPUT);
  const failed = data['is_error'] === true;
  const denied = failed && /permission denied by user|user denied permission/i.test(output.slice(0, 200));
  const aborted = failed && /^Tool execution canceled by user/i.test(output.slice(0, 80));
  const meta = parseJsonObject(getText(data, 'metadata') ?? '{}');
  const exitCode = meta.ok ? getNumber(meta.value, 'exit_code') : undefined;
  const status = denied ? 'denied' : aborted ? 'interrupted' : failed ? 'error' : 'ok';
  transcript.result(id, { status, ...(exitCode === undefined ? {} : { exitCode }) }, output);
  if (denied) transcript.decision(id, 'deny');
}

/** A command that the person typed after `!`. */
function readTyped(data: JsonObject, key: string, transcript: Transcript): void {
  const command = getText(data, 'command');
  if (command === undefined) return;
  const exitCode = getNumber(data, 'exit_code');
  const tool = { name: 'shell_command', category: 'shell' as const };
  transcript.call(key, { tool, input: { command: bounded(command, MAX_CONTENT) }, known: true });
  const failed = exitCode !== undefined && exitCode !== 0;
  transcript.result(
    key,
    { status: failed ? 'error' : 'ok', ...(exitCode === undefined ? {} : { exitCode }) },
    bounded(getText(data, 'output') ?? '', MAX_OUTPUT),
  );
}

/** Session logs of Crush. */
export const CRUSH_LOGS: readonly LogFormat[] = [STORE];
