import type { Database } from 'better-sqlite3';

export interface RetentionLimits {
  readonly days: number;
  readonly maxStoreBytes: number;
}

export interface RetentionResult {
  readonly removedByAge: number;
  readonly removedBySize: number;
}

const DAY_MS = 86_400_000;
const STEP = 5_000;

/**
 * Removes old events, oldest first, in small transactions so that readers and the tail are never kept waiting.
 * Findings, inventory and session totals stay. Freed pages are reused by SQLite, so the file stops growing.
 */
export function applyRetention(
  db: Database,
  limits: RetentionLimits,
  nowMs: number,
  fileBytes: number,
): RetentionResult {
  const cutoff = nowMs - limits.days * DAY_MS;
  const removedByAge = removeWhile(db, (oldestMs) => oldestMs < cutoff, cutoff);
  let removedBySize = 0;
  let used = usedBytes(db, fileBytes);
  while (used > limits.maxStoreBytes) {
    const n = removeOldest(db, STEP, Number.MAX_SAFE_INTEGER);
    if (n === 0) break;
    removedBySize += n;
    used = usedBytes(db, fileBytes);
  }
  return { removedByAge, removedBySize };
}

function removeWhile(db: Database, tooOld: (oldestMs: number) => boolean, cutoffMs: number): number {
  let removed = 0;
  for (;;) {
    const oldest = db.prepare<[], { t: number | null }>('SELECT min(time_ms) AS t FROM events').get()?.t;
    if (oldest === null || oldest === undefined || !tooOld(oldest)) return removed;
    removed += removeOldest(db, STEP, cutoffMs);
  }
}

/** The id of a removed event is forgotten too; its log line lies behind the cursor and is not read again. */
function removeOldest(db: Database, limit: number, beforeMs: number): number {
  return db
    .transaction(() => {
      const rows = db
        .prepare<[number, number], { seq: number }>(
          'SELECT seq FROM events WHERE time_ms < ? ORDER BY time_ms LIMIT ?',
        )
        .all(beforeMs, limit);
      const event = db.prepare('DELETE FROM events WHERE seq = ?');
      const words = db.prepare('DELETE FROM search WHERE rowid = ?');
      for (const { seq } of rows) {
        event.run(seq);
        words.run(seq);
      }
      return rows.length;
    })
    .immediate();
}

function usedBytes(db: Database, fileBytes: number): number {
  const pageSize = Number(db.pragma('page_size', { simple: true }));
  const free = Number(db.pragma('freelist_count', { simple: true }));
  const pages = Number(db.pragma('page_count', { simple: true }));
  return Math.min(fileBytes, pages * pageSize) - free * pageSize;
}
