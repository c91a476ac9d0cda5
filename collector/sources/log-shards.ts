import type { LogFile } from '../agents/spec-log.ts';
import type { LogIndex } from './log-index.ts';
import type { LookStamp } from './open-log.ts';

/** Files that one worker should read in this order. */
export interface LogShard {
  readonly shard: string;
  readonly agentId: string;
  readonly formatId: string;
  readonly files: readonly LogFile[];
  /** Size of the files: at least what there is to read, for sharing out work. */
  readonly bytes: number;
}

/**
 * Sorts files into shards, each in the order in which its files were begun, so that a copy comes after what it was
 * copied from. Largest shard first, so that workers end together.
 */
export function toShards(found: ReadonlyMap<string, LookStamp>, index: LogIndex): readonly LogShard[] {
  const shards = new Map<string, { file: LogFile; stamp: LookStamp }[]>();
  for (const [path, stamp] of found) {
    const file = index.fileAt(path);
    const format = index.formatOf(path);
    if (file === undefined || format === undefined) continue;
    const name = format.shardOf?.(file) ?? format.id;
    const key = `${file.agentId}\n${format.id}\n${name}`;
    const entry = { file, stamp };
    const shard = shards.get(key);
    if (shard === undefined) shards.set(key, [entry]);
    else shard.push(entry);
  }
  return [...shards].map(([key, entries]) => toShard(key, entries)).sort((a, b) => b.bytes - a.bytes);
}

function toShard(key: string, entries: { readonly file: LogFile; readonly stamp: LookStamp }[]): LogShard {
  entries.sort(
    (a, b) =>
      begunMs(a.stamp) - begunMs(b.stamp) ||
      (a.file.path < b.file.path ? -1 : a.file.path > b.file.path ? 1 : 0),
  );
  const [agentId = '', formatId = '', shard = ''] = key.split('\n');
  const bytes = entries.reduce((sum, { stamp }) => sum + stamp.sizeBytes, 0);
  return { shard, agentId, formatId, files: entries.map(({ file }) => file), bytes };
}

/** Birth, unless the file system does not know it or the file was copied: then the last change is the earlier one. */
function begunMs(stamp: LookStamp): number {
  return stamp.birthMs > 0 ? Math.min(stamp.birthMs, stamp.mtimeMs) : stamp.mtimeMs;
}
