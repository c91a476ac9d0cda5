import Sqlite, { type Database } from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { toStoreError } from './errors.ts';

/**
 * Holds "only one collector per user". SQLite's own file lock is used because the operating system drops it when
 * the process dies, however it dies; a pid file would have to be believed.
 */
export class InstanceLock {
  readonly #db: Database;

  private constructor(db: Database) {
    this.#db = db;
  }

  /** @returns `undefined` when another process holds the lock. @throws StoreError when the folder cannot be written. */
  static tryAcquire(path: string): InstanceLock | undefined {
    let db: Database | undefined;
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      db = new Sqlite(path, { timeout: 0 });
      db.pragma('locking_mode = EXCLUSIVE');
      db.exec('BEGIN EXCLUSIVE');
      return new InstanceLock(db);
    } catch (error) {
      db?.close();
      const failure = toStoreError(error, path);
      if (failure.code === 'busy') return undefined;
      throw failure;
    }
  }

  release(): void {
    this.#db.close();
  }
}
