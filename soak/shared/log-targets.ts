import Sqlite from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { AGENTS } from '../../collector/agents/index.ts';
import type {
  DocumentFormat,
  JsonlFormat,
  LogFile,
  LogFormat,
  SqliteFormat,
} from '../../collector/agents/spec-log.ts';
import { ingest, type IngestMemory, type SessionMemory } from '../../collector/pipeline/ingest.ts';
import { parseBatch, type RawRecord } from '../../collector/pipeline/parse.ts';
import { initialSessionState, type SessionState } from '../../collector/pipeline/session-state.ts';
import { RULES } from '../../collector/rules/index.ts';
import { hasTables } from '../../collector/sources/open-sqlite.ts';
import { unpackRow } from '../../collector/sources/unpack-row.ts';
import { mutateLine, type Random } from '../../test/support/mutate-json.ts';
import { pick, type Target } from './target.ts';

const FIXTURES = new URL('../../test/fixtures/agents/', import.meta.url).pathname;
/** What the contract allows a parser to remember of one file, with room for the way it is counted. */
const MAX_STATE_CHARS = 128 * 1024;
const MAX_ID_CHARS = 300;
const MAX_SESSIONS = 400;

/** One target per log format; each record goes the whole way from parser to finding. */
export function logTargets(): Target[] {
  return AGENTS.flatMap((agent) => agent.logs.map((format) => logTarget(agent.id, format)));
}

function logTarget(agentId: string, format: LogFormat): Target {
  switch (format.container) {
    case 'jsonl':
      return jsonlTarget(agentId, format);
    case 'document':
      return documentTarget(agentId, format);
    case 'sqlite':
      return rowTarget(agentId, format);
  }
}

function jsonlTarget(agentId: string, format: JsonlFormat): Target {
  const lines = fixtures(agentId, 'input.jsonl').flatMap(({ text }) =>
    text.split('\n').filter((line) => line !== ''),
  );
  const path = new Pipeline(agentId, format, `${agentId}.jsonl`);
  let offsetBytes = 0;
  return {
    name: `log ${format.id}`,
    make: (random) => mutateLine(pick(lines, random), random).replaceAll('\n', ' '),
    feed: (text) => {
      const bytes = Buffer.from(`xx${text}\nxx`);
      format.skip?.(bytes, 2, bytes.length - 3);
      path.take({ kind: 'line', text, offsetBytes });
      offsetBytes += bytes.length;
    },
    checkMemory: () => {
      path.checkMemory();
    },
  };
}

function documentTarget(agentId: string, format: DocumentFormat): Target {
  const documents = fixtures(agentId, 'input.json').flatMap(({ text }) => documentsIn(text, format));
  return {
    name: `log ${format.id}`,
    make: (random) => {
      const { path, text } = pick(documents, random);
      return `${path}\n${mutateLine(text, random)}`;
    },
    feed: (input) => {
      const at = input.indexOf('\n');
      // Documents are read whole each time, with a state of their own.
      new Pipeline(agentId, format, input.slice(0, at)).take({
        kind: 'document',
        text: input.slice(at + 1, at + 1 + format.maxBytes),
      });
    },
  };
}

