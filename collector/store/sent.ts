import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { REPORTING_MODES } from '../contract/config.ts';
import { SENT_STATUSES, type SentDetail, type SentRecord, type SentStats } from '../contract/sent.ts';

/** What can be looked at again: enough for a day of ordinary work, bounded for a busy one. */
export const MAX_SENT_RECORDS = 5_000;
export const MAX_SENT_BYTES = 16_000_000;
const DAY_MS = 86_400_000;

/** One request to the receiver with what was in it. */
export interface SentRequest {
  readonly timeMs: number;
  readonly endpoint: string;
  readonly mode: SentRecord['mode'];
  readonly status: SentRecord['status'];
  readonly reason?: string;
  readonly wireBytes: number;
  readonly records: readonly {
    readonly uid: string;
    readonly name: string;
    readonly severity: string;
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly body: string;
  }[];
}

const Row = z.object({
  id: z.int(),
  uid: z.string(),
  time_ms: z.int(),
  endpoint: z.string(),
  mode: z.enum(REPORTING_MODES),
  status: z.enum(SENT_STATUSES),
  reason: z.string().nullable(),
  name: z.string(),
  severity: z.string(),
  bytes: z.int(),
});

const Attributes = z.record(z.string(), z.unknown());

/** The last records that left the machine, exactly as they left, and how much it was in all. */
export class Sent {
  readonly #db: Database;
  /** What the ring holds at most: counted anew only when it is to be cut. */
  #held: { records: number; bytes: number } | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /** One transaction per request; the oldest records make room. */
  add(request: SentRequest): void {
    const { timeMs, endpoint, mode, status, reason, wireBytes, records } = request;
    const forget = this.#db.prepare('DELETE FROM sent WHERE uid = ?');
    const insert = this.#db.prepare(
      `INSERT INTO sent (uid, time_ms, endpoint, mode, status, reason, name, severity, bytes, attributes, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#held ??= this.#kept();
    const held = this.#held;
    this.#db
      .transaction(() => {
        for (const { uid, name, severity, attributes, body } of records) {
          forget.run(uid);
          const bytes = Buffer.byteLength(body);
          const rest = [name, severity, bytes, JSON.stringify(attributes), body];
          held.records += 1;
          held.bytes += bytes;
          insert.run(uid, timeMs, endpoint, mode, status, reason ?? null, ...rest);
        }
        this.#db
          .prepare(
            `INSERT INTO sent_days VALUES (?, 1, ?, ?) ON CONFLICT DO UPDATE SET requests = requests + 1,
               records = records + excluded.records, wire_bytes = wire_bytes + excluded.wire_bytes`,
          )
          .run(timeMs - (timeMs % DAY_MS), records.length, wireBytes);
        if (held.records > MAX_SENT_RECORDS || held.bytes > MAX_SENT_BYTES) this.#held = this.#trim();
      })
      .immediate();
  }

  /** Latest first. */
  list(filter: { readonly beforeId?: number; readonly limit: number }): SentRecord[] {
    return this.#db
      .prepare(
        `SELECT id, uid, time_ms, endpoint, mode, status, reason, name, severity, bytes FROM sent WHERE id < ?
           ORDER BY id DESC LIMIT ?`,
      )
      .all(filter.beforeId ?? Number.MAX_SAFE_INTEGER, filter.limit)
      .flatMap((raw) => toRecord(raw) ?? []);
  }

  get(id: number): SentDetail | undefined {
    const row = this.#db
      .prepare<[number], { attributes: string; body: string }>('SELECT * FROM sent WHERE id = ?')
      .get(id);
    const record = toRecord(row);
    if (row === undefined || record === undefined) return undefined;
    const attributes = Attributes.safeParse(JSON.parse(row.attributes));
    return { ...record, payload: { attributes: attributes.success ? attributes.data : {}, body: row.body } };
  }

  stats(nowMs: number): Pick<SentStats, 'today' | 'ever' | 'kept'> {
    const kept = this.#kept();
    const day = this.#db
      .prepare<[number], SentStats['today']>(
        'SELECT requests, records, wire_bytes AS wireBytes FROM sent_days WHERE day_start_ms = ?',
      )
      .get(nowMs - (nowMs % DAY_MS));
    const ever = this.#db
      .prepare<[], SentStats['today'] & { since: number | null }>(
        `SELECT coalesce(sum(requests), 0) AS requests, coalesce(sum(records), 0) AS records,
                coalesce(sum(wire_bytes), 0) AS wireBytes, min(day_start_ms) AS since FROM sent_days`,
      )
      .get();
    const { since = null, ...sums } = ever ?? { requests: 0, records: 0, wireBytes: 0 };
    return {
      today: day ?? { requests: 0, records: 0, wireBytes: 0 },
      ever: { ...sums, ...(since !== null && { sinceMs: since }) },
      kept: { ...kept, maxRecords: MAX_SENT_RECORDS, maxBytes: MAX_SENT_BYTES },
    };
  }

  #kept(): { records: number; bytes: number } {
    return (
      this.#db
        .prepare<[], { records: number; bytes: number }>(
          'SELECT count(*) AS records, coalesce(sum(bytes), 0) AS bytes FROM sent',
        )
        .get() ?? { records: 0, bytes: 0 }
    );
  }

  #trim(): { records: number; bytes: number } {
    let { records, bytes } = this.#kept();
    const oldest = this.#db.prepare<[], { id: number; bytes: number }>(
      'SELECT id, bytes FROM sent ORDER BY id',
    );
    let last = 0;
    for (const row of oldest.iterate()) {
      if (records <= MAX_SENT_RECORDS && bytes <= MAX_SENT_BYTES) break;
      records -= 1;
      bytes -= row.bytes;
      last = row.id;
    }
    this.#db.prepare('DELETE FROM sent WHERE id <= ?').run(last);
    return { records, bytes };
  }
}

function toRecord(raw: unknown): SentRecord | undefined {
  const parsed = Row.safeParse(raw);
  if (!parsed.success) return undefined;
  const { time_ms: timeMs, reason, ...rest } = parsed.data;
  return { ...rest, timeMs, ...(reason !== null && { reason }) };
}
