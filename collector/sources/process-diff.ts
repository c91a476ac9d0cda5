import { isSameProcess, type ProcessChange, type ProcessInfo } from '../contract/process.ts';

/**
 * What changed between two tables: exits first, then starts with parents before their children, then other programs
 * and other parents of those that stayed. A pid that is used again is an exit and a start. Pids that stand in a table
 * twice count once, the last one. Pure; linear.
 */
export function diffSnapshots(
  before: Iterable<ProcessInfo>,
  after: Iterable<ProcessInfo>,
): readonly ProcessChange[] {
  const old = byPid(before);
  const current = byPid(after);
  const exits: ProcessChange[] = [];
  const stayed: ProcessChange[] = [];
  const started = new Map<number, ProcessInfo>();
  for (const process of old.values()) {
    const now = current.get(process.pid);
    if (now === undefined || !isSameProcess(process, now)) exits.push({ kind: 'exit', process });
  }
  for (const process of current.values()) {
    const then = old.get(process.pid);
    if (then === process) continue;
    if (then === undefined || !isSameProcess(then, process)) started.set(process.pid, process);
    else stayed.push(...changesOf(then, process));
  }
  const starts = parentsFirst(started).map((process): ProcessChange => ({ kind: 'start', process }));
  return [...exits, ...starts, ...stayed];
}

/** Of one process that stayed. Both changes carry its newest state. */
export function changesOf(before: ProcessInfo, process: ProcessInfo): readonly ProcessChange[] {
  const changes: ProcessChange[] = [];
  if (runsAnother(before, process)) changes.push({ kind: 'exec', process, before });
  if (before.parentPid !== process.parentPid) changes.push({ kind: 'reparent', process, before });
  return changes;
}

function runsAnother(before: ProcessInfo, after: ProcessInfo): boolean {
  return (
    before.executable !== after.executable ||
    before.argv.length !== after.argv.length ||
    before.argv.some((argument, index) => argument !== after.argv[index])
  );
}

function byPid(processes: Iterable<ProcessInfo>): Map<number, ProcessInfo> {
  const map = new Map<number, ProcessInfo>();
  for (const process of processes) map.set(process.pid, process);
  return map;
}

/** Climbs from each one to its topmost new ancestor, then comes down again. A circle of parents is cut somewhere. */
function parentsFirst(started: ReadonlyMap<number, ProcessInfo>): readonly ProcessInfo[] {
  const done = new Set<ProcessInfo>();
  for (const process of started.values()) {
    const line = new Set<ProcessInfo>();
    for (
      let next: ProcessInfo | undefined = process;
      next !== undefined && !done.has(next) && !line.has(next);
      next = started.get(next.parentPid)
    )
      line.add(next);
    for (const member of [...line].reverse()) done.add(member);
  }
  return [...done];
}

/** Of the one that had this pid the exit was missed. */
export function replacing(
  known: ProcessInfo | undefined,
  process: ProcessInfo,
  indirect = false,
): readonly ProcessChange[] {
  const start: ProcessChange = { kind: 'start', process, ...(indirect && { indirect }) };
  return known === undefined ? [start] : [{ kind: 'exit', process: known }, start];
}

/** A process that was just forked is its parent but for what `place` says. */
export function copyOf(place: ProcessInfo, parent: ProcessInfo | undefined): ProcessInfo {
  if (parent === undefined) return place;
  const { name, executable, executableDeleted, argv, cwd, uid, markers, loads } = parent;
  return {
    ...place,
    name,
    argv,
    ...(executable === undefined ? {} : { executable }),
    ...(executableDeleted === undefined ? {} : { executableDeleted }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(uid === undefined ? {} : { uid }),
    ...(markers === undefined ? {} : { markers }),
    ...(loads === undefined ? {} : { loads }),
  };
}
