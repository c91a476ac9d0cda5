import type { Database, Statement } from 'better-sqlite3';
import { z } from 'zod';
import type { CursorRow } from './batch.ts';

const Row = z.object({
  path: z.string(),
  agent_id: z.string(),
  format_id: z.string(),
  file_id: z.string(),
  offset_bytes: z.number(),
  size_bytes: z.number(),
  mtime_ms: z.number(),
  rest: z.string().transform((text) => z.record(z.string(), z.unknown()).parse(JSON.parse(text))),
});

/** Prepared once per connection: it is asked for every file at every start. */
const BY_PATH = new WeakMap<Database, Statement>();

export function readCursor(db: Database, path: string): CursorRow | undefined {
  let select = BY_PATH.get(db);
  if (select === undefined) BY_PATH.set(db, (select = db.prepare('SELECT * FROM cursors WHERE path = ?')));
  const row = select.get(path);
  return row === undefined ? undefined : toCursor(Row.parse(row));
}

export interface CursorStamp {
  readonly formatId: string;
  readonly fileId: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

type StampRow = [path: string, formatId: string, fileId: string, sizeBytes: number, mtimeMs: number];

const STAMPS_BY_PATH = new WeakMap<Database, Statement<[string], StampRow>>();

/**
 * As much of some cursors as tells whether their files have anything new; without their states, which can be large.
 * One statement for all of them: asked for each of 15,000 files at every start, single ones took 0.2 s.
 */
export function readCursorStamps(db: Database, paths: readonly string[]): ReadonlyMap<string, CursorStamp> {
  let select = STAMPS_BY_PATH.get(db);
  if (select === undefined) {
    select = db
      .prepare<[string], StampRow>(
        `SELECT path, format_id, file_id, size_bytes, mtime_ms
           FROM cursors WHERE path IN (SELECT value FROM json_each(?))`,
      )
      .raw();
    STAMPS_BY_PATH.set(db, select);
  }
  const stamps = new Map<string, CursorStamp>();
  for (const [path, formatId, fileId, sizeBytes, mtimeMs] of select.all(JSON.stringify(paths)))
    stamps.set(path, { formatId, fileId, sizeBytes, mtimeMs });
  return stamps;
}

function toCursor(row: z.infer<typeof Row>): CursorRow {
  return {
    ...row.rest,
    path: row.path,
    agentId: row.agent_id,
    formatId: row.format_id,
    fileId: row.file_id,
    offsetBytes: row.offset_bytes,
    sizeBytes: row.size_bytes,
    mtimeMs: row.mtime_ms,
  };
}
