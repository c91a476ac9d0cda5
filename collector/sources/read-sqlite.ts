import type { Database, Statement } from 'better-sqlite3';
import type { LogFile, SqliteFormat } from '../agents/spec-log.ts';
import { MIB, READ_DEFAULTS, type ReadOptions } from './line-batch.ts';
import { hasTables, openDatabase, readSqliteStamp, sqliteProblem } from './open-sqlite.ts';
import type { FileStamp } from './open-log.ts';
import type { Cursor, LogBatch, LogRecord } from './source.ts';
import { unpackRow } from './unpack-row.ts';

const PAGE_ROWS = 500;
/** Rows that share one cursor value are read together; more than this of them are cut. */
const MAX_PAGE_ROWS = 65_536;
const MAX_PAGE_BYTES = 64 * MIB;

type Row = Readonly<Record<string, unknown>>;

/**
 * Reads the new rows of an application's own SQLite store, page by page, each page in its own short read.
 *
 * Nothing is yielded when neither the store nor its write-ahead log changed. A batch holds the rows of one page of one
 * query; the last batch (`atEnd`) has no rows. Rows whose cursor value equals the last one seen may come again.
 * A locked (`busy`), broken (`corrupt`) or unknown (`drifted`) store is a problem, never an exception.
 */
export function* readSqlite(
  file: LogFile,
  cursor: Cursor | undefined,
  format: SqliteFormat,
  options: ReadOptions = {},
): Generator<LogBatch, void, undefined> {
  // Taken before reading: what is written meanwhile makes the next look find a difference.
  const stamp = readSqliteStamp(file.path);
  if (stamp === undefined) {
    options.problem?.('missing', file);
    return;
  }
  const isSame = cursor?.fileId === stamp.fileId && cursor.formatId === file.formatId;
  if (isSame && cursor.sizeBytes === stamp.sizeBytes && cursor.mtimeMs === stamp.mtimeMs) return;
  const opened = openDatabase(file, options);
  if (!opened.ok) {
    options.problem?.(opened.problem, file);
    return;
  }
  try {
    if (!hasTables(opened.db, format.requires)) {
      options.problem?.('drifted', file);
      return;
    }
    yield* readRows(
      file,
      isSame ? cursor : undefined,
      cursor !== undefined && !isSame,
      format,
      options,
      opened.db,
      stamp,
    );
  } catch (error) {
    options.problem?.(sqliteProblem(error), file);
  } finally {
    opened.close();
  }
}

function* readRows(
  file: LogFile,
  cursor: Cursor | undefined,
  isOther: boolean,
  format: SqliteFormat,
  options: ReadOptions,
  db: Database,
  stamp: FileStamp,
): Generator<LogBatch, void, undefined> {
  const positions: Record<string, number> = { ...cursor?.queries };
  const state = cursor?.state ?? format.initialState(file);
  const batchBytes = options.batchBytes ?? READ_DEFAULTS.batchBytes;
  let restarted = isOther;

  const toBatch = (records: readonly LogRecord[], bytes: number, atEnd: boolean): LogBatch => {
    const batch: LogBatch = {
      file,
      restarted,
      records,
      cursor: {
        path: file.path,
        agentId: file.agentId,
        formatId: file.formatId,
        ...stamp,
        sizeBytes: atEnd ? stamp.sizeBytes : 0,
        offsetBytes: 0,
        prefixBytes: 0,
        prefixHash: '',
        queries: { ...positions },
        state,
      },
      bytes,
      lines: records.length,
      skipped: {},
      rejected: {},
      atEnd,
    };
    restarted = false;
    return batch;
  };

  for (const query of format.queries) {
    if (query.needs !== undefined && !hasTables(db, query.needs)) continue;
    const statement = db.prepare<[Row], Row>(query.sql);
    for (let isLast = false; !isLast;) {
      const page = readPage(statement, positions[query.id] ?? 0, batchBytes);
      if (page === undefined) {
        options.problem?.('drifted', file);
        return;
      }
      ({ isLast } = page);
      if (page.rows.length === 0) continue;
      positions[query.id] = page.position;
      yield toBatch(
        page.rows.map((row) => ({ kind: 'row', query: query.id, row: unpackRow(row, query) })),
        page.bytes,
        false,
      );
    }
  }
  yield toBatch([], 0, true);
}

interface Page {
  readonly rows: readonly Row[];
  readonly bytes: number;
  /** Cursor value of the last row. */
  readonly position: number;
  readonly isLast: boolean;
}

/**
 * Reads rows after a position. Rows with equal cursor values stay together, so that a query with `>` loses nothing and
 * one with `>=` moves on. @returns undefined when `cursor` is no number.
 */
function readPage(statement: Statement<[Row], Row>, after: number, batchBytes: number): Page | undefined {
  for (let limit = PAGE_ROWS; ; limit *= 2) {
    const rows: Row[] = [];
    let bytes = 0;
    let position = after;
    /** Rows and bytes before the last group of equal cursor values. */
    let whole = { rows: 0, bytes: 0, position: after };
    for (const row of statement.iterate({ after, limit })) {
      const value = row['cursor'];
      if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
      if (value !== position) {
        if (bytes >= batchBytes && position !== after) return { rows, bytes, position, isLast: false };
        whole = { rows: rows.length, bytes, position };
        position = value;
      }
      rows.push(row);
      bytes += sizeOf(row);
      if (bytes >= MAX_PAGE_BYTES) break;
    }
    const isCut = rows.length >= limit || bytes >= MAX_PAGE_BYTES;
    if (!isCut) return { rows, bytes, position, isLast: true };
    if (whole.position !== after) return { ...whole, rows: rows.slice(0, whole.rows), isLast: false };
    // One group alone fills the page: a larger one, up to a bound past which the rest of the group is given up.
    if (limit >= MAX_PAGE_ROWS || bytes >= MAX_PAGE_BYTES) {
      return { rows, bytes, position, isLast: position === after };
    }
  }
}

function sizeOf(row: Row): number {
  let bytes = 100;
  for (const value of Object.values(row)) {
    bytes += typeof value === 'string' || Buffer.isBuffer(value) ? value.length : 8;
  }
  return bytes;
}
