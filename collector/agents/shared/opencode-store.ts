import type { ParseOutcome, SqliteFormat, SqliteQuery } from '../spec-log.ts';
import { bounded, MAX_NAME } from './bounds.ts';
import type { JsonObject } from './json.ts';
import { getText, parseJsonObject } from './json.ts';
import type { LogSink } from './log-sink.ts';
import { createSink, outcomeOf } from './log-sink.ts';
import { epochMs } from './time.ts';
import { eventBase, readPart, type PartPlace } from './opencode-part.ts';
import { readSessionMessage } from './opencode-message.ts';
import { messageModel, readMessage, readSession } from './opencode-session.ts';

/**
 * How many of the newest rows are looked at again for a change in place. Older rows change only when they are pruned;
 * `time_updated` has no index, so a look at all of them would read the whole store at every poll.
 */
const CHANGING_ROWS = 10_000;
/** A row with more JSON than this is refused: 32 MiB. */
const MAX_ROW_BYTES = 33_554_432;

const SIZED = (table: string): string =>
  `CASE WHEN octet_length(${table}.data) <= ${MAX_ROW_BYTES} THEN ${table}.data END AS data`;
// json_extract fails the whole query on text that is not JSON.
const FIELD = (table: string, path: string): string =>
  `CASE WHEN json_valid(${table}.data) THEN json_extract(${table}.data, '${path}') END`;

const PART_COLUMNS = `p.id, p.message_id, p.session_id, p.time_created, p.time_updated, ${SIZED('p')},
  s.parent_id, ${FIELD('m', '$.role')} AS role, ${FIELD('m', '$.modelID')} AS model`;
const PART_TABLES = `part p LEFT JOIN message m ON m.id = p.message_id LEFT JOIN session s ON s.id = p.session_id`;

/** Of the person's message before this one. Row order as in the vendor's own index, so that the search ends early. */
const BEFORE = (path: string): string => `(SELECT ${FIELD('b', path)} FROM message b
  WHERE b.session_id = m.session_id AND (b.time_created, b.id) < (m.time_created, m.id)
    AND ${FIELD('b', '$.role')} = 'user'
  ORDER BY b.time_created DESC, b.id DESC LIMIT 1)`;
const MESSAGE_COLUMNS = `m.id, m.session_id, m.time_created, m.time_updated, ${SIZED('m')}, s.parent_id,
  CASE WHEN ${FIELD('m', '$.role')} = 'user' THEN ${BEFORE('$.model.modelID')} END AS model_before,
  CASE WHEN ${FIELD('m', '$.role')} = 'user' THEN ${BEFORE('$.agent')} END AS agent_before`;
/** Sessions that have parts are told from them: some versions may write both. */
const NO_PARTS = 'AND NOT EXISTS (SELECT 1 FROM part p WHERE p.session_id = n.session_id)';
const NEWER_COLUMNS = `n.id, n.session_id, n.type, n.time_created, n.time_updated, ${SIZED('n')}, s.parent_id`;
const NEWER_TABLES = `session_message n LEFT JOIN session s ON s.id = n.session_id`;
/** Versions before it have no such table. */
const NEWER_NEEDS = {
  session_message: ['id', 'session_id', 'type', 'time_created', 'time_updated', 'data'],
};
const MESSAGE_TABLES = `message m LEFT JOIN session s ON s.id = m.session_id`;

/**
 * Two queries per table: new rows by row id, which pages through a large store without sorting it, and changes among
 * the newest rows by `time_updated`. The second also finds new rows after VACUUM gave out other row ids.
 */
function twoQueries(
  name: string,
  columns: string,
  tables: string,
  alias: string,
  and = '',
): readonly SqliteQuery[] {
  return [
    {
      id: name,
      sql: `SELECT ${alias}.rowid AS cursor, ${columns} FROM ${tables}
        WHERE ${alias}.rowid > :after ${and} ORDER BY ${alias}.rowid LIMIT :limit`,
    },
    {
      id: `${name}-changed`,
      sql: `SELECT ${alias}.time_updated AS cursor, ${columns} FROM ${tables}
        WHERE ${alias}.rowid > (SELECT coalesce(max(rowid), 0) FROM ${name}) - ${CHANGING_ROWS}
          AND ${alias}.time_updated >= :after ${and}
        ORDER BY ${alias}.time_updated, ${alias}.id LIMIT :limit`,
    },
  ];
}

/**
 * The store since 1.2 (February 2026). Rows change in place: a call seen first as running and later as completed gives
 * the same ids. Times are epoch milliseconds. Source: stores of 1.2.20-1.2.26 and `@opencode-ai/sdk` 1.18.33.
 */
