import type { Database } from 'better-sqlite3';
import { TotalRows } from './totals.ts';

export interface RetentionLimits {
  readonly days: number;
  readonly maxStoreBytes: number;
}

export interface RetentionResult {
  readonly removedByAge: number;
  readonly removedBySize: number;
}

const DAY_MS = 86_400_000;
/** Few enough that whoever wants to store something meanwhile waits for some milliseconds only. */
const STEP = 1_000;

/**
 * Removes old events, oldest first, in small transactions so that readers and the tail are never kept waiting.
 * Findings, inventory and session totals stay. Freed pages are reused by SQLite, so the file stops growing.
 * @param mostEvents stop when about this many are removed; call again while some were
 */
export function applyRetention(
  db: Database,
  limits: RetentionLimits,
  nowMs: number,
  fileBytes: number,
  mostEvents = Number.MAX_SAFE_INTEGER,
): RetentionResult {
  const cutoff = nowMs - limits.days * DAY_MS;
  const removedByAge = removeOlder(db, cutoff, mostEvents);
  let removedBySize = 0;
  let used = usedBytes(db, fileBytes);
  while (used > limits.maxStoreBytes && removedByAge + removedBySize < mostEvents) {
    const n = removeOldest(db, STEP, Number.MAX_SAFE_INTEGER);
    if (n === 0) break;
    removedBySize += n;
    used = usedBytes(db, fileBytes);
  }
  return { removedByAge, removedBySize };
}

function removeOlder(db: Database, cutoffMs: number, mostEvents: number): number {
  const oldest = db.prepare<[], { t: number | null }>('SELECT min(time_ms) AS t FROM events');
  let removed = 0;
  while (removed < mostEvents) {
    const oldestMs = oldest.get()?.t ?? undefined;
    if (oldestMs === undefined || oldestMs >= cutoffMs) break;
    removed += removeOldest(db, STEP, cutoffMs);
  }
  return removed;
}

/** The id of a removed event is forgotten too; its log line lies behind the cursor and is not read again. */
function removeOldest(db: Database, limit: number, beforeMs: number): number {
  const totals = new TotalRows(db);
  return db.transaction(() => totals.removing(() => removeRows(db, limit, beforeMs))).immediate();
}

function removeRows(db: Database, limit: number, beforeMs: number): number {
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
}

function usedBytes(db: Database, fileBytes: number): number {
  const pageSize = Number(db.pragma('page_size', { simple: true }));
  const free = Number(db.pragma('freelist_count', { simple: true }));
  const pages = Number(db.pragma('page_count', { simple: true }));
  return Math.min(fileBytes, pages * pageSize) - free * pageSize;
}
