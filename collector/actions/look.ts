import type { LiveProcess, ProcessControl } from './process-control.ts';
import type { ProcessTree } from './process-tree.ts';

/** Steps of following the newest pids before a new full look; without a race it ends at the first or second. */
const MAX_CHASE = 200;

export interface Look {
  readonly all: readonly LiveProcess[];
  /** Members that are alive, parents before children. */
  readonly live: readonly LiveProcess[];
  /** The newest pid before the look. */
  readonly mark: number | undefined;
}

/** One look at the whole process table. `chase` must follow: a table is read in milliseconds, and a fork takes less. */
export async function look(tree: ProcessTree, control: ProcessControl): Promise<Look> {
  const mark = control.newest?.(undefined)?.mark;
  const all = await control.list();
  return { all, live: tree.update(all), mark };
}

/**
 * Follows what was born since the look began. Without this, a process that forks and ends in turns is missed by any
 * number of looks: it is gone before it is read, and its child is not in the list yet.
 * @returns false when members were found, or more may have been born than could be followed
 */
export async function chase(
  tree: ProcessTree,
  control: ProcessControl,
  from: number | undefined,
  visit: (process: LiveProcess) => void | Promise<void>,
): Promise<boolean> {
  if (from === undefined || control.newest === undefined) return true;
  let found = 0;
  let mark = from;
  for (let step = 0; step < MAX_CHASE; step += 1) {
    const newest = control.newest(mark);
    if (newest === undefined) return false;
    if (newest.mark === mark) return found === 0;
    mark = newest.mark;
    for (const process of tree.add(newest.processes)) {
      found += 1;
      await visit(process);
    }
  }
  return false;
}
