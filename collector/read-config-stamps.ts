import { statSync } from 'node:fs';

/** Sizes and change times of the files that steer agents: equal stamps mean the inventory need not be taken again. */
export function readStamps(paths: readonly string[]): string {
  return paths
    .map((path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat === undefined ? '-' : `${stat.size}:${stat.mtimeMs}`;
    })
    .join(' ');
}