/** A fixture is one document, or an object of documents by path when their path tells what they are. */
function documentsIn(text: string, format: DocumentFormat): { path: string; text: string }[] {
  const value: unknown = JSON.parse(text);
  const whole = { path: `${format.id}.json`, text };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [whole];
  const byPath = Object.entries(value).filter(([path]) => path.endsWith('.json'));
  if (byPath.length === 0) return [whole];
  return byPath.map(([path, document]) => ({
    path: path.replace(/^(storage|project)\//, ''),
    text: JSON.stringify(document),
  }));
}

function rowTarget(agentId: string, format: SqliteFormat): Target {
  const db = new Sqlite(':memory:');
  for (const { text } of fixtures(agentId, 'input.sql')) db.exec(text);
  const queries = format.queries.filter(({ needs = {} }) => hasTables(db, needs));
  const rows = queries.flatMap((query) =>
    db
      .prepare<[object], Record<string, unknown>>(query.sql)
      .all({ after: 0, limit: 500 })
      .map((row) => ({ query: query.id, row: unpackRow(row, query) })),
  );
  db.close();
  const path = new Pipeline(agentId, format, 'store.db');
  return {
    name: `log ${format.id}`,
    make: (random) => {
      const { query, row } = pick(rows, random);
      return `${query}\n${mutateRow(row, random)}`;
    },
    feed: (input) => {
      const at = input.indexOf('\n');
      const row = objectIn(input.slice(at + 1));
      if (row !== undefined) path.take({ kind: 'row', query: input.slice(0, at), row });
    },
    checkMemory: () => {
      path.checkMemory();
    },
  };
}

/** Half the rows have one hostile column text, the other half hostile columns. */
function mutateRow(row: Readonly<Record<string, unknown>>, random: Random): string {
  const texts = Object.entries(row).flatMap(([key, value]) =>
    typeof value === 'string' ? [{ key, value }] : [],
  );
  if (texts.length === 0 || random() < 0.5) return mutateLine(JSON.stringify(row), random);
  const { key, value } = pick(texts, random);
  return JSON.stringify({ ...row, [key]: mutateLine(value, random) });
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(Object.entries(value));
  } catch {
    return undefined; // A row is never cut text.
  }
}

interface Fixture {
  readonly name: string;
  readonly text: string;
}

function fixtures(agentId: string, file: string): Fixture[] {
  const found = globSync(`${FIXTURES}${agentId}/*/${file}`)
    .sort()
    .map((path) => ({ name: basename(dirname(path)), text: readFileSync(path, 'utf8') }));
  if (found.length === 0) throw new Error(`no ${file} among the fixtures of ${agentId}`);
  return found;
}

/** Stages 1 to 7 in memory, for one file. */
class Pipeline {
  readonly #file: LogFile;
  readonly #format: LogFormat;
  readonly #sessions = new Map<string, SessionMemory>();
  readonly #states = new Map<string, SessionState>();
  readonly #memory: IngestMemory = {
    session: (id) => remembered(this.#sessions, id, () => ({ id, parentId: undefined, cwd: undefined })),
    state: (id) => remembered(this.#states, id, initialSessionState),
  };
  readonly #state: ReturnType<LogFormat['initialState']>;

  constructor(agentId: string, format: LogFormat, relativePath: string) {
    const root = '/logs';
    this.#file = { agentId, formatId: format.id, root, path: `${root}/${relativePath}`, relativePath };
    this.#format = format;
    this.#state = format.initialState(this.#file);
  }

  take(record: RawRecord): void {
    const parsed = parseBatch([record], this.#file, this.#format, this.#state);
    const { events } = ingest(
      parsed,
      this.#file.agentId,
      this.#file.path,
      new Set(),
      { home: '/home/ana', platform: 'linux', actor: { user: 'ana', uid: 1000 } },
      this.#memory,
      RULES,
      {
        hash: (text) => createHash('sha256').update(text).digest('hex'),
        ruleFailed: (id) => {
          throw new Error(`rule ${id} threw`);
        },
      },
    );
    for (const { id, timeMs } of events) {
      if (id.length > MAX_ID_CHARS) throw new Error(`id of ${id.length} characters`);
      if (!Number.isSafeInteger(timeMs)) throw new Error(`time ${timeMs}`);
    }
  }

  checkMemory(): void {
    const chars = JSON.stringify(this.#state).length;
    if (chars > MAX_STATE_CHARS) throw new Error(`parser state of ${chars} characters`);
  }
}

/** What the map holds, made when missing; the oldest goes when there are too many. */
function remembered<T>(map: Map<string, T>, id: string, make: () => T): T {
  const known = map.get(id);
  if (known !== undefined) return known;
  const made = make();
  map.set(id, made);
  const oldest = map.keys().next();
  if (map.size > MAX_SESSIONS && oldest.done !== true) map.delete(oldest.value);
  return made;
}
