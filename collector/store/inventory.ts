import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { CHANGING_KINDS, type ChangeAuthor, InventoryChange } from '../contract/inventory-change.ts';
import { diffBodies, stableText } from './inventory-diff.ts';

export type InventoryKind = (typeof KINDS)[number];
type ChangingKind = InventoryChange['kind'];

/** Who changed the file of a thing, if that is known. @param goneOrChanged the thing as it was or is */
export type AuthorOf = (kind: ChangingKind, thing: Described) => ChangeAuthor | undefined;

/** What a person would call a thing, and where it is. */
const Described = z.object({
  name: z.string().optional(),
  kind: z.string().optional(),
  path: z.string().optional(),
  configPath: z.string().optional(),
  location: z.object({ path: z.string() }).optional(),
});
type Described = z.infer<typeof Described>;

/** Older ones go when there are more. */
const MAX_CHANGES = 20_000;

/** What discovery found, with when it was first and last seen and when it went away. */
export class Inventory {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Replaces the inventory by a new picture of the machine: what is no longer there is marked gone, not deleted. Kinds
   * that were not looked at stay as they are. What came, changed or went since is kept as a change; the first look at a
   * kind is none.
   * @returns ids that are new, changed or gone, per kind, for reporting; what is gone has no body.
   */
  replace(
    items: Readonly<Partial<Record<InventoryKind, readonly { readonly id: string }[]>>>,
    nowMs: number,
    authorOf: AuthorOf = () => undefined,
  ): { kind: InventoryKind; id: string; body?: string }[] {
    const all = this.#db.prepare<[string], { id: string; body: string; gone_ms: number | null }>(
      'SELECT id, body, gone_ms FROM inventory WHERE kind = ?',
    );
    const put = this.#db.prepare(
      `INSERT INTO inventory VALUES (?, ?, ?, ?, NULL, ?) ON CONFLICT DO UPDATE
         SET last_seen_ms = excluded.last_seen_ms, gone_ms = NULL, body = excluded.body`,
    );
    const touch = this.#db.prepare(
      'UPDATE inventory SET last_seen_ms = ? WHERE kind = ? AND gone_ms IS NULL',
    );
    const bury = this.#db.prepare('UPDATE inventory SET gone_ms = ? WHERE kind = ? AND id = ?');
    return this.#db
      .transaction(() => {
        const changed: { kind: InventoryKind; id: string; body?: string }[] = [];
        for (const kind of KINDS) {
          const now = items[kind];
          if (now === undefined) continue;
          const known = new Map(all.all(kind).map((row) => [row.id, row]));
          const isFirstLook = known.size === 0;
          const seen = new Set<string>();
          for (const item of now) {
            const body = JSON.stringify(item);
            const before = known.get(item.id);
            seen.add(item.id);
            if (before?.body === body && before.gone_ms === null) continue;
            put.run(kind, item.id, nowMs, nowMs, body);
            const isSame = before !== undefined && stableText(before.body) === stableText(body);
            if (isSame && before.gone_ms === null) continue;
            changed.push({ kind, id: item.id, body });
            if (!isFirstLook) this.#note(kind, item.id, before, body, nowMs, authorOf);
          }
          touch.run(nowMs, kind);
          // By what is there, not by time: the clock may have been set back since.
          for (const { id, body, gone_ms } of known.values()) {
            if (gone_ms !== null || seen.has(id)) continue;
            bury.run(nowMs, kind, id);
            changed.push({ kind, id });
            this.#note(kind, id, { body, gone_ms }, undefined, nowMs, authorOf);
          }
        }
        if (changed.length > 0) this.#trim();
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

  /** Newest first; a row that cannot be understood is left out. */
  changes(filter: {
    readonly kind?: ChangingKind;
    readonly id?: string;
    readonly sinceMs?: number;
    readonly limit: number;
  }): InventoryChange[] {
    return this.#db
      .prepare<unknown[], Record<string, unknown>>(
        `SELECT seq, time_ms AS timeMs, kind, id, name, path, change, fields, author FROM inventory_changes
          WHERE (@kind IS NULL OR kind = @kind) AND (@id IS NULL OR id = @id) AND time_ms >= @sinceMs
          ORDER BY seq DESC LIMIT @limit`,
      )
      .all({
        kind: filter.kind ?? null,
        id: filter.id ?? null,
        sinceMs: filter.sinceMs ?? 0,
        limit: filter.limit,
      })
      .flatMap(({ path, fields, author, ...row }) => {
        const change = InventoryChange.safeParse({
          ...row,
          ...(path !== null && { path }),
          fields: parsed(fields),
          ...(author !== null && { by: parsed(author) }),
        });
        return change.success ? [change.data] : [];
      });
  }

  #note(
    kind: InventoryKind,
    id: string,
    before: { readonly body: string; readonly gone_ms: number | null } | undefined,
    after: string | undefined,
    nowMs: number,
    authorOf: AuthorOf,
  ): void {
    const changing = CHANGING_KINDS.find((one) => one === kind);
    if (changing === undefined) return;
    const was = before === undefined ? undefined : parsed(before.body);
    const is = after === undefined ? undefined : parsed(after);
    const fields = was === undefined || is === undefined ? [] : diffBodies(was, is);
    const change =
      is === undefined
        ? 'gone'
        : before === undefined
          ? 'added'
          : before.gone_ms === null
            ? 'changed'
            : 'back';
    // Only something that moves by itself is different.
    if (change === 'changed' && fields.length === 0) return;
    const thing = Described.safeParse(is ?? was);
    const described = thing.success ? thing.data : {};
    const path = described.configPath ?? described.location?.path ?? described.path ?? null;
    const author = authorOf(changing, { ...described, ...(path !== null && { path }) });
    this.#db
      .prepare(
        `INSERT INTO inventory_changes (time_ms, kind, id, name, path, change, fields, author)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        nowMs,
        kind,
        id,
        described.name ?? described.kind ?? id,
        path,
        change,
        JSON.stringify(fields),
        author === undefined ? null : JSON.stringify(author),
      );
  }

  #trim(): void {
    this.#db
      .prepare('DELETE FROM inventory_changes WHERE seq <= (SELECT max(seq) FROM inventory_changes) - ?')
      .run(MAX_CHANGES);
  }
}

const KINDS = ['agent', 'mcp-server', 'credential', 'asset', 'principal', 'permission', 'model'] as const;

function parsed(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a damaged row
  }
}
