import type { LogFormat, LogRoot } from '../agents/spec-log.ts';
import type { ReadOptions } from './line-batch.ts';
import type { Cursor } from './source.ts';
import type { WalkLimits } from './walk.ts';
import type { WatchFunction } from './watch.ts';

export interface LogSourceOptions {
  readonly formats: readonly {
    readonly agentId: string;
    readonly format: LogFormat;
    readonly roots: readonly LogRoot[];
  }[];
  /** The stored cursor of a file. Called before a live read, unless the file was read a moment ago. */
  readonly cursors: (path: string) => Cursor | undefined;
  /** The same for many files, without what is costly to read; asked for every folder at a start. Default `cursors`. */
  readonly stamps?: (paths: readonly string[]) => ReadonlyMap<string, CursorStamp>;
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  /** One watch per tree (macOS, Windows) instead of one per folder. */
  readonly recursive: boolean;
  /** `false` when only `backlog` will be asked: then nothing is watched. Default `true`. */
  readonly follow?: boolean;
  readonly limits?: Partial<WalkLimits>;
  readonly read?: ReadOptions;
  readonly watch?: WatchFunction;
  /** How long notices of the system are gathered while they come one after the other. Default as otherwise, 10 ms. */
  readonly busyGatherMs?: () => number;
  /** How often the source looks by itself. */
  readonly intervals?: Partial<LookIntervals>;
}

/** As much of a cursor as tells whether a file has anything new. */
export type CursorStamp = Pick<Cursor, 'formatId' | 'fileId' | 'sizeBytes' | 'mtimeMs'>;

export interface LookIntervals {
  /** Files that changed in the last ten minutes, folders that cannot be watched, retries. Default 2 s. */
  readonly activeMs: number;
  /** Everything, or more seldom where that takes long. Default 60 s; 15 s when some folder cannot be watched. */
  readonly allMs: number;
}
