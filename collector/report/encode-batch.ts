import { setImmediate as turn } from 'node:timers/promises';
import { parseOutboxItem, type OutboxPriority } from '../contract/report.ts';
import { fieldsFor, type Pseudonym, type ReportingMode } from './fields-for.ts';
import type { OcsfContext } from './ocsf.ts';
import { toLogRecord, type LogRecord } from './otlp.ts';

/** A waiting report, as the store keeps it. */
export interface OutboxRow {
  readonly id: number;
  readonly uid: string;
  readonly priority: OutboxPriority;
  /** The item as `parseOutboxItem` reads it. */
  readonly json: string;
  readonly createdMs: number;
  readonly attempts: number;
}

/** Rows turned into records. Rows in none of the lists did not fit any more. */
export interface Batch {
  readonly rowIds: readonly number[];
  /** Same length and order as `rowIds`. */
  readonly records: readonly LogRecord[];
  /** The mode lets nothing of these out. */
  readonly withheld: readonly number[];
  /** Not an item: a damaged row. */
  readonly unreadable: readonly number[];
}

export interface EncodeDeps {
  readonly mode: ReportingMode;
  readonly context: OcsfContext;
  readonly pseudonym: Pseudonym;
}

/** Bytes of a record beside its body: names, attributes, times. Measured 350 to 600. */
const RECORD_OVERHEAD = 600;
/** Converting a row takes about 30 µs; the collector has other work to do in between. */
const ROWS_PER_TURN = 64;

/**
 * At most `maxRecords` records and about `maxBytes` uncompressed from the front of `rows`; one record always fits, so
 * that a huge one cannot block the queue: the receiver decides on it.
 */
export async function encodeBatch(
  rows: readonly OutboxRow[],
  maxRecords: number,
  maxBytes: number,
  deps: EncodeDeps,
): Promise<Batch> {
  const rowIds: number[] = [];
  const records: LogRecord[] = [];
  const withheld: number[] = [];
  const unreadable: number[] = [];
  let bytes = 0;
  for (const [index, row] of rows.entries()) {
    if (index % ROWS_PER_TURN === ROWS_PER_TURN - 1) await turn();
    const item = parseOutboxItem(row.priority, row.json);
    if (item === undefined) {
      unreadable.push(row.id);
      continue;
    }
    const reduced = fieldsFor(deps.mode, item, deps.pseudonym);
    if (reduced === undefined) {
      withheld.push(row.id);
      continue;
    }
    const record = toLogRecord(reduced, deps.context);
    bytes += Buffer.byteLength(record.body) + RECORD_OVERHEAD;
    if (records.length > 0 && bytes > maxBytes) break;
    rowIds.push(row.id);
    records.push(record);
    if (records.length >= maxRecords) break;
  }
  return { rowIds, records, withheld, unreadable };
}
