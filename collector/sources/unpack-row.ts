import { zstdDecompressSync } from 'node:zlib';
import type { SqliteQuery } from '../agents/spec-log.ts';
import { MIB } from './line-batch.ts';

type Row = Readonly<Record<string, unknown>>;

/** Most bytes one column may unpack to; a bomb ends here. */
const MAX_UNPACKED = 64 * MIB;
/** First bytes of every zstd frame (RFC 8878, 3.1.1). */
const MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** The row with its compressed columns as text. Bytes that are no zstd are taken as text; broken ones give `null`. */
export function unpackRow(row: Row, query: SqliteQuery): Row {
  if (query.compressed === undefined) return row;
  const unpacked: Record<string, unknown> = { ...row };
  for (const column of query.compressed) {
    const value = row[column];
    if (Buffer.isBuffer(value)) unpacked[column] = textOf(value);
  }
  return unpacked;
}

function textOf(bytes: Buffer): string | null {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return bytes.toString('utf8');
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: MAX_UNPACKED }).toString('utf8');
  } catch {
    return null; // ZSTD_error_*, ERR_BUFFER_TOO_LARGE: the parser says what is missing.
  }
}
