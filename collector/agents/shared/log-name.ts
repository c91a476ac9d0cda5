import type { LogFile } from '../spec-log.ts';

/** The file's own name without its last extension. */
export function baseName(file: LogFile): string {
  const name = file.relativePath.slice(file.relativePath.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

/** The folder that many levels above the file, below the root; empty when there is none. */
export function folderName(file: LogFile, levels = 1): string {
  return file.relativePath.split('/').at(-1 - levels) ?? '';
}
