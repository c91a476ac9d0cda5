import { type ExactStart, isSameProcess, processId, type ProcessKey } from '../contract/process.ts';
import type { LiveProcess } from './process-control.ts';

/** A process that is just starting a program has no environment for a moment, so one "no" is not final. */
const MAX_NOES = 3;

export type ExactKey = ProcessKey & ExactStart;

export interface TreeOptions {
  /** Where the trees begin. */
  readonly roots: readonly ExactKey[];
  /** Processes known from before as belonging to the same work, wherever they hang now. */
  readonly known: readonly ExactKey[];
  /** Tells by other signs (a variable in its environment) that a process belongs. Asked at most three times per process. */
  readonly isMember?: (process: LiveProcess) => boolean;
  /** Pids that are never members: Reeve and what runs it. */
  readonly protectedPids: ReadonlySet<number>;
  /** Compares a given key with a running process; default `isSameProcess`. */
  readonly isSame?: (a: ExactKey, b: ExactKey) => boolean;
}

/** One process that belongs, as last seen. */
export interface Member {
  readonly process: LiveProcess;
  /** Not in the last look, or only waiting to be noticed by its parent. */
  readonly ended: boolean;
}

/**
 * Which of the running processes belong to a tree, over several looks. A process belongs when it
 * 1. is a root, or known, or the predicate says so;
 * 2. is a child of one that belongs;
 * 3. is in a session that a member was seen leading: a session cannot be entered, only inherited;
 * 4. is in a process group that a member was seen leading, and is not its brother. A group can be entered
 *    (`agent | tee log` puts both in one), so a child of the leader's parent stays out.
 * Once in, always in: a parent that ends does not let its children go. Pure; the looks are given.
 */
export class ProcessTree {
  readonly #options: TreeOptions;
  readonly #isSame: (a: ExactKey, b: ExactKey) => boolean;
  readonly #wanted: ReadonlyMap<number, readonly ExactKey[]>;
  readonly #members = new Map<string, { process: LiveProcess; ended: boolean }>();
  /** Session or group number → the member that led it. */
  readonly #leaders = new Map<number, LiveProcess>();
  readonly #noes = new Map<string, number>();

  constructor(options: TreeOptions) {
    this.#options = options;
    this.#isSame = options.isSame ?? isSameProcess;
    const wanted = new Map<number, ExactKey[]>();
    for (const key of [...options.roots, ...options.known]) {
      const same = wanted.get(key.pid);
      if (same === undefined) wanted.set(key.pid, [key]);
      else same.push(key);
    }
    this.#wanted = wanted;
  }

  /** All that ever belonged, in the order of being found: parents before children. */
  get members(): readonly Member[] {
    return [...this.#members.values()];
  }

  /** Takes a whole process table. @returns members that are alive, parents before children */
  update(processes: readonly LiveProcess[]): readonly LiveProcess[] {
    return this.#take(processes, true);
  }

  /** Takes some processes that were not there before. @returns those of them that belong and are alive */
  add(processes: readonly LiveProcess[]): readonly LiveProcess[] {
    return this.#take(processes, false);
  }

  /** Forgets what the predicate said: a process may have changed since. */
  askAgain(): void {
    this.#noes.clear();
  }

  #take(processes: readonly LiveProcess[], whole: boolean): readonly LiveProcess[] {
    const children = new Map<number, LiveProcess[]>();
    const byPid = new Map<number, LiveProcess>();
    for (const process of processes) {
      byPid.set(process.pid, process);
      const siblings = children.get(process.parentPid);
      if (siblings === undefined) children.set(process.parentPid, [process]);
      else siblings.push(process);
    }
    const found: LiveProcess[] = [];
    const queued = new Set<number>();
    const take = (process: LiveProcess): void => {
      if (queued.has(process.pid) || this.#options.protectedPids.has(process.pid)) return;
      queued.add(process.pid);
      found.push(process);
    };
    if (!whole) {
      // Their parents are not in the list.
      for (const { process, ended } of this.#members.values()) {
        if (!ended)
          for (const child of children.get(process.pid) ?? []) if (isYounger(child, process)) take(child);
      }
    }
    for (const process of processes) if (this.#belongs(process)) take(process);
    let expanded = 0;
    for (;;) {
      for (; expanded < found.length; expanded += 1) {
        const parent = found[expanded];
        if (parent === undefined) break;
        this.#remember(parent);
        for (const child of children.get(parent.pid) ?? []) if (isYounger(child, parent)) take(child);
      }
      // What was just found may lead sessions and groups of others.
      for (const process of processes) if (this.#isLed(process, byPid)) take(process);
      if (expanded === found.length) break;
    }
    if (whole) this.#markEnded(byPid);
    return found.filter((process) => process.state !== 'ended');
  }

  #belongs(process: LiveProcess): boolean {
    if (this.#members.has(processId(process))) return true;
    if (process.kernel === true || this.#options.protectedPids.has(process.pid)) return false;
    if (this.#wanted.get(process.pid)?.some((key) => this.#isSame(key, process)) === true) return true;
    if (this.#options.isMember === undefined || process.state === 'ended') return false;
    const id = processId(process);
    const noes = this.#noes.get(id) ?? 0;
    if (noes === MAX_NOES) return false;
    if (this.#options.isMember(process)) return true;
    this.#noes.set(id, noes + 1);
    return false;
  }

  #isLed(process: LiveProcess, byPid: ReadonlyMap<number, LiveProcess>): boolean {
    if (this.#leads(process.sessionId, process, byPid) !== undefined) return true;
    const leader = this.#leads(process.groupId, process, byPid);
    return leader !== undefined && process.parentPid !== leader.parentPid;
  }

  #leads(
    number: number | undefined,
    process: LiveProcess,
    byPid: ReadonlyMap<number, LiveProcess>,
  ): LiveProcess | undefined {
    const leader = number === undefined ? undefined : this.#leaders.get(number);
    if (leader === undefined || !isYounger(process, leader)) return undefined;
    // The number may have come round: then its present owner is another process.
    const owner = byPid.get(leader.pid);
    return owner === undefined || isSameProcess(owner, leader) ? leader : undefined;
  }

  #remember(process: LiveProcess): void {
    this.#members.set(processId(process), { process, ended: process.state === 'ended' });
    if (process.sessionId === process.pid || process.groupId === process.pid)
      this.#leaders.set(process.pid, process);
  }

  #markEnded(byPid: ReadonlyMap<number, LiveProcess>): void {
    for (const member of this.#members.values()) {
      const now = byPid.get(member.process.pid);
      if (now === undefined || now.state === 'ended' || !isSameProcess(now, member.process))
        member.ended = true;
    }
  }
}

/** Where parents are told by number only (Windows), an older "child" belongs to an earlier owner of that number. */
function isYounger(child: LiveProcess, parent: LiveProcess): boolean {
  if (child.startTicks !== undefined && parent.startTicks !== undefined)
    return child.startTicks >= parent.startTicks;
  return child.startTimeMs >= parent.startTimeMs;
}

/** A process and all its ancestors, by pid. */
export function ancestorsOf(pid: number, processes: readonly LiveProcess[]): ReadonlySet<number> {
  const parents = new Map(processes.map((process) => [process.pid, process.parentPid]));
  const ancestors = new Set<number>();
  for (let at: number | undefined = pid; at !== undefined && !ancestors.has(at); at = parents.get(at))
    ancestors.add(at);
  return ancestors;
}
