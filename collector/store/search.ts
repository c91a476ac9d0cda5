import type { Database } from 'better-sqlite3';

const STEP = 2_000;

/**
 * Full-text search over commands, paths, hosts and tool names. The index is filled behind the commits, a small
 * step at a time, so that storing never waits for it; a search first brings the index up to date.
 */
export class Search {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Indexes up to 2,000 more events. @returns how many were looked at; 0 means the index is up to date. */
  step(): number {
    return this.#db
      .transaction(() => {
        const done = Number(
          this.#db.prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'search_seq'").get()
            ?.value ?? 0,
        );
        const rows = this.#db
          .prepare<[number, number], { seq: number; kind: string; body: string }>(
            'SELECT seq, kind, body FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
          )
          .all(done, STEP);
        const insert = this.#db.prepare('INSERT INTO search (rowid, text) VALUES (?, ?)');
        for (const row of rows) {
          if (row.kind === 'tool.call') insert.run(row.seq, searchText(JSON.parse(row.body)));
        }
        const last = rows.at(-1);
        if (last !== undefined) {
          this.#db.prepare("INSERT OR REPLACE INTO meta VALUES ('search_seq', ?)").run(String(last.seq));
        }
        return rows.length;
      })
      .immediate();
  }

  /** @param words plain words; every one must occur (a trailing `*` is a prefix). @returns event rows, newest first. */
  find(words: string, limit: number): { seq: number; body: string }[] {
    while (this.step() > 0);
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
        'SELECT seq, body FROM events WHERE seq IN (SELECT rowid FROM search WHERE search MATCH ?) ORDER BY time_ms DESC LIMIT ?',
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
