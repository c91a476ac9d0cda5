import type { Database } from 'better-sqlite3';

export type InventoryKind = (typeof KINDS)[number];

/** What discovery found, with when it was first and last seen and when it went away. */
export class Inventory {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Replaces the inventory by a new picture of the machine: what is no longer there is marked gone, not deleted. Kinds
   * that were not looked at stay as they are.
   * @returns ids that are new or changed, per kind, for reporting.
   */
  replace(
    items: Readonly<Partial<Record<InventoryKind, readonly { readonly id: string }[]>>>,
    nowMs: number,
  ): { kind: InventoryKind; id: string; body: string }[] {
    const get = this.#db.prepare<[string, string], { body: string; gone_ms: number | null }>(
      'SELECT body, gone_ms FROM inventory WHERE kind = ? AND id = ?',
    );
    const put = this.#db.prepare(
      `INSERT INTO inventory VALUES (?, ?, ?, ?, NULL, ?) ON CONFLICT DO UPDATE
         SET last_seen_ms = excluded.last_seen_ms, gone_ms = NULL, body = excluded.body`,
    );
    // By what is there, not by time: the clock may have been set back since.
    const bury = this.#db.prepare(
      `UPDATE inventory SET gone_ms = ? WHERE kind = ? AND gone_ms IS NULL
          AND id NOT IN (SELECT value FROM json_each(?))`,
    );
    return this.#db
      .transaction(() => {
        const changed: { kind: InventoryKind; id: string; body: string }[] = [];
        for (const kind of KINDS) {
          const now = items[kind];
          if (now === undefined) continue;
          for (const item of now) {
            const body = JSON.stringify(item);
            const before = get.get(kind, item.id);
            if (before?.body !== body || before.gone_ms !== null) changed.push({ kind, id: item.id, body });
            put.run(kind, item.id, nowMs, nowMs, body);
          }
          bury.run(nowMs, kind, JSON.stringify(now.map(({ id }) => id)));
        }
        return changed;
      })
      .immediate();
  }

  /** What is there now, as stored JSON with its first-seen time. */
  list(kind: InventoryKind): { firstSeenMs: number; value: unknown }[] {
    const parse: (text: string) => unknown = JSON.parse;
    return this.#db
      .prepare<[string], { first_seen_ms: number; body: string }>(
        'SELECT first_seen_ms, body FROM inventory WHERE kind = ? AND gone_ms IS NULL ORDER BY id',
      )
      .all(kind)
      .map((row) => ({ firstSeenMs: row.first_seen_ms, value: parse(row.body) }));
  }
}

const KINDS = ['agent', 'mcp-server', 'credential', 'asset', 'principal', 'permission', 'model'] as const;
