import type { ListedProcess } from '../../collector/contract/process-list.ts';

export interface TreeRow {
  readonly process: ListedProcess;
  /** 0 for those whose parent is not in the list. */
  readonly depth: number;
}

/**
 * Processes as a tree, parents before children, older siblings first. A parent that is younger than its child is none:
 * its pid was given out again.
 */
export function processTree(processes: readonly ListedProcess[]): readonly TreeRow[] {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const children = new Map<number, ListedProcess[]>();
  const roots: ListedProcess[] = [];
  for (const process of processes) {
    const parent = byPid.get(process.parentPid);
    if (parent === undefined || parent === process || parent.startTimeMs > process.startTimeMs)
      roots.push(process);
    else children.set(parent.pid, [...(children.get(parent.pid) ?? []), process]);
  }
  const rows: TreeRow[] = [];
  const seen = new Set<number>();
  const stack = byAge(roots)
    .reverse()
    .map((process) => ({ process, depth: 0 }));
  for (let row = stack.pop(); row !== undefined; row = stack.pop()) {
    if (seen.has(row.process.pid)) continue;
    seen.add(row.process.pid);
    rows.push(row);
    const { depth } = row;
    for (const process of byAge(children.get(row.process.pid) ?? []).reverse())
      stack.push({ process, depth: depth + 1 });
  }
  return rows;
}

function byAge(processes: readonly ListedProcess[]): ListedProcess[] {
  return [...processes].sort((a, b) => a.startTimeMs - b.startTimeMs || a.pid - b.pid);
}
