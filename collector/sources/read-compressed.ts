import { closeSync, readSync } from 'node:fs';
import { Readable } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import type { JsonlFormat, LogFile } from '../agents/spec-log.ts';
import { LineBatch, READ_DEFAULTS, type ReadOptions } from './line-batch.ts';
import { LineSplitter } from './lines.ts';
import { errorCode, openLog, problemOf, type FileStamp } from './open-log.ts';
import type { Cursor, LogBatch } from './source.ts';

const PIECE_BYTES = 65_536;

/**
 * Reads a zstd-compressed JSONL file in batches, with a bound on what it unfolds to.
 *
 * Offsets count unfolded bytes. A read that was interrupted goes on at its offset by unfolding up to it again; a file
 * that changed since is read anew from its start (`restarted`), because nothing can be appended to it in place.
 * A broken or too large file gives what could be read, counts `corrupt` or `too-large` once, and is not tried again
 * until it changes.
 */
export async function* readCompressed(
  file: LogFile,
  cursor: Cursor | undefined,
  format: JsonlFormat,
  options: ReadOptions = {},
): AsyncGenerator<LogBatch, void, undefined> {
  const opened = openLog(file);
  if (!opened.ok) {
    options.problem?.(opened.problem, file);
    return;
  }
  try {
    yield* readOpened(file, cursor, format, options, opened.fd, opened.stamp);
  } catch (error) {
    options.problem?.(problemOf(error), file);
  } finally {
    closeSync(opened.fd);
  }
}

async function* readOpened(
  file: LogFile,
  cursor: Cursor | undefined,
  format: JsonlFormat,
  options: ReadOptions,
  fd: number,
  stamp: FileStamp,
): AsyncGenerator<LogBatch, void, undefined> {
  const limits = { ...READ_DEFAULTS, ...options };
  const isSame =
    cursor?.fileId === stamp.fileId &&
    cursor.mtimeMs === stamp.mtimeMs &&
    cursor.formatId === file.formatId &&
    cursor.prefixBytes === stamp.sizeBytes;
  if (isSame && cursor.sizeBytes === stamp.sizeBytes) return;
  const offsetBytes = isSame ? cursor.offsetBytes : 0;
  const state = isSame ? cursor.state : format.initialState(file);
  let restarted = cursor !== undefined && !isSame;

  const splitter = new LineSplitter({
    offsetBytes,
    maxLineBytes: limits.maxLineBytes,
    chunkBytes: limits.chunkBytes,
    insideOversizeLine: isSame && cursor.insideOversizeLine === true,
  });
  const batch = new LineBatch(format);
  let unfolded = 0;
  let batchStart = 0;

  const finish = (atEnd: boolean): LogBatch => {
    const done = batch.finish(splitter, {
      file,
      restarted,
      stamp,
      // Holds the compressed size, so that an interrupted read knows its file again; there is no prefix to compare.
      prefix: { prefixBytes: stamp.sizeBytes, prefixHash: '' },
      sizeBytes: atEnd ? stamp.sizeBytes : 0,
      state,
      bytes: unfolded - batchStart,
      atEnd,
    });
    batchStart = unfolded;
    restarted = false;
    return done;
  };

  const source = Readable.from(readPieces(fd));
  const unfold = createZstdDecompress();
  source.on('error', (error) => unfold.destroy(error));
  source.pipe(unfold);
  try {
    for await (const chunk of unfold) {
      if (!Buffer.isBuffer(chunk)) continue;
      const skip = Math.max(0, offsetBytes - unfolded);
      unfolded += chunk.length;
      for (let at = skip; at < chunk.length;) {
        const size = Math.min(splitter.room(), chunk.length - at);
        chunk.copy(splitter.buffer, splitter.filled, at, at + size);
        splitter.added(size);
        at += size;
        while (splitter.next()) {
          batch.take(splitter);
          if (batch.keptBytes >= limits.batchBytes) yield finish(false);
        }
      }
      if (unfolded > limits.maxUnfoldedBytes) {
        batch.reject('too-large');
        break;
      }
      if (unfolded - batchStart >= limits.scanBytes) yield finish(false);
    }
  } catch (error) {
    // zlib's own codes say the content is broken; what the file system says is the caller's to retry.
    if (!/^(ZSTD_|Z_|ERR_ZSTD|ERR_ZLIB)/.test(errorCode(error))) throw error;
    batch.reject('corrupt');
  } finally {
    source.destroy();
    unfold.destroy();
  }
  yield finish(true);
}

/** Not `createReadStream`: that closes the descriptor itself when it is stopped early. */
function* readPieces(fd: number): Generator<Buffer, void, undefined> {
  for (let position = 0; ;) {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    const read = readSync(fd, piece, 0, piece.length, position);
    if (read === 0) return;
    position += read;
    yield piece.subarray(0, read);
  }
}
