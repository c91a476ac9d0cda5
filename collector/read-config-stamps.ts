import { statSync } from 'node:fs';

/** Sizes and change times of the files that steer agents: equal stamps mean the inventory need not be taken again. */
export function readStamps(paths: readonly string[]): string {
  return paths.map(stampOf).join(' ');
}

function stampOf(path: string): string {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined ? '-' : `${stat.size}:${stat.mtimeMs}`;
  } catch {
    return '-'; // A folder on the way that may not be entered any more: for us the file is gone.
  }
}
