import type { Database } from 'better-sqlite3';
import { z } from 'zod';

const Row = z.object({
  id: z.string(),
  time_ms: z.int(),
  audit_seq: z.int().nullable(),
  kind: z.enum(['file', 'entry', 'folder']),
  path: z.string(),
  pointer: z.string().nullable(),
  before_sha256: z.string().nullable(),
  after_sha256: z.string().nullable(),
  aside_path: z.string(),
  undone_ms: z.int().nullable(),
});

/** A change of a file or folder that can be taken back. */
export interface Edit {
  readonly id: string;
  readonly timeMs: number;
  readonly auditSeq?: number;
  readonly kind: 'file' | 'entry' | 'folder';
  readonly path: string;
  readonly pointer?: string;
  readonly beforeSha256?: string;
  readonly afterSha256?: string;
  readonly asidePath: string;
  readonly undoneMs?: number;
}

/** What was changed on request, and where it lies as it was. */
export class Edits {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Before the file is changed: what is not written down cannot be taken back. @throws what better-sqlite3 throws */
  begin(edit: Edit): void {
    this.#db
      .prepare('INSERT INTO edits VALUES (?, ?, NULL, ?, ?, ?, ?, ?, ?, NULL)')
      .run(
        edit.id,
        edit.timeMs,
        edit.kind,
        edit.path,
        edit.pointer ?? null,
        edit.beforeSha256 ?? null,
        edit.afterSha256 ?? null,
        edit.asidePath,
      );
  }

  /** It came to nothing. */
  forget(id: string): void {
    this.#db.prepare('DELETE FROM edits WHERE id = ?').run(id);
  }

  done(id: string, auditSeq: number): void {
    this.#db.prepare('UPDATE edits SET audit_seq = ? WHERE id = ?').run(auditSeq, id);
  }

  undone(id: string, timeMs: number): void {
    this.#db.prepare('UPDATE edits SET undone_ms = ? WHERE id = ?').run(timeMs, id);
  }

  of(id: string): Edit | undefined {
    return toEdit(this.#db.prepare('SELECT * FROM edits WHERE id = ?').get(id));
  }

  /** Those that were not taken back, latest first. @param beforeMs only those made before */
  kept(limit: number, beforeMs = Number.MAX_SAFE_INTEGER): readonly Edit[] {
    return this.#db
      .prepare(
        'SELECT * FROM edits WHERE undone_ms IS NULL AND time_ms < ? ORDER BY time_ms DESC, id LIMIT ?',
      )
      .all(beforeMs, limit)
      .flatMap((row) => toEdit(row) ?? []);
  }

  ofAudit(seq: number): Edit | undefined {
    return toEdit(this.#db.prepare('SELECT * FROM edits WHERE audit_seq = ?').get(seq));
  }
}

function toEdit(raw: unknown): Edit | undefined {
  const parsed = Row.safeParse(raw);
  if (!parsed.success) return undefined;
  const row = parsed.data;
  return {
    id: row.id,
    timeMs: row.time_ms,
    kind: row.kind,
    path: row.path,
    asidePath: row.aside_path,
    ...(row.audit_seq !== null && { auditSeq: row.audit_seq }),
    ...(row.pointer !== null && { pointer: row.pointer }),
    ...(row.before_sha256 !== null && { beforeSha256: row.before_sha256 }),
    ...(row.after_sha256 !== null && { afterSha256: row.after_sha256 }),
    ...(row.undone_ms !== null && { undoneMs: row.undone_ms }),
  };
}
