import { MAX_ITEMS, MAX_PATH } from './bounds.ts';

const FILE_LINE = ['*** Add File: ', '*** Update File: ', '*** Delete File: ', '*** Move to: '] as const;

/**
 * Files named by an `apply_patch` envelope (`*** Begin Patch` … `*** End Patch`), in order, each once.
 * Reads any text; a patch without header lines gives none.
 */
export function patchPaths(patch: string): readonly string[] {
  const paths = new Set<string>();
  let start = 0;
  while (start < patch.length && paths.size < MAX_ITEMS) {
    const newline = patch.indexOf('\n', start);
    const end = newline === -1 ? patch.length : newline;
    if (patch.startsWith('*** ', start)) {
      const header = FILE_LINE.find((text) => patch.startsWith(text, start));
      const path = header === undefined ? '' : patch.slice(start + header.length, end).trim();
      if (path !== '' && path.length <= MAX_PATH) paths.add(path);
    }
    start = end + 1;
  }
  return [...paths];
}
