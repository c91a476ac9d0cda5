import { closeSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PathContext } from './agents/path-context.ts';
import type { LogFormat, LogRoot } from './agents/spec-log.ts';
import { openLog } from './sources/open-log.ts';

const MAX_LIST_BYTES = 1_048_576;
const MAX_ROOTS = 500;
/** Absolute here, and on no other machine: a share would be asked for with this account's name and password hash. */
const OWN_FOLDER: Readonly<Record<PathContext['platform'], RegExp>> = {
  linux: /^\/[^/\0][^\0]{0,4096}$/,
  darwin: /^\/[^/\0][^\0]{0,4096}$/,
  win32: /^[A-Za-z]:[\\/][^\0]{0,4096}$/,
};

/**
 * Folders with logs that a product lists in a file of its own (`rootList`), read anew at each call. The list is not
 * trusted: what is no absolute local folder is left out. No list, or a broken one, gives nothing.
 */
export function listedRoots(format: LogFormat, context: PathContext): readonly LogRoot[] {
  const list = format.rootList;
  if (list === undefined) return [];
  const document = readList(list.file(context));
  if (document === undefined) return [];
  const own = OWN_FOLDER[context.platform];
  return list
    .roots(document, context)
    .filter(({ dir }) => own.test(dir) && !dir.split(/[\\/]/).includes('..'))
    .slice(0, MAX_ROOTS);
}

function readList(path: string): unknown {
  const opened = openLog({ agentId: '', formatId: '', root: dirname(path), path, relativePath: '' });
  if (!opened.ok) return undefined;
  try {
    if (opened.stamp.sizeBytes > MAX_LIST_BYTES) return undefined;
    const bytes = Buffer.alloc(opened.stamp.sizeBytes);
    const length = readSync(opened.fd, bytes, 0, bytes.length, 0);
    return JSON.parse(bytes.toString('utf8', 0, length));
  } catch {
    return undefined; // Being written, or not JSON: the next look finds it.
  } finally {
    closeSync(opened.fd);
  }
}
