import type { Database, Statement } from 'better-sqlite3';

export interface Totals {
  readonly events: number;
  readonly sessions: number;
  readonly findings: number;
  readonly lastSeq: number;
}

interface Ends {
  readonly lastSeq: number;
  readonly gap: string | null;
}

/**
 * How much there is, without counting it: status is asked for often, and a store may hold millions of events.
 * Numbers of events run from 1 without holes but for what retention removed; how many those are is kept in `meta`.
 */
export class TotalRows {
  readonly #ends: Statement<[], Ends>;
  readonly #others: Statement<[], { sessions: number; findings: number }>;
  readonly #countEvents: Statement<[], { n: number }>;
  readonly #saveGap: Statement;
  /** Counted once, until retention first stores it. */
  #countedGap: number | undefined;

  constructor(db: Database) {
    this.#ends = db.prepare(
      `SELECT coalesce((SELECT max(seq) FROM events), 0) AS lastSeq,
              (SELECT value FROM meta WHERE key = 'events_gap') AS gap`,
    );
    // Sessions are never removed, and the few without a time stand together in their index.
    this.#others = db.prepare(
      `SELECT coalesce((SELECT max(key) FROM sessions), 0)
              - (SELECT count(*) FROM sessions WHERE last_event_ms IS NULL) AS sessions,
              (SELECT count(*) FROM findings WHERE status = 'open') AS findings`,
    );
    this.#countEvents = db.prepare('SELECT count(*) AS n FROM events');
    this.#saveGap = db.prepare("INSERT OR REPLACE INTO meta VALUES ('events_gap', ?)");
  }

  read(): Totals {
    const { events, lastSeq } = this.#events();
    const { sessions = 0, findings = 0 } = this.#others.get() ?? {};
    return { events, sessions, findings, lastSeq };
  }

  /** Removes events, by `remove`, which returns how many. To be called inside a transaction. */
  removing(remove: () => number): number {
    const before = this.#events().events;
    const removed = remove();
    const lastSeq = this.#ends.get()?.lastSeq ?? 0;
    this.#saveGap.run(String(lastSeq - (before - removed)));
    return removed;
  }

  #events(): { readonly events: number; readonly lastSeq: number } {
    const { lastSeq, gap } = this.#ends.get() ?? { lastSeq: 0, gap: null };
    const missing = gap === null ? this.#gapOf(lastSeq) : Number(gap);
    return { events: lastSeq - missing, lastSeq };
  }

  #gapOf(lastSeq: number): number {
    return (this.#countedGap ??= lastSeq - (this.#countEvents.get()?.n ?? 0));
  }
}
