import { isUtf8 } from 'node:buffer';
import type { JsonlFormat, LogFile, ParserState } from '../agents/spec-log.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { LineSplitter } from './lines.ts';
import { LONG_LINE_BYTES, shortenLine } from './shorten-line.ts';
import type { FileStamp, ReadProblem } from './open-log.ts';
import type { LogBatch, LogRecord } from './source.ts';

export interface ReadOptions {
  /** Bytes asked of the file at a time. Default 1 MiB: larger ones only leave the processor's cache. */
  readonly chunkBytes?: number;
  /** A batch ends when its kept lines hold this many bytes. Default 1 MiB. */
  readonly batchBytes?: number;
  /** A batch ends after this many bytes read, kept or not, so that progress is stored. Default 64 MiB. */
  readonly scanBytes?: number;
  /** Default 64 MiB. */
  readonly maxLineBytes?: number;
  /** Most bytes one compressed file may unfold to. Default 4 GiB. */
  readonly maxUnfoldedBytes?: number;
  /** How long a locked database is waited for, in this thread. Default 250 ms. */
  readonly busyTimeoutMs?: number;
  /** A folder of our own, not readable by others, for private copies of databases. Without it they are not copied. */
  readonly scratchDir?: string;
  /** Largest database that is copied. Default 512 MiB. */
  readonly maxCopyBytes?: number;
  /** Called once when the file cannot be read (further). */
  readonly problem?: (problem: ReadProblem, file: LogFile) => void;
}

export const MIB = 1_048_576;
export const READ_DEFAULTS = {
  chunkBytes: MIB,
  batchBytes: MIB,
  scanBytes: 64 * MIB,
  maxLineBytes: 64 * MIB,
  maxUnfoldedBytes: 4096 * MIB,
  busyTimeoutMs: 250,
  maxCopyBytes: 512 * MIB,
} as const;

/** What a short line costs beside its bytes; keeps a file of empty objects from becoming a batch of a million. */
const RECORD_OVERHEAD_BYTES = 100;

/** What a reader knows of a batch besides its lines. */
export interface BatchFacts extends Pick<LogBatch, 'file' | 'restarted' | 'bytes' | 'atEnd'> {
  readonly stamp: FileStamp;
  readonly prefix: Fingerprint;
  /** Of the file as far as it was read. */
  readonly sizeBytes: number;
  readonly state: ParserState;
}

/** Gathers the lines of one batch: byte test first, decoding only of what is kept. */
export class LineBatch {
  records: LogRecord[] = [];
  lines = 0;
  keptBytes = 0;
  skipped: Record<string, number> = {};
  rejected: Record<string, number> = {};
  readonly #skip: JsonlFormat['skip'];
  #oversize = 0;

  constructor(format: JsonlFormat) {
    this.#skip = format.skip?.bind(format);
  }

  get isEmpty(): boolean {
    return this.lines === 0 && Object.keys(this.rejected).length === 0;
  }

  /** Takes the splitter's current line. Blank lines say nothing and are not counted as lost. */
  take(splitter: LineSplitter): void {
    this.lines += 1;
    if (splitter.nulBytes > 0) this.reject('nul');
    let { start } = splitter;
    const { end, buffer } = splitter;
    if (splitter.lineOffsetBytes === 0 && hasByteOrderMark(buffer, start, end)) start += 3;
    if (end === start) return;
    const type = this.#skip?.(buffer, start, end);
    if (type !== undefined) {
      this.skipped[type] = (this.skipped[type] ?? 0) + 1;
      return;
    }
    const text = this.#textOf(buffer, start, end);
    this.keptBytes += end - start + RECORD_OVERHEAD_BYTES;
    const offsetBytes = splitter.lineOffsetBytes + (start - splitter.start);
    this.records.push({ kind: 'line', text, offsetBytes });
  }

  #textOf(buffer: Buffer, start: number, end: number): string {
    if (end - start > LONG_LINE_BYTES) {
      const line = shortenLine(buffer.subarray(start, end));
      if (line.isCut) this.reject('shortened');
      if (!line.isUtf8) this.reject('invalid-utf8');
      return line.text;
    }
    const text = buffer.toString('utf8', start, end);
    // A replacement character in the text is either in the log itself or ours; only then look at the bytes again.
    if (text.includes('\uFFFD') && !isUtf8(buffer.subarray(start, end))) this.reject('invalid-utf8');
    return text;
  }

  reject(reason: string, count = 1): void {
    if (count > 0) this.rejected[reason] = (this.rejected[reason] ?? 0) + count;
  }

  /** The lines so far as readers hand them on, and a new beginning. Lines that were too long since the last one are counted. */
  finish(splitter: LineSplitter, { file, prefix, ...facts }: BatchFacts): LogBatch {
    this.reject('oversize', splitter.oversize - this.#oversize);
    this.#oversize = splitter.oversize;
    const { restarted, bytes, atEnd, stamp, sizeBytes, state } = facts;
    const done: LogBatch = {
      file,
      restarted,
      records: this.records,
      cursor: {
        path: file.path,
        agentId: file.agentId,
        formatId: file.formatId,
        fileId: stamp.fileId,
        offsetBytes: splitter.consumedBytes,
        ...prefix,
        ...(splitter.insideOversizeLine ? { insideOversizeLine: true as const } : {}),
        sizeBytes,
        mtimeMs: stamp.mtimeMs,
        state,
      },
      bytes,
      lines: this.lines,
      skipped: this.skipped,
      rejected: this.rejected,
      atEnd,
    };
    this.#clear();
    return done;
  }

  /** Nothing was too long since the last batch. */
  isCounted(splitter: LineSplitter): boolean {
    return splitter.oversize === this.#oversize;
  }

  #clear(): void {
    this.records = [];
    this.lines = 0;
    this.keptBytes = 0;
    this.skipped = {};
    this.rejected = {};
  }
}

function hasByteOrderMark(bytes: Buffer, start: number, end: number): boolean {
  return end - start >= 3 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
}
