import type { Database } from 'better-sqlite3';
import { Finding, SEVERITIES, type Severity } from '../contract/finding.ts';
import type { SeverityCounts } from '../contract/overview.ts';
import type { Session } from '../contract/stored.ts';
import { QUARTER_MS } from './log-rows.ts';
import { type SessionRow, toSession } from './session-rows.ts';

/** The numbers of the first screen. Everything here is read from an index or a small table: no query walks the events. */
export class OverviewRows {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Number of the latest event; 0 in an empty store. */
  lastSeq(): number {
    return this.#db.prepare<[], { n: number | null }>('SELECT max(seq) AS n FROM events').get()?.n ?? 0;
  }

  /** Events per quarter of an hour that holds something. */
  activity(sinceMs: number): { startMs: number; events: number }[] {
    return this.#db
      .prepare<[number], { quarter: number; events: number }>(
        'SELECT quarter, events FROM activity WHERE quarter >= ? ORDER BY quarter',
      )
      .all(Math.floor(sinceMs / QUARTER_MS))
      .map((row) => ({ startMs: row.quarter * QUARTER_MS, events: row.events }));
  }

  /** Shown findings last seen since then, per stretch of time from `sinceMs` on. */
  findingStrip(sinceMs: number, bucketMs: number): { bucket: number; findings: number; worst: Severity }[] {
    return this.#db
      .prepare<[number, number, number], { bucket: number; n: number; worst: number }>(
        // A number from JavaScript is a real one to SQLite, and so would be the quotient.
        `SELECT CAST((last_seen_ms - ?) / ? AS INTEGER) AS bucket, count(*) AS n, max(severity) AS worst FROM findings
           WHERE last_seen_ms >= ? AND status IN ('open', 'acknowledged') GROUP BY 1`,
      )
      .all(sinceMs, bucketMs, sinceMs)
      .map((row) => ({
        bucket: row.bucket,
        findings: row.n,
        worst: SEVERITIES[row.worst] ?? 'informational',
      }));
  }

  openCounts(): SeverityCounts {
    const counts = { informational: 0, low: 0, medium: 0, high: 0, critical: 0 };
    const rows = this.#db
      .prepare<[], { severity: number; n: number }>(
        "SELECT severity, count(*) AS n FROM findings WHERE status = 'open' GROUP BY severity",
      )
      .all();
    for (const row of rows) counts[SEVERITIES[row.severity] ?? 'informational'] += row.n;
    return counts;
  }

  /** Open ones, worst first, then latest. */
  worst(limit: number): Finding[] {
    return this.#db
      .prepare<[number], { body: string }>(
        "SELECT body FROM findings WHERE status = 'open' ORDER BY severity DESC, last_seen_ms DESC LIMIT ?",
      )
      .all(limit)
      .map((row) => Finding.parse(JSON.parse(row.body)));
  }

  /** Open findings of every session that has any. */
  openBySession(): { sessionId: string; open: number; worst: Severity }[] {
    return this.#db
      .prepare<[], { sessionId: string; n: number; worst: number }>(
        `SELECT session_id AS sessionId, count(*) AS n, max(severity) AS worst FROM findings
           WHERE status = 'open' AND session_id IS NOT NULL GROUP BY session_id`,
      )
      .all()
      .map(({ sessionId, n, worst }) => ({
        sessionId,
        open: n,
        worst: SEVERITIES[worst] ?? 'informational',
      }));
  }

  /** Open findings of a session and its sub-agents. */
  openOf(sessionIds: readonly string[]): Map<string, { n: number; worst: Severity }> {
    const rows = this.#db
      .prepare<[string], { session_id: string; n: number; worst: number }>(
        `SELECT session_id, count(*) AS n, max(severity) AS worst FROM findings
           WHERE status = 'open' AND session_id IN (SELECT value FROM json_each(?)) GROUP BY session_id`,
      )
      .all(JSON.stringify(sessionIds));
    return new Map(
      rows.map((row) => [row.session_id, { n: row.n, worst: SEVERITIES[row.worst] ?? 'informational' }]),
    );
  }

  /** Sessions with activity since then, in number. */
  sessionsSince(sinceMs: number): number {
    return (
      this.#db
        .prepare<[number], { n: number }>('SELECT count(*) AS n FROM sessions WHERE last_event_ms >= ?')
        .get(sinceMs)?.n ?? 0
    );
  }

  /** Sessions with activity since then, latest first, without their tokens. */
  recentSessions(sinceMs: number, limit: number): Session[] {
    return this.#db
      .prepare<[number, number], SessionRow>(
        'SELECT *, 0 AS subagents FROM sessions WHERE last_event_ms >= ? ORDER BY last_event_ms DESC LIMIT ?',
      )
      .all(sinceMs, limit)
      .map((row) => toSession(row, undefined));
  }

  /** Whether the last event of a session says that it has ended. */
  hasEnded(sessionId: string): boolean {
    const row = this.#db
      .prepare<[string], { kind: string }>(
        `SELECT kind FROM events WHERE session_key = (SELECT key FROM sessions WHERE id = ?)
           ORDER BY time_ms DESC, seq DESC LIMIT 1`,
      )
      .get(sessionId);
    return row?.kind === 'session.end';
  }
}