export function opencodeStore(agentId: string, roots: SqliteFormat['roots']): SqliteFormat {
  return {
    id: `${agentId}.database`,
    container: 'sqlite',
    roots,
    initialState: () => ({}),
    requires: {
      session: ['id', 'parent_id', 'directory', 'title', 'version', 'time_created', 'time_updated'],
      message: ['id', 'session_id', 'time_created', 'time_updated', 'data'],
      part: ['id', 'message_id', 'session_id', 'time_created', 'time_updated', 'data'],
    },
    queries: [
      {
        id: 'session',
        sql: `SELECT time_updated AS cursor, id, parent_id, directory, title, version, time_created FROM session
        WHERE time_updated >= :after ORDER BY time_updated, id LIMIT :limit`,
      },
      ...twoQueries('message', MESSAGE_COLUMNS, MESSAGE_TABLES, 'm'),
      ...twoQueries('part', PART_COLUMNS, PART_TABLES, 'p'),
      ...twoQueries('session_message', NEWER_COLUMNS, NEWER_TABLES, 'n', NO_PARTS).map((query) => ({
        ...query,
        needs: NEWER_NEEDS,
      })),
    ],
    parseRow(query, row) {
      const id = getText(row, 'id');
      const timeMs = epochMs(row['time_created']);
      if (id === undefined) return { kind: 'rejected', reason: 'missing-field' };
      if (timeMs === undefined) return { kind: 'rejected', reason: 'bad-time' };
      const rowFacts = { agentId, id: bounded(id, MAX_NAME), timeMs };
      if (query === 'session') return sessionRow(row, rowFacts);
      if (query.startsWith('session_message')) return newerRow(row, rowFacts);
      return query.startsWith('message') ? messageRow(row, rowFacts) : partRow(row, rowFacts);
    },
  };
}

interface RowFacts {
  readonly agentId: string;
  readonly id: string;
  readonly timeMs: number;
}

function sessionRow(row: JsonObject, { agentId, id, timeMs }: RowFacts): ParseOutcome {
  const sink = createSink();
  readSession(
    {
      agentId,
      id,
      parentId: name(row, 'parent_id'),
      directory: getText(row, 'directory'),
      version: getText(row, 'version'),
      createdMs: timeMs,
      title: getText(row, 'title'),
    },
    sink,
  );
  return outcomeOf(sink);
}

function messageRow(row: JsonObject, facts: RowFacts): ParseOutcome {
  const sessionId = name(row, 'session_id');
  const data = dataOf(row);
  if (sessionId === undefined) return { kind: 'rejected', reason: 'missing-field' };
  if ('kind' in data) return data;
  const sink = createSink();
  readMessage(data.value, sessionId, sink);
  if (data.value['role'] === 'user') {
    const place = { agentId: facts.agentId, sessionId, parentId: name(row, 'parent_id') };
    change(place, facts, 'model', name(row, 'model_before'), messageModel(data.value), sink);
    change(place, facts, 'mode', name(row, 'agent_before'), name(data.value, 'agent'), sink);
  }
  return outcomeOf(sink);
}

/** The person chose another model, or another agent (`build`, `plan`, own ones), for this message. */
function change(
  place: Pick<PartPlace, 'agentId' | 'sessionId' | 'parentId'>,
  { id, timeMs }: RowFacts,
  what: 'model' | 'mode',
  from: string | undefined,
  to: string | undefined,
  sink: LogSink,
): void {
  if (from === undefined || to === undefined || from === to) return;
  const base = eventBase(place, 'session.update', `${id}/${what}`, timeMs);
  sink.events.push({ ...base, kind: 'session.update', change: what, from, to });
}

function partRow(row: JsonObject, { agentId, id, timeMs }: RowFacts): ParseOutcome {
  const sessionId = name(row, 'session_id');
  const data = dataOf(row);
  if (sessionId === undefined) return { kind: 'rejected', reason: 'missing-field' };
  if ('kind' in data) return data;
  const sink = createSink();
  const place = {
    agentId,
    partId: id,
    sessionId,
    parentId: name(row, 'parent_id'),
    role: name(row, 'role'),
    model: name(row, 'model'),
    timeMs,
  };
  const reason = readPart(data.value, place, sink);
  return reason === undefined ? outcomeOf(sink) : { kind: 'rejected', reason };
}

function newerRow(row: JsonObject, { agentId, id, timeMs }: RowFacts): ParseOutcome {
  const sessionId = name(row, 'session_id');
  const data = dataOf(row);
  if (sessionId === undefined) return { kind: 'rejected', reason: 'missing-field' };
  if ('kind' in data) return data;
  const sink = createSink();
  const parentId = name(row, 'parent_id');
  const place = { agentId, partId: id, sessionId, parentId, role: undefined, model: undefined, timeMs };
  const reason = readSessionMessage(row['type'], data.value, place, sink);
  return reason === undefined ? outcomeOf(sink) : { kind: 'rejected', reason };
}

/** The JSON column, or the outcome of a row without a usable one. */
function dataOf(
  row: JsonObject,
): { readonly value: JsonObject } | Extract<ParseOutcome, { kind: 'rejected' }> {
  const text = row['data'];
  if (text === null) return { kind: 'rejected', reason: 'too-large' };
  if (typeof text !== 'string') return { kind: 'rejected', reason: 'missing-field' };
  const parsed = parseJsonObject(text);
  return parsed.ok ? { value: parsed.value } : { kind: 'rejected', reason: parsed.reason };
}

function name(row: JsonObject, key: string): string | undefined {
  const text = getText(row, key);
  return text === undefined ? undefined : bounded(text, MAX_NAME);
}
