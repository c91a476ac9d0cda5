import type { ParsedEvent } from '../contract/event.ts';
import type { Tokens } from '../contract/stored.ts';
import type { PathContext } from './path-context.ts';

/** A folder in which a format's files live. Nothing outside `dir` is ever opened, links included. */
export interface LogRoot {
  readonly dir: string;
  /** How many folders below `dir` to look into; 0 = files directly in it. */
  readonly maxDepth: number;
  /** @param relativePath path below `dir`, with forward slashes. Pure, cheap: called for every file seen. */
  matches(relativePath: string): boolean;
  /** `false` for a folder below `dir` that holds no logs, so that it is neither listed nor watched. Default: all. */
  enters?(relativeDir: string): boolean;
}

export interface LogFile {
  readonly agentId: string;
  readonly formatId: string;
  readonly root: string;
  readonly path: string;
  /** Below `root`, with forward slashes. */
  readonly relativePath: string;
  /** When the file was last written, as far as known: the best there is for formats that record no time. */
  readonly writtenMs?: number;
}

/**
 * Token counts of one model response. `key` is unique within the agent: when the vendor repeats a record,
 * or a forked log copies it, the field-wise maximum per key is kept and nothing is counted twice.
 */
export interface UsageRecord {
  readonly key: string;
  readonly nativeSessionId: string;
  readonly timeMs: number;
  readonly model?: string;
  readonly tokens: Tokens;
}

/** What a record says of its session; later non-undefined fields win. */
export interface SessionPatch {
  readonly nativeId: string;
  readonly parentNativeId?: string;
  readonly cwd?: string;
  readonly repository?: string;
  readonly gitBranch?: string;
  readonly agentVersion?: string;
  readonly permissionMode?: string;
  readonly model?: string;
  readonly account?: string;
  /** What the session is about, in a few words. Often made from the prompt: it stays on this machine. */
  readonly title?: string;
  /** A person's own title stands against later ones of the agent. Default `agent`. */
  readonly titleBy?: 'human' | 'agent';
  readonly startedMs?: number;
}

export type RejectReason =
  'not-json' | 'not-an-object' | 'missing-field' | 'too-large' | 'bad-time' | 'truncated';

export type ParseOutcome =
  | {
      readonly kind: 'records';
      readonly events: readonly ParsedEvent[];
      readonly usage?: readonly UsageRecord[];
      readonly sessions?: readonly SessionPatch[];
      /** Types inside an otherwise understood record that the parser does not know; counted, never dropped silently. */
      readonly unknown?: readonly string[];
    }
  /** Known, and of no interest. */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'unknown'; readonly type: string }
  | { readonly kind: 'rejected'; readonly reason: RejectReason };

export const IGNORED: ParseOutcome = { kind: 'ignored' };

/**
 * What a parser remembers of one file between lines. Plain JSON, at most about 64 KiB: it is stored with the
 * cursor in the same transaction, so a crash resumes exactly where the last commit was.
 */
export type ParserState = { [key: string]: unknown };

/** A file of the product's own that names more folders with logs: projects that keep their own store. */
export interface RootList {
  /** JSON, at most 1 MiB; absent or broken gives no roots. */
  file(context: PathContext): string;
  /** @param document never trusted: its folders are only looked into for the format's own files. Never throws. */
  roots(document: unknown, context: PathContext): readonly LogRoot[];
}

interface FormatBase {
  /** `<agent id>.<what>`: `codex.rollout`. */
  readonly id: string;
  roots(context: PathContext): readonly LogRoot[];
  readonly rootList?: RootList;
  initialState(file: LogFile): ParserState;
  /**
   * Files of one shard are read in order by one worker, so that a fork sees its parent's calls first.
   * Default: the whole format is one shard.
   */
  shardOf?(file: LogFile): string;
  /** A tool call stands in the log only when it has ended: what runs cannot be compared before. */
  readonly writesCalls?: 'when-ended';
}

/** One JSON record per line, appended. */
export interface JsonlFormat extends FormatBase {
  readonly container: 'jsonl';
  /** `true` when the file may be zstd-compressed as a whole (`.zst`). */
  readonly compressed?: (relativePath: string) => boolean;
  /**
   * Byte test before decoding: the record type when the line is certainly of a known type without interest,
   * else `undefined`. Must not allocate on the common path. A line it names is never parsed, whatever follows in it.
   */
  skip?(bytes: Uint8Array, start: number, end: number): string | undefined;
  /**
   * @param state changed in place. Never throws, whatever the line holds.
   * @param file for formats whose lines tell too little of themselves
   */
  parseLine(line: string, offsetBytes: number, state: ParserState, file?: LogFile): ParseOutcome;
}

/** One JSON document per file, rewritten whole. Read again after every change; ids make repeats harmless. */
export interface DocumentFormat extends FormatBase {
  readonly container: 'document';
  readonly maxBytes: number;
  parseDocument(text: string, file: LogFile, state: ParserState): ParseOutcome;
}

/** Rows of the application's own SQLite store, read without disturbing it. */
export interface SqliteFormat extends FormatBase {
  readonly container: 'sqlite';
  /** Tables and columns that must exist; if not, the format is reported as drifted and nothing is read. */
  readonly requires: Readonly<Record<string, readonly string[]>>;
  /** Run in order at each poll. Every query takes `:after` (the last `cursor` value seen, 0 at first) and `:limit`. */
  readonly queries: readonly SqliteQuery[];
  parseRow(query: string, row: Readonly<Record<string, unknown>>, state: ParserState): ParseOutcome;
}

export interface SqliteQuery {
  readonly id: string;
  /**
   * Columns that may hold zstd: the reader gives their text (`null` for what is broken, or over 64 MiB unpacked). Text
   * stays as it is.
   */
  readonly compressed?: readonly string[];
  /** Tables and columns that only some versions of the application have: without them the query is left out. */
  readonly needs?: SqliteFormat['requires'];
  /** Must select a numeric column `cursor`, ascending; rows with a cursor equal to the last seen may repeat. */
  readonly sql: string;
}

export type LogFormat = JsonlFormat | DocumentFormat | SqliteFormat;
