import type { LogFile, ParserState } from '../agents/spec-log.ts';

/**
 * How far a log file was read. Stored in the same transaction as what was read, so a crash neither loses nor doubles.
 * A file is the same file while `fileId` is equal, it is not shorter than `offsetBytes`, its first
 * `prefixBytes` bytes still hash to `prefixHash`, and the bytes just before `offsetBytes` still hash to `tailHash`;
 * otherwise reading starts again at 0 with a fresh parser state.
 */
export interface Cursor {
  readonly path: string;
  readonly agentId: string;
  readonly formatId: string;
  /** `<device>:<inode>`, or the file index on Windows. */
  readonly fileId: string;
  readonly offsetBytes: number;
  readonly prefixBytes: number;
  readonly prefixHash: string;
  /** Hash of the last bytes before `offsetBytes`; absent while the prefix covers everything that was read. */
  readonly tailHash?: string;
  /** `offsetBytes` lies inside a line that is too long to keep: everything up to its newline is skipped. */
  readonly insideOversizeLine?: true;
  /**
   * Size and change time when last read to the end; equal values mean there is nothing new. After a batch that was
   * not the last one `sizeBytes` is no more than what was read, so that the rest is not forgotten.
   */
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  /** Per-query positions of a SQLite store. */
  readonly queries?: Readonly<Record<string, number>>;
  readonly state: ParserState;
}

/** Why a line, a file or a folder was not read; counted per agent and shown in health. */
export type SkipCount = Readonly<Record<string, number>>;

/** A run of whole lines (or rows, or one document) from one file, in order. */
export interface LogBatch {
  readonly file: LogFile;
  /** The file was replaced, cut or rewritten: forget the parser state of the cursor that came before. */
  readonly restarted: boolean;
  readonly records: readonly LogRecord[];
  /** Cursor after the batch, with the state the batch began with; the pipeline fills in the state it ended with. */
  readonly cursor: Cursor;
  readonly bytes: number;
  readonly lines: number;
  /** Lines skipped by the byte test, by type. */
  readonly skipped: SkipCount;
  /** Lines that could not be read: `oversize`, `invalid-utf8` (still parsed, with U+FFFD), `shortened` (parsed without its ends) … */
  readonly rejected: SkipCount;
  /** `true` when the file had no more to give when this batch was read. */
  readonly atEnd: boolean;
}

export type LogRecord =
  | { readonly kind: 'line'; readonly text: string; readonly offsetBytes: number }
  | { readonly kind: 'document'; readonly text: string }
  | { readonly kind: 'row'; readonly query: string; readonly row: Readonly<Record<string, unknown>> };
