import type { Database } from 'better-sqlite3';

export interface OutboxRow {
  readonly id: number;
  readonly uid: string;
  readonly priority: 'finding' | 'action' | 'event' | 'inventory';
  readonly json: string;
  readonly createdMs: number;
  readonly attempts: number;
}

/** What waits to be sent. Filled in the same transaction as what it tells of. */
export class Outbox {
  readonly #db: Database;
  /** Rows up to `id`, so that asking for the size reads only what came since. Every removal goes through here. */
  #counted: { id: number; rows: number; bytes: number } | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Oldest first, at most `maxRows` and about `maxBytes` of JSON (always at least one row). */
  peek(maxRows: number, maxBytes: number): OutboxRow[] {
    const rows: OutboxRow[] = [];
    let bytes = 0;
    const select = this.#db.prepare<[number], OutboxRow>(
      'SELECT id, uid, priority, json, created_ms AS createdMs, attempts FROM outbox ORDER BY id LIMIT ?',
    );
    for (const row of select.iterate(maxRows)) {
      bytes += row.json.length;
      if (rows.length > 0 && bytes > maxBytes) break;
      rows.push(row);
    }
    return rows;
  }

  enqueue(
    items: readonly { uid: string; priority: OutboxRow['priority']; json: string; createdMs: number }[],
  ): void {
    const insert = this.#db.prepare(
      'INSERT INTO outbox (uid, priority, created_ms, json) VALUES (?, ?, ?, ?)',
    );
    this.#db
      .transaction(() => {
        for (const item of items) insert.run(item.uid, item.priority, item.createdMs, item.json);
      })
      .immediate();
  }

  /** Delivered: forget these rows. */
  acknowledge(ids: readonly number[]): void {
    this.#uncount(this.#remove(ids));
  }

  /** Given up: forget these rows and count them under `reason`. */
  drop(ids: readonly number[], reason: string): void {
    const removed = this.#db
      .transaction(() => {
        this.#count(reason, ids.length);
        return this.#remove(ids);
      })
      .immediate();
    this.#uncount(removed);
  }

  /** Keeps the queue within its bounds: too old first, then oldest events, then inventory; findings and actions last. */
  trim(maxBytes: number, oldestMs: number): number {
    this.#counted = undefined;
    const dropped = this.#db
      .transaction(() => {
        const old = this.#db.prepare('DELETE FROM outbox WHERE created_ms < ?').run(oldestMs).changes;
        let excess = this.size().bytes - maxBytes;
        let n = 0;
        for (const priority of ['event', 'inventory', 'action', 'finding']) {
          if (excess <= 0) break;
          const ids: number[] = [];
          const rows = this.#db.prepare<[string], { id: number; bytes: number }>(
            'SELECT id, octet_length(json) AS bytes FROM outbox WHERE priority = ? ORDER BY id',
          );
          for (const row of rows.iterate(priority)) {
            ids.push(row.id);
            excess -= row.bytes;
            if (excess <= 0) break;
          }
          this.#remove(ids);
          n += ids.length;
        }
        this.#count('queue-age', old);
        this.#count('queue-size', n);
        return old + n;
      })
      .immediate();
    this.#counted = undefined;
    return dropped;
  }

  size(): { rows: number; bytes: number } {
    const { id, rows, bytes } = this.#counted ?? { id: 0, rows: 0, bytes: 0 };
    const fresh = this.#db
      .prepare<[number], { id: number | null; rows: number; bytes: number }>(
        'SELECT max(id) AS id, count(*) AS rows, coalesce(sum(octet_length(json)), 0) AS bytes FROM outbox WHERE id > ?',
      )
      .get(id);
    const sum = { rows: rows + (fresh?.rows ?? 0), bytes: bytes + (fresh?.bytes ?? 0) };
    this.#counted = { id: fresh?.id ?? id, ...sum };
    return sum;
  }

  /** Rows given up so far, by reason. */
  dropped(): Record<string, number> {
    const rows = this.#db
      .prepare<[], { what: string; n: number }>(
        "SELECT what, n FROM parser_counts WHERE agent_id = 'reeve' AND what LIKE 'dropped:%'",
      )
      .all();
    return Object.fromEntries(rows.map((row) => [row.what.slice('dropped:'.length), row.n]));
  }

  #count(reason: string, n: number): void {
    if (n === 0) return;
    this.#db
      .prepare(
        "INSERT INTO parser_counts VALUES ('reeve', ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n",
      )
      .run(`dropped:${reason}`, n);
  }

  /** @returns those removed that `size` had counted */
  #remove(ids: readonly number[]): { readonly rows: number; readonly bytes: number } {
    const upTo = this.#counted?.id ?? 0;
    const remove = this.#db.prepare<[number], { bytes: number }>(
      'DELETE FROM outbox WHERE id = ? RETURNING octet_length(json) AS bytes',
    );
    return this.#db.transaction(() => {
      let [rows, bytes] = [0, 0];
      for (const id of ids) {
        const removed = remove.get(id);
        if (removed === undefined || id > upTo) continue;
        rows += 1;
        bytes += removed.bytes;
      }
      return { rows, bytes };
    })();
  }

  #uncount({ rows, bytes }: { readonly rows: number; readonly bytes: number }): void {
    if (this.#counted === undefined) return;
    this.#counted = {
      id: this.#counted.id,
      rows: this.#counted.rows - rows,
      bytes: this.#counted.bytes - bytes,
    };
  }
}
