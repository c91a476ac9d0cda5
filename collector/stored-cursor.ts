import { z } from 'zod';
import type { Cursor } from './sources/source.ts';

const StoredCursor = z.object({
  path: z.string(),
  agentId: z.string(),
  formatId: z.string(),
  fileId: z.string(),
  offsetBytes: z.number(),
  prefixBytes: z.number(),
  prefixHash: z.string(),
  tailHash: z.string().exactOptional(),
  insideOversizeLine: z.literal(true).exactOptional(),
  sizeBytes: z.number(),
  mtimeMs: z.number(),
  queries: z.record(z.string(), z.number()).exactOptional(),
  state: z.record(z.string(), z.unknown()),
});

/** A cursor as the store keeps it; `undefined` when there is none or an older version wrote it: the file is read again. */
export function toCursor(row: unknown): Cursor | undefined {
  if (row === undefined) return undefined;
  const parsed = StoredCursor.safeParse(row);
  return parsed.success ? parsed.data : undefined;
}
