import Sqlite, { type Database } from 'better-sqlite3';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { StoreError, toStoreError } from './errors.ts';
import { salvage } from './salvage.ts';

const MIGRATIONS = new URL('./migrations/', import.meta.url);
const MAGIC = 'SQLite format 3\0';
/** A store of this size is read in some tenths of a second: all of it, before anybody asks anything of it. */
export const CHECK_AT_ONCE_BYTES = 64_000_000;

export interface OpenedDatabase {
  readonly db: Database;
  /** Where a damaged store was put aside, if one was found. */
  readonly asidePath?: string;
  /** The store was not closed in order last time: a big one is worth a full check in the background. */
  readonly unclean: boolean;
}

/**
 * Opens the store, creating or migrating it. A damaged file is never deleted: it is renamed to
 * `<path>.damaged-<time>`, a new store is made, and findings and inventory that can still be read are copied over;
 * events come back by reading the agents' logs again. After an unclean stop every page of a small store is read here.
 * @throws StoreError `unwritable`, `full` or `busy`
 */
export function openDatabase(path: string, nowMs: number): OpenedDatabase {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return tryOpen(path);
  } catch (error) {
    const failure = toStoreError(error, path);
    if (failure.code !== 'corrupt') throw failure;
    return { ...replaceDamaged(path, nowMs), unclean: false };
  }
}

/** Opens an existing, migrated store for a second thread of the same collector. */
export function openSecond(path: string): Database {
  return configure(new Sqlite(path, { fileMustExist: true, timeout: 15_000 }));
}

/** Moves a damaged store aside and starts a new one with what could be saved. */
export function replaceDamaged(path: string, nowMs: number): { db: Database; asidePath: string } {
  const asidePath = `${path}.damaged-${new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-')}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, asidePath + suffix);
  }
  const { db } = tryOpen(path);
  salvage(asidePath, db);
  return { db, asidePath };
}

function tryOpen(path: string): OpenedDatabase {
  if (existsSync(path)) checkHeader(path);
  const db = new Sqlite(path, { timeout: 15_000 });
  try {
    configure(db);
    migrate(db);
    chmodSync(path, 0o600);
    const last = db.prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'closed'").get();
    const unclean = last?.value === 'no';
    if (unclean && statSync(path).size <= CHECK_AT_ONCE_BYTES) checkPages(db);
    db.prepare("INSERT OR REPLACE INTO meta VALUES ('closed', 'no')").run();
    return { db, unclean };
  } catch (error) {
    db.close();
    throw error;
  }
}

function checkPages(db: Database): void {
  const problem = db.prepare('PRAGMA quick_check(1)').pluck().get();
  if (problem !== 'ok')
    throw new StoreError('corrupt', `the store is damaged: ${String(problem)}`, undefined);
}

/** A torn first page reads as an empty or foreign file; SQLite would make a new database over it. */
function checkHeader(path: string): void {
  const fd = openSync(path, 'r');
  try {
    const header = Buffer.alloc(MAGIC.length);
    const n = readSync(fd, header, 0, header.length, 0);
    if (n !== 0 && header.toString('latin1') !== MAGIC) {
      throw new StoreError('corrupt', `${path} is not a Reeve store`, undefined);
    }
  } finally {
    closeSync(fd);
  }
}

function configure(db: Database): Database {
  db.pragma('journal_mode = WAL');
  // NORMAL keeps the file consistent at any moment; a power cut may lose the last commits, which are read again.
  db.pragma('synchronous = NORMAL');
  db.pragma('temp_store = MEMORY');
  // What is not in here the system has in its own cache; twice as much took four megabytes more.
  db.pragma('cache_size = -4000');
  db.pragma('journal_size_limit = 67108864');
  // Checkpoints write and sync the main file: every 32 MB of log instead of every 4, or a backlog does little else.
  db.pragma('wal_autocheckpoint = 8000');
  return db;
}

function migrate(db: Database): void {
  const names = readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const current = Number(db.pragma('user_version', { simple: true }));
  if (current > names.length) {
    throw new StoreError(
      'other',
      `the store was written by a newer Reeve (format ${current}, this one knows ${names.length}); update Reeve`,
      undefined,
    );
  }
  const pending = names.slice(current);
  if (pending.length === 0) return;
  db.transaction(() => {
    for (const name of pending) db.exec(readFileSync(new URL(name, MIGRATIONS), 'utf8'));
    db.pragma(`user_version = ${names.length}`);
  }).immediate();
}
