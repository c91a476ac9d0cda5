import type { Database, Statement } from 'better-sqlite3';
import type { Familiarity } from '../contract/finding-story.ts';
import { type Finding, severityRank } from '../contract/finding.ts';
import {
  dayOf,
  HABIT_WINDOW_DAYS,
  habitPlace,
  habitSubject,
  type HabitPast,
  MOST_TAUGHT,
} from '../pipeline/habit.ts';

/** A day that changed, in a place where later days may have been judged by it. */
export interface ChangedDay {
  readonly place: string;
  readonly day: number;
}

const GRAVE = severityRank('high');
/** Rows of one place that are looked at; a place with more is nobody's daily work. */
const MAX_ROWS = 5_000;
/** Findings judged again after one change; older ones keep their words. */
const MAX_AGAIN = 500;
/** Days of which nothing can be part of a window any more, with time to spare for logs that are read late. */
export const KEPT_DAYS = 4 * HABIT_WINDOW_DAYS;

/**
 * On which days what was found. Written with each finding, in its transaction; what it says about a finding depends on
 * the rows alone, not on the order they came in. Callers bring the transaction.
 */
export class HabitRows {
  readonly #sql: ReturnType<typeof prepare>;

  constructor(db: Database) {
    this.#sql = prepare(db);
  }

  /**
   * Takes in what was seen once more.
   * @param seen as it came, with its own count and times
   * @param detected all of it so far, as detected
   * @returns days whose successors have to be judged again
   */
  note(seen: Finding, detected: Finding): ChangedDay[] {
    const place = habitPlace(seen);
    if (place === undefined || seen.sessionId === undefined || seen.count === 0) return [];
    const day = dayOf(seen.lastSeenMs);
    const severity = severityRank(detected.severity);
    const before = this.#sql.gravest.get(place, seen.id);
    const subject = habitSubject(seen.subject.value);
    this.#sql.put.run(place, day, subject, seen.id, seen.sessionId, severity, seen.count);
    if (before === undefined || before.severity >= severity) return this.#ifLater(place, day);
    this.#sql.raise.run(severity, place, seen.id);
    return this.#ifLater(place, Math.min(day, before.first));
  }

  /** A session turned grave: what was learned from it is not learned any more, and nothing in it is usual. */
  turnedGrave(sessionId: string): ChangedDay[] {
    // The day before too: so its own findings are among those that are judged again.
    return this.#sql.ofSession.all(sessionId).map(({ place, day }) => ({ place, day: day - 1 }));
  }

  /** Findings whose words may have changed with these days, oldest first. */
  judgedBy({ place, day }: ChangedDay): string[] {
    return this.#sql.later
      .all(place, day, day + HABIT_WINDOW_DAYS, MAX_AGAIN)
      .map(({ finding_id: id }) => id);
  }

  /** @param finding as detected */
  past(finding: Finding): HabitPast | undefined {
    const place = habitPlace(finding);
    if (place === undefined || finding.habit?.may.length === 0) return undefined;
    const first = dayOf(finding.firstSeenMs);
    const subject = habitSubject(finding.subject.value);
    const perDay = new Map<number, number>();
    const otherDays = new Set<number>();
    let own = 0;
    let known = false;
    for (const row of this.#sql.window.all(
      place,
      first - HABIT_WINDOW_DAYS,
      dayOf(finding.lastSeenMs),
      MAX_ROWS,
    )) {
      if (row.finding_id === finding.id) own = Math.max(own, row.n);
      else if (row.day < first) {
        known ||= row.subject === subject;
        if (row.severity > MOST_TAUGHT || this.#isGrave(row.session_id)) continue;
        if (row.subject === subject) perDay.set(row.day, (perDay.get(row.day) ?? 0) + row.n);
        else otherDays.add(row.day);
      }
    }
    return {
      days: [...perDay.keys()],
      most: Math.max(0, ...perDay.values()),
      known,
      otherDays: otherDays.size,
      own,
      trouble: finding.sessionId !== undefined && this.#isGrave(finding.sessionId),
    };
  }

  /** For the words of one finding. */
  familiarity(finding: Finding): Familiarity | undefined {
    const place = habitPlace(finding);
    const { cwd } = finding.subject;
    if (place === undefined || cwd === undefined) return undefined;
    const first = dayOf(finding.firstSeenMs);
    const from = first - HABIT_WINDOW_DAYS;
    const days = this.#sql.days.get(place, from, first - 1, habitSubject(finding.subject.value))?.n ?? 0;
    const workDays = this.#sql.workDays.get(cwd, from * DAY_MS, first * DAY_MS)?.n ?? 0;
    return { days, windowDays: HABIT_WINDOW_DAYS, workDays };
  }

  trim(beforeMs: number): void {
    this.#sql.trim.run(dayOf(beforeMs));
  }

  #isGrave(sessionId: string): boolean {
    return this.#sql.grave.get(sessionId, GRAVE) !== undefined;
  }

  #ifLater(place: string, day: number): ChangedDay[] {
    return this.#sql.hasLater.get(place, day) === undefined ? [] : [{ place, day }];
  }
}

const DAY_MS = 86_400_000;

function prepare(db: Database) {
  const run = (sql: string): Statement => db.prepare(sql);
  return {
    put: run(
      `INSERT INTO habits VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n, severity = max(severity, excluded.severity)`,
    ),
    gravest: db.prepare<[string, string], { severity: number; first: number } | undefined>(
      'SELECT severity, min(day) AS first FROM habits WHERE place = ? AND finding_id = ? HAVING count(*) > 0',
    ),
    raise: run('UPDATE habits SET severity = ? WHERE place = ? AND finding_id = ?'),
    hasLater: db.prepare<[string, number]>('SELECT 1 FROM habits WHERE place = ? AND day > ? LIMIT 1'),
    later: db.prepare<[string, number, number, number], { finding_id: string }>(
      `SELECT finding_id, min(day) AS first FROM habits WHERE place = ? AND day > ? AND day <= ?
       GROUP BY finding_id ORDER BY first DESC LIMIT ?`,
    ),
    ofSession: db.prepare<[string], ChangedDay>(
      'SELECT place, min(day) AS day FROM habits WHERE session_id = ? GROUP BY place',
    ),
    window: db.prepare<
      [string, number, number, number],
      { day: number; subject: string; finding_id: string; session_id: string; severity: number; n: number }
    >(
      `SELECT day, subject, finding_id, session_id, severity, n FROM habits
       WHERE place = ? AND day BETWEEN ? AND ? ORDER BY day DESC LIMIT ?`,
    ),
    grave: db.prepare<[string, number]>(
      "SELECT 1 FROM findings WHERE session_id = ? AND status = 'open' AND severity >= ? LIMIT 1",
    ),
    days: db.prepare<[string, number, number, string], { n: number }>(
      'SELECT count(DISTINCT day) AS n FROM habits WHERE place = ? AND day BETWEEN ? AND ? AND subject = ?',
    ),
    workDays: db.prepare<[string, number, number], { n: number }>(
      'SELECT count(DISTINCT started_ms / 86400000) AS n FROM sessions WHERE cwd = ? AND started_ms >= ? AND started_ms < ?',
    ),
    trim: run('DELETE FROM habits WHERE day < ?'),
  };
}
