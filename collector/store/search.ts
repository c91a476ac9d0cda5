import type { Database, Statement } from 'better-sqlite3';

/** Few enough that whoever wants to store something meanwhile waits for some milliseconds only. */
const STEP = 500;
/** More new events than this between two looks is a backlog being read: ten sessions at work make a few dozen. */
const BACKLOG_EVENTS = 1_000;

/** Of a common word this many of the events that arrived last are looked at for the latest: each lies on its own page. */
const CANDIDATES = 4_000;
/** A search brings the index up to date first, but no longer than this: after a backlog it may be far behind. */
const CATCH_UP_MS = 1_500;

interface EventRow {
  readonly seq: number;
  readonly kind: string;
  readonly body: string;
}

/**
 * Full-text search over commands, paths, hosts and tool names. The index is filled behind the commits, a small
 * step at a time, so that storing never waits for it; a search first brings the index up to date.
 */
export class Search {
  readonly #db: Database;
  readonly #position: Statement<[], { value: string }>;
  readonly #after: Statement<[number, number], EventRow>;
  readonly #insert: Statement<[number, string]>;
  readonly #save: Statement<[string]>;
  readonly #last: Statement<[], { seq: number | null }>;
  /** The last event there was at the last look. */
  #seenSeq: number | undefined;

  constructor(db: Database) {
    this.#db = db;
    this.#position = db.prepare("SELECT value FROM meta WHERE key = 'search_seq'");
    this.#after = db.prepare('SELECT seq, kind, body FROM whole_events WHERE seq > ? ORDER BY seq LIMIT ?');
    this.#insert = db.prepare('INSERT INTO search (rowid, text) VALUES (?, ?)');
    this.#save = db.prepare("INSERT OR REPLACE INTO meta VALUES ('search_seq', ?)");
    this.#last = db.prepare('SELECT max(seq) AS seq FROM events');
  }

  /**
   * Indexes up to 500 more events, unless a backlog is being stored: the index can be made afterwards, and now would
   * take a core and the turn at the store from those who read.
   * @returns how many were looked at; 0 = nothing to do for now
   */
  step(): number {
    const last = this.#last.get()?.seq ?? 0;
    const arrived = last - (this.#seenSeq ?? last);
    this.#seenSeq = last;
    return arrived > BACKLOG_EVENTS ? 0 : this.#index();
  }

  /** The store is locked for the writing alone, and not at all when there is nothing. */
  #index(): number {
    const done = this.#indexedTo();
    const rows = this.#after.all(done, STEP);
    const last = rows.at(-1);
    if (last === undefined) return 0;
    const texts = rows
      .filter((row) => row.kind === 'tool.call')
      .map((row) => ({ seq: row.seq, text: searchText(JSON.parse(row.body)) }));
    this.#db
      .transaction(() => {
        // Another connection was quicker: the next step begins where it ended.
        if (this.#indexedTo() !== done) return;
        for (const { seq, text } of texts) this.#insert.run(seq, text);
        this.#save.run(String(last.seq));
      })
      .immediate();
    return rows.length;
  }

  #indexedTo(): number {
    return Number(this.#position.get()?.value ?? 0);
  }

  /** @param words plain words; every one must occur (a trailing `*` is a prefix). @returns event rows, newest first. */
  find(words: string, limit: number): { seq: number; body: string }[] {
    const untilMs = performance.now() + CATCH_UP_MS;
    while (this.#index() > 0 && performance.now() < untilMs);
    const query = words
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word) => {
        const prefix = word.endsWith('*');
        return `"${word.replaceAll('"', '""').replaceAll('*', '')}"${prefix ? '*' : ''}`;
      })
      .join(' ');
    if (query === '') return [];
    return this.#db
      .prepare<[string, number], { seq: number; body: string }>(
        `SELECT seq, body FROM whole_events
           WHERE seq IN (SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ${CANDIDATES})
           ORDER BY time_ms DESC LIMIT ?`,
      )
      .all(query, limit);
  }
}

/** The words of one stored tool call: strings of its input, tool and resources. */
function searchText(event: unknown): string {
  const words: string[] = [];
  collect(event, words, 0);
  return words.join('\n').slice(0, 8_000);
}

const LEFT_OUT = new Set([
  'id',
  'kind',
  'sessionId',
  'parentSessionId',
  'callId',
  'access',
  'source',
  'actor',
]);

function collect(value: unknown, into: string[], depth: number): void {
  if (typeof value === 'string') into.push(value);
  else if (depth < 6 && typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) if (!LEFT_OUT.has(key)) collect(item, into, depth + 1);
  }
}
