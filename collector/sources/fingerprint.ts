import { hash } from 'node:crypto';
import { readSync } from 'node:fs';
import type { Cursor } from './source.ts';

/** Enough to hold a session header with its id and time; cheap to read again at every look. */
const FINGERPRINT_BYTES = 1024;

export type Fingerprint = Pick<Cursor, 'prefixBytes' | 'prefixHash' | 'tailHash'>;

/**
 * Hashes of what was read so far: the first bytes, and the last before `offsetBytes`. Only bytes that were consumed
 * count, so an unfinished last line may still change. A short file is hashed anew as it grows.
 * @param known fingerprint of the same bytes at a smaller offset: its prefix is not read again once complete
 */
export function readFingerprint(fd: number, offsetBytes: number, known?: Fingerprint): Fingerprint {
  const prefixBytes = Math.min(FINGERPRINT_BYTES, offsetBytes);
  const prefixHash = known?.prefixBytes === prefixBytes ? known.prefixHash : hashRange(fd, 0, prefixBytes);
  if (offsetBytes <= FINGERPRINT_BYTES) return { prefixBytes, prefixHash };
  return {
    prefixBytes,
    prefixHash,
    tailHash: hashRange(fd, offsetBytes - FINGERPRINT_BYTES, FINGERPRINT_BYTES),
  };
}

/** Whether the open file still begins, and goes on up to the cursor's offset, as it did. */
export function matchesFingerprint(fd: number, cursor: Cursor): boolean {
  const bytes = Math.min(cursor.prefixBytes, FINGERPRINT_BYTES);
  if (bytes > 0 && hashRange(fd, 0, bytes) !== cursor.prefixHash) return false;
  if (cursor.tailHash === undefined) return true;
  return hashRange(fd, cursor.offsetBytes - FINGERPRINT_BYTES, FINGERPRINT_BYTES) === cursor.tailHash;
}

function hashRange(fd: number, offset: number, length: number): string {
  const bytes = Buffer.allocUnsafe(length);
  const read = length === 0 ? 0 : readSync(fd, bytes, 0, length, Math.max(0, offset));
  return hash('sha256', bytes.subarray(0, read), 'hex').slice(0, 32);
}
