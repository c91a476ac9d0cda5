import { assertNever } from '../contract/assert-never.ts';
import type { LogFile, LogFormat } from '../agents/spec-log.ts';
import { readCompressed } from './read-compressed.ts';
import { readDocument, type DocumentOptions } from './read-document.ts';
import { readJsonl } from './read-jsonl.ts';
import { readSqlite } from './read-sqlite.ts';
import type { Cursor, LogBatch } from './source.ts';

/** Reads what is new in a log of any container: `for await (const batch of readLog(…))`. See the reader of each. */
export function readLog(
  file: LogFile,
  cursor: Cursor | undefined,
  format: LogFormat,
  options: DocumentOptions = {},
): Iterable<LogBatch> | AsyncIterable<LogBatch> {
  switch (format.container) {
    case 'jsonl':
      return format.compressed?.(file.relativePath) === true
        ? readCompressed(file, cursor, format, options)
        : readJsonl(file, cursor, format, options);
    case 'document':
      return readDocument(file, cursor, format, options);
    case 'sqlite':
      return readSqlite(file, cursor, format, options);
    default:
      return assertNever(format);
  }
}
