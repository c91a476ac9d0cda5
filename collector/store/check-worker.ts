import Sqlite from 'better-sqlite3';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';

const { path } = z.object({ path: z.string() }).parse(workerData);

/** SQLite stops at some kinds of damage with an error of its own. */
function problemsOf(): string[] {
  try {
    const db = new Sqlite(path, { readonly: true, fileMustExist: true, timeout: 15_000 });
    return db
      .prepare<[], { quick_check: string }>('PRAGMA quick_check(20)')
      .all()
      .map((row) => row.quick_check)
      .filter((text) => text !== 'ok');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB') ? [code] : [];
  }
}

parentPort?.postMessage(problemsOf());
