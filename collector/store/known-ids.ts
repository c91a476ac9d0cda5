import type { Database } from 'better-sqlite3';
import { IdFilter } from './id-filter.ts';

/** What is certainly not stored yet, for all threads that write at the same time. */
export interface KnownIds {
  readonly events: IdFilter;
  readonly usage: IdFilter;
}

/** Plain memory, to hand to a thread. */
export interface KnownIdBits {
  readonly events: Int32Array;
  readonly usage: Int32Array;
}

/** A store with more rows would fill the filters, and reading its index would take longer than they save. */
const MAX_ROWS = 500_000;

/** @returns filters that hold every id in the store; `undefined` when there are too many */
export function readKnownIds(db: Database): KnownIdBits | undefined {
  const last = (table: 'events' | 'usage', row: string): number =>
    db.prepare<[], { n: number | null }>(`SELECT max(${row}) AS n FROM ${table}`).get()?.n ?? 0;
  if (last('events', 'seq') > MAX_ROWS || last('usage', 'row') > MAX_ROWS) return undefined;
  const known: KnownIds = { events: new IdFilter(), usage: new IdFilter() };
  for (const { hash } of db.prepare<[], { hash: number }>('SELECT id_hash AS hash FROM events').iterate())
    known.events.add(hash);
  for (const { hash } of db.prepare<[], { hash: number }>('SELECT key_hash AS hash FROM usage').iterate())
    known.usage.add(hash);
  return { events: known.events.bits, usage: known.usage.bits };
}

export function knownIdsOf(bits: KnownIdBits): KnownIds {
  return { events: new IdFilter(bits.events), usage: new IdFilter(bits.usage) };
}
