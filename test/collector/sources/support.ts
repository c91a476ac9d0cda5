import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { onTestFinished } from 'vitest';
import type { JsonlFormat, LogFile, LogRoot } from '../../../collector/agents/spec-log.ts';
import { IGNORED } from '../../../collector/agents/spec-log.ts';
import type { Cursor, LogBatch } from '../../../collector/sources/source.ts';

export function tempFolder(): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'reeve-sources-')));
  onTestFinished(() => {
    rmSync(dir, { recursive: true, force: true });
  });
  return dir;
}

export const rootAt = (dir: string, maxDepth = 3): LogRoot => ({
  dir,
  maxDepth,
  matches: (path) => path.endsWith('.jsonl'),
});

export const lineFormat: JsonlFormat = {
  id: 'example.lines',
  container: 'jsonl',
  compressed: (path) => path.endsWith('.zst'),
  roots: () => [],
  initialState: () => ({}),
  parseLine: () => IGNORED,
};

export const fileAt = (root: string, relativePath: string): LogFile => ({
  agentId: 'example',
  formatId: lineFormat.id,
  root,
  path: join(root, relativePath.replaceAll('/', sep)),
  relativePath,
});

export const textsOf = (batches: Iterable<LogBatch>): string[] =>
  [...batches].flatMap((batch) => batch.records.map((record) => (record.kind === 'row' ? '' : record.text)));

export const lastCursor = (batches: readonly LogBatch[]): Cursor => batches.at(-1)!.cursor;

/** What a store gives back. */
export const stored = (cursor: Cursor): Cursor => JSON.parse(JSON.stringify(cursor)) as Cursor;
