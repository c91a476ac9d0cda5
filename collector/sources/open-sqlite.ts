import Database from 'better-sqlite3';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogFile, SqliteFormat } from '../agents/spec-log.ts';
import { MIB, READ_DEFAULTS, type ReadOptions } from './line-batch.ts';
import {
  checkPlace,
  errorCode,
  openLog,
  problemOf,
  stampOf,
  statOf,
  type FileStamp,
  type ReadProblem,
} from './open-log.ts';

export type OpenedDatabase =
  | { readonly ok: true; readonly db: Database.Database; close(): void }
  | { readonly ok: false; readonly problem: ReadProblem };

/** Byte 18 of a SQLite file is 2 when it is in WAL mode (file format, section 1.3.3). */
const WAL_MODE = 2;
const COPY_TRIES = 3;

/**
 * What tells whether a store changed. A commit to the write-ahead log leaves the main file untouched, so both count.
 * @returns undefined when there is no regular file that may be looked at.
 */
export function readSqliteStamp(path: string): FileStamp | undefined {
  const main = statOf(path);
  if (main?.isFile() !== true) return undefined;
  const wal = statOf(`${path}-wal`);
  const stamp = stampOf(main);
  if (wal?.isFile() !== true) return stamp;
  return {
    fileId: stamp.fileId,
    sizeBytes: stamp.sizeBytes + wal.size,
    mtimeMs: Math.max(stamp.mtimeMs, wal.mtimeMs),
  };
}

/**
 * Opens an application's store for reading without leaving anything in its folder.
 *
 * A reader of a store in WAL mode creates `-wal` and `-shm` when they are missing and cannot remove them, so a store
 * that no application has open is read from a private copy. A store in use has both files and is read in place.
 */
export function openDatabase(file: LogFile, options: ReadOptions): OpenedDatabase {
  // The driver trims names, which would make it open another file than the one that was checked.
  if (file.path.trim() !== file.path) return { ok: false, problem: 'not-regular' };
  try {
    const place = checkPlace(file);
    if (!place.ok) return place;
    const sidecars = ['-wal', '-shm', '-journal'].map((end) => statOf(file.path + end));
    // A link or a pipe beside the store would be opened by the driver.
    if (sidecars.some((stats) => stats !== undefined && !stats.isFile())) {
      return { ok: false, problem: 'not-regular' };
    }
    const inUse = sidecars[0] !== undefined && sidecars[1] !== undefined;
    if (inUse || !isWalMode(file)) {
      const opened = tryOpen(place.realPath, options);
      if (opened.ok || (opened.problem !== 'io' && opened.problem !== 'denied')) return opened;
    }
    return openCopy(file, options);
  } catch (error) {
    return { ok: false, problem: sqliteProblem(error) };
  }
}

function tryOpen(path: string, options: ReadOptions): OpenedDatabase {
  let db: Database.Database | undefined;
  try {
    const timeout = options.busyTimeoutMs ?? READ_DEFAULTS.busyTimeoutMs;
    const opened = new Database(path, { readonly: true, fileMustExist: true, timeout });
    db = opened;
    opened.pragma('query_only = 1');
    opened.pragma('trusted_schema = 0');
    opened.pragma('cell_size_check = 1');
    // The first read: what is wrong with the file, its locks or its folder shows here.
    opened.prepare('SELECT count(*) FROM sqlite_schema').get();
    return { ok: true, db: opened, close: () => void opened.close() };
  } catch (error) {
    db?.close();
    return { ok: false, problem: sqliteProblem(error) };
  }
}

/** Copies the store and its write-ahead log to a folder only we can read, and opens it there. */
function openCopy(file: LogFile, options: ReadOptions): OpenedDatabase {
  const most = options.maxCopyBytes ?? READ_DEFAULTS.maxCopyBytes;
  for (let attempt = 0; attempt < COPY_TRIES; attempt += 1) {
    const before = readSqliteStamp(file.path);
    if (before === undefined) return { ok: false, problem: 'missing' };
    if (before.sizeBytes > most) return { ok: false, problem: 'too-large' };
    const folder = mkdtempSync(join(options.scratchDir ?? tmpdir(), 'reeve-db-'));
    const remove = (): void => {
      rmSync(folder, { recursive: true, force: true });
    };
    const result = copyInto(file, folder, most);
    const after = readSqliteStamp(file.path);
    const isStable = after?.sizeBytes === before.sizeBytes && after.mtimeMs === before.mtimeMs;
    if (result === undefined && isStable) {
      const opened = tryOpen(join(folder, 'copy.db'), options);
      if (!opened.ok) {
        remove();
        return opened;
      }
      return {
        ...opened,
        close: () => {
          opened.close();
          remove();
        },
      };
    }
    remove();
    if (result !== undefined && result !== 'busy') return { ok: false, problem: result };
  }
  return { ok: false, problem: 'busy' };
}

function copyInto(file: LogFile, folder: string, mostBytes: number): ReadProblem | undefined {
  const main = copyOne(file, join(folder, 'copy.db'), mostBytes);
  if (main !== undefined) return main;
  const wal = copyOne({ ...file, path: `${file.path}-wal` }, join(folder, 'copy.db-wal'), mostBytes);
  return wal === 'missing' ? undefined : wal;
}

/** Copies through the checked descriptor; copying by name could be led elsewhere. */
function copyOne(file: LogFile, target: string, mostBytes: number): ReadProblem | undefined {
  const source = openLog(file);
  if (!source.ok) return source.problem;
  const bytes = Buffer.allocUnsafe(MIB);
  let out: number | undefined;
  try {
    out = openSync(target, 'wx', 0o600);
    for (let position = 0; ;) {
      const read = readSync(source.fd, bytes, 0, bytes.length, position);
      if (read === 0) return undefined;
      position += read;
      if (position > mostBytes) return 'too-large';
      writeSync(out, bytes, 0, read);
    }
  } catch (error) {
    return problemOf(error);
  } finally {
    closeSync(source.fd);
    if (out !== undefined) closeSync(out);
  }
}

function isWalMode(file: LogFile): boolean {
  const opened = openLog(file);
  if (!opened.ok) return false;
  try {
    const header = Buffer.alloc(20);
    readSync(opened.fd, header, 0, header.length, 0);
    return header[18] === WAL_MODE;
  } finally {
    closeSync(opened.fd);
  }
}

/**
 * Whether the store has the real tables and stored columns the format asks for. Views, virtual tables and computed
 * columns are refused: a hostile file could run anything it likes through them.
 */
export function hasTables(db: Database.Database, requires: SqliteFormat['requires']): boolean {
  const table = db.prepare(
    `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ? AND sql NOT LIKE 'create virtual%'`,
  );
  const column = db.prepare('SELECT 1 FROM pragma_table_xinfo(?) WHERE name = ? AND hidden = 0');
  return Object.entries(requires).every(
    ([name, columns]) =>
      table.get(name) !== undefined && columns.every((wanted) => column.get(name, wanted) !== undefined),
  );
}

export function sqliteProblem(error: unknown): ReadProblem {
  const code = errorCode(error);
  if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code)) return 'busy';
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return 'corrupt';
  if (/^SQLITE_(AUTH|PERM|READONLY)/.test(code)) return 'denied';
  if (code === 'SQLITE_ERROR' || code === 'SQLITE_SCHEMA') return 'drifted';
  if (/^SQLITE_(TOOBIG|NOMEM)/.test(code) || error instanceof RangeError) return 'too-large';
  return problemOf(error);
}
