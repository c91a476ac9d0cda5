import { closeSync, readSync } from 'node:fs';
import type { JsonlFormat, LogFile, ParserState } from '../agents/spec-log.ts';
import { matchesFingerprint, readFingerprint, type Fingerprint } from './fingerprint.ts';
import { LineBatch, MIB, READ_DEFAULTS, type ReadOptions } from './line-batch.ts';
import { LineSplitter } from './lines.ts';
import { openLog, problemOf, type FileStamp } from './open-log.ts';
import type { Cursor, LogBatch } from './source.ts';

/** An unfinished line longer than this is not read again from its start until its newline has come. */
const LONG_UNFINISHED_BYTES = MIB;

/**
 * A buffer nobody reads into at the moment, in this thread. Allocating one for each read of a line that was just
 * appended cost more than all the rest: a megabyte outside the heap is what makes V8 collect.
 */
let spareBuffer: Buffer | undefined;

/**
 * Reads what is new in a JSONL file, in batches of bounded size, in the calling thread.
 *
 * Nothing is yielded when nothing changed. A batch without records still carries a cursor worth storing. All batches
 * of one call share one parser state object, which the caller's parser changes in place. The file is open only while
 * the iteration runs; ending it early closes it.
 * @param cursor where the last stored read ended; without one reading begins at 0. When the file is not the one the
 *   cursor speaks of (see `Cursor`) the first batch says `restarted` and begins at 0 with a fresh parser state.
 */
export function* readJsonl(
  file: LogFile,
  cursor: Cursor | undefined,
  format: JsonlFormat,
  options: ReadOptions = {},
): Generator<LogBatch, void, undefined> {
  const opened = openLog(file, cursor?.fileId);
  if (!opened.ok) {
    options.problem?.(opened.problem, file);
    return;
  }
  const { chunkBytes } = { ...READ_DEFAULTS, ...options };
  const buffer = spareBuffer?.length === chunkBytes ? spareBuffer : Buffer.allocUnsafe(chunkBytes);
  spareBuffer = undefined;
  try {
    yield* readOpened(file, cursor, format, options, opened.fd, opened.stamp, buffer);
  } catch (error) {
    options.problem?.(problemOf(error), file);
  } finally {
    closeSync(opened.fd);
    spareBuffer = buffer;
  }
}

function* readOpened(
  file: LogFile,
  cursor: Cursor | undefined,
  format: JsonlFormat,
  options: ReadOptions,
  fd: number,
  stamp: FileStamp,
  buffer: Buffer,
): Generator<LogBatch, void, undefined> {
  const limits = { ...READ_DEFAULTS, ...options };
  const from = resumeAt(file, cursor, format, fd, stamp);
  if (from.growing !== undefined) {
    const endBytes = findNewline(fd, from.growing.sizeBytes, limits.maxLineBytes);
    if (endBytes !== undefined && endBytes - from.offsetBytes <= limits.maxLineBytes) {
      if (!sameStamp(from.growing, stamp))
        yield emptyBatch(file, { ...from.growing, ...stamp, sizeBytes: endBytes });
      return;
    }
  }

  const splitter = new LineSplitter({
    offsetBytes: from.offsetBytes,
    maxLineBytes: limits.maxLineBytes,
    chunkBytes: limits.chunkBytes,
    insideOversizeLine: from.insideOversizeLine,
    buffer,
  });
  const batch = new LineBatch(format);
  let position = from.offsetBytes;
  let batchStart = position;
  let fingerprint = from.fingerprint;
  let restarted = from.restarted;

  const finish = (atEnd: boolean): LogBatch => {
    fingerprint = readFingerprint(fd, splitter.consumedBytes, fingerprint);
    const done = batch.finish(splitter, {
      file,
      restarted,
      stamp,
      prefix: fingerprint,
      sizeBytes: atEnd ? position : splitter.consumedBytes,
      state: from.state,
      bytes: position - batchStart,
      atEnd,
    });
    batchStart = position;
    restarted = false;
    return done;
  };

  for (;;) {
    const free = splitter.room();
    const read = readSync(fd, splitter.buffer, splitter.filled, free, position);
    if (read === 0) break;
    position += read;
    splitter.added(read);
    while (splitter.next()) {
      batch.take(splitter);
      if (batch.keptBytes >= limits.batchBytes) {
        splitter.rest();
        yield finish(false);
      }
    }
    if (position - batchStart >= limits.scanBytes) yield finish(false);
  }
  const nothing =
    batch.isEmpty &&
    !restarted &&
    batch.isCounted(splitter) &&
    cursor !== undefined &&
    batchStart === from.offsetBytes &&
    sameStamp(cursor, { ...stamp, sizeBytes: position });
  if (!nothing) yield finish(true);
}

interface Resume {
  readonly offsetBytes: number;
  readonly insideOversizeLine: boolean;
  readonly restarted: boolean;
  readonly fingerprint?: Fingerprint;
  readonly state: ParserState;
  /** The cursor, when a long line was unfinished at its end. */
  readonly growing?: Cursor;
}

function resumeAt(
  file: LogFile,
  cursor: Cursor | undefined,
  format: JsonlFormat,
  fd: number,
  stamp: FileStamp,
): Resume {
  if (cursor === undefined || !isSameFile(file, cursor, fd, stamp)) {
    return {
      offsetBytes: 0,
      insideOversizeLine: false,
      restarted: cursor !== undefined,
      state: format.initialState(file),
    };
  }
  const { prefixBytes, prefixHash, offsetBytes, state } = cursor;
  const insideOversizeLine = cursor.insideOversizeLine ?? false;
  const unfinished = cursor.sizeBytes - offsetBytes;
  const growing =
    unfinished > LONG_UNFINISHED_BYTES && !insideOversizeLine && stamp.sizeBytes >= cursor.sizeBytes;
  return {
    offsetBytes,
    insideOversizeLine,
    restarted: false,
    fingerprint: { prefixBytes, prefixHash },
    state,
    ...(growing ? { growing: cursor } : {}),
  };
}

function isSameFile(file: LogFile, cursor: Cursor, fd: number, stamp: FileStamp): boolean {
  return (
    cursor.fileId === stamp.fileId &&
    cursor.formatId === file.formatId &&
    cursor.agentId === file.agentId &&
    stamp.sizeBytes >= cursor.offsetBytes &&
    matchesFingerprint(fd, cursor)
  );
}

/** @returns the end of the file when there is no newline after `fromBytes`, else (or when there is too much) undefined. */
function findNewline(fd: number, fromBytes: number, mostBytes: number): number | undefined {
  const bytes = Buffer.allocUnsafe(64 * 1024);
  for (let position = fromBytes; position - fromBytes < mostBytes;) {
    const read = readSync(fd, bytes, 0, bytes.length, position);
    if (read === 0) return position;
    if (bytes.subarray(0, read).includes(0x0a)) return undefined;
    position += read;
  }
  return undefined;
}

function sameStamp(a: FileStamp, b: FileStamp): boolean {
  return a.fileId === b.fileId && a.sizeBytes === b.sizeBytes && a.mtimeMs === b.mtimeMs;
}

function emptyBatch(file: LogFile, cursor: Cursor): LogBatch {
  return {
    file,
    restarted: false,
    records: [],
    cursor,
    bytes: 0,
    lines: 0,
    skipped: {},
    rejected: {},
    atEnd: true,
  };
}
