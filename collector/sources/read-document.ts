import { hash } from 'node:crypto';
import { closeSync, fstatSync, readSync } from 'node:fs';
import type { DocumentFormat, LogFile } from '../agents/spec-log.ts';
import type { ReadOptions } from './line-batch.ts';
import { openLog, problemOf, stampOf, type FileStamp } from './open-log.ts';
import type { Cursor, LogBatch } from './source.ts';

export interface DocumentOptions extends ReadOptions {
  /** The time now. A document that looks cut off and changed less than two seconds ago is left for later (`busy`). */
  readonly nowMs?: number;
}

const SETTLE_MS = 2000;

/**
 * Reads a document that is rewritten whole: one record when its content changed, else none.
 *
 * A batch without records carries a new cursor (touched, not changed). A document over `maxBytes` counts `too-large`
 * once and is not read until it changes. A file that changes under the read, or ends in the middle, is `busy`.
 * `prefixHash` is the hash of the whole content; a document is never `restarted`, since ids make repeats harmless.
 */
export function* readDocument(
  file: LogFile,
  cursor: Cursor | undefined,
  format: DocumentFormat,
  options: DocumentOptions = {},
): Generator<LogBatch, void, undefined> {
  const opened = openLog(file);
  if (!opened.ok) {
    options.problem?.(opened.problem, file);
    return;
  }
  const { fd, stamp } = opened;
  try {
    if (isUnchanged(cursor, stamp, format)) return;
    if (stamp.sizeBytes > format.maxBytes) {
      yield toBatch(file, cursor, format, stamp, { hash: '', rejected: { 'too-large': 1 } });
      return;
    }
    const bytes = readAll(fd, stamp.sizeBytes);
    if (
      bytes === undefined ||
      !isEqual(stampOf(fstatSync(fd)), stamp) ||
      isCutOff(bytes, stamp, options.nowMs)
    ) {
      options.problem?.('busy', file);
      return;
    }
    const contentHash = hash('sha256', bytes, 'hex').slice(0, 32);
    const isNew = contentHash !== cursor?.prefixHash;
    yield toBatch(file, cursor, format, stamp, {
      hash: contentHash,
      rejected: {},
      ...(isNew && bytes.length > 0 ? { text: decode(bytes) } : {}),
    });
  } catch (error) {
    options.problem?.(problemOf(error), file);
  } finally {
    closeSync(fd);
  }
}

function isUnchanged(cursor: Cursor | undefined, stamp: FileStamp, format: DocumentFormat): boolean {
  return cursor?.formatId === format.id && isEqual(cursor, stamp);
}

function isEqual(a: FileStamp, b: FileStamp): boolean {
  return a.fileId === b.fileId && a.sizeBytes === b.sizeBytes && a.mtimeMs === b.mtimeMs;
}

/** @returns undefined when the file is shorter than it said. */
function readAll(fd: number, sizeBytes: number): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  for (let at = 0; at < sizeBytes;) {
    const read = readSync(fd, bytes, at, sizeBytes - at, at);
    if (read === 0) return undefined;
    at += read;
  }
  return bytes;
}

/** Whether a JSON document was caught while being written. An old one is handed on: then it is the parser's to count. */
function isCutOff(bytes: Buffer, stamp: FileStamp, nowMs: number | undefined): boolean {
  if (nowMs === undefined || Math.abs(nowMs - stamp.mtimeMs) > SETTLE_MS) return false;
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] ?? 0) <= 0x20) end -= 1;
  const last = bytes[end - 1];
  return last !== 0x7d && last !== 0x5d;
}

function decode(bytes: Buffer): string {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString('utf8', hasMark ? 3 : 0);
}

function toBatch(
  file: LogFile,
  cursor: Cursor | undefined,
  format: DocumentFormat,
  stamp: FileStamp,
  read: {
    readonly hash: string;
    readonly text?: string;
    readonly rejected: Readonly<Record<string, number>>;
  },
): LogBatch {
  return {
    file,
    restarted: false,
    records: read.text === undefined ? [] : [{ kind: 'document', text: read.text }],
    cursor: {
      path: file.path,
      agentId: file.agentId,
      formatId: file.formatId,
      ...stamp,
      offsetBytes: stamp.sizeBytes,
      prefixBytes: stamp.sizeBytes,
      prefixHash: read.hash,
      state: cursor?.state ?? format.initialState(file),
    },
    bytes: read.text === undefined ? 0 : stamp.sizeBytes,
    lines: 0,
    skipped: {},
    rejected: read.rejected,
    atEnd: true,
  };
}
