import { isSameProcess, processId, type ProcessInfo, type ProcessKey } from '../../contract/process.ts';
import { newlyMarked } from './markers.ts';
import type { Member } from './member.ts';

const MAX_DEAD = 4_096;
const MAX_GROUPS = 8_192;
const MAX_NESTED = 16;
/** An orphan is handed to pid 1, or to one of these, which ask the kernel for it. */
const FOSTERS = new Set(['systemd', 'init', 'launchd', 'docker-init', 'tini', 'dumb-init']);

export type AncestorsOf = (key: ProcessKey) => readonly ProcessInfo[];

/** Living processes, and the dead that somebody may still ask for. Memory per process is constant. */
export class Family {
  readonly #living = new Map<number, Member>();
  readonly #dead = new Map<string, Member>();
  /** Leaders of process groups and terminal sessions inside agents' trees, by pid. */
  readonly #groups = new Map<number, Member>();

  get sizes(): { readonly living: number; readonly dead: number; readonly groups: number } {
    return { living: this.#living.size, dead: this.#dead.size, groups: this.#groups.size };
  }

  *living(): Generator<Member> {
    yield* this.#living.values();
  }

  get(pid: number): Member | undefined {
    return this.#living.get(pid);
  }

  find(key: ProcessKey): Member | undefined {
    const member = this.#living.get(key.pid);
    return member !== undefined && sameKey(member.info, key) ? member : this.#dead.get(processId(key));
  }

  start(info: ProcessInfo, ancestorsOf: AncestorsOf | undefined, timeMs: number): Member {
    const known = this.#living.get(info.pid);
    if (known !== undefined) {
      if (isSameProcess(known.info, info)) {
        known.info = info;
        return known;
      }
      this.exit(known.info, timeMs);
    }
    const parent = this.#parentOf(info, ancestorsOf);
    const group = parent?.agent === undefined ? this.#groupOf(info) : undefined;
    const from = group ?? parent;
    const member: Member = {
      info,
      agent: from?.agent,
      bornIn: Family.depthOf(from?.agent) < MAX_NESTED ? from?.agent : from?.agent?.bornIn,
      direct: group === undefined && parent !== undefined && parent.agent === parent,
      top: from?.top,
      marked: from?.marked ?? [],
      by: group === undefined ? 'birth' : 'group',
    };
    this.#living.set(info.pid, member);
    this.#groups.delete(info.pid);
    this.settle(member);
    return member;
  }

  /** Reads again what changes with the program: markers, and the place below the agent. */
  settle(member: Member): void {
    const { agent } = member;
    if (agent === member || agent === undefined) {
      member.top = undefined;
      member.marked = newlyMarked(member.info, undefined);
    } else {
      member.top ??= member;
      const own = newlyMarked(member.info, agent.info);
      if (own.length > 0) member.marked = own;
    }
    if (agent !== undefined && this.#groups.size < MAX_GROUPS) {
      const { pid, processGroupId, sessionId } = member.info;
      if (processGroupId === pid || sessionId === pid) this.#groups.set(pid, member);
    }
  }

  exit(info: ProcessKey, timeMs: number): Member | undefined {
    const member = this.#living.get(info.pid);
    if (member === undefined || !sameKey(member.info, info)) return undefined;
    this.#living.delete(info.pid);
    member.exitMs = timeMs;
    const id = processId(info);
    this.#dead.delete(id);
    this.#dead.set(id, member);
    for (const [oldest, gone] of this.#dead) {
      if (this.#dead.size <= MAX_DEAD) break;
      this.#dead.delete(oldest);
      if (this.#groups.get(gone.info.pid) === gone) this.#groups.delete(gone.info.pid);
    }
    return member;
  }

  /** How many agents are around this one; bounded. */
  static depthOf(agent: Member | undefined): number {
    let depth = 0;
    for (let at = agent; at !== undefined && depth < MAX_NESTED; at = at.bornIn) depth += 1;
    return depth;
  }

  /** Who started it: as the watch remembers, or the present parent if it can be. */
  #parentOf(info: ProcessInfo, ancestorsOf: AncestorsOf | undefined): Member | undefined {
    for (const ancestor of ancestorsOf?.(info).slice(0, 64) ?? []) {
      const member = this.find(ancestor);
      if (member !== undefined) return member;
    }
    const parent = this.#living.get(info.parentPid);
    // A pid whose process began after its child belongs to somebody else by now.
    return parent === undefined || parent.info.startTimeMs > info.startTimeMs ? undefined : parent;
  }

  /** Only for orphans: a neighbour in a pipeline of the user's shell is in the agent's group without being its child. */
  #groupOf(info: ProcessInfo): Member | undefined {
    const parent = this.#living.get(info.parentPid);
    if (info.parentPid > 1 && parent !== undefined && !FOSTERS.has(parent.info.name)) return undefined;
    for (const id of [info.processGroupId, info.sessionId]) {
      const leader = id === undefined || id === info.pid ? undefined : this.#groups.get(id);
      if (leader !== undefined && leader.info.startTimeMs <= info.startTimeMs) return leader;
    }
    return undefined;
  }
}

export function sameKey(a: ProcessKey, b: ProcessKey): boolean {
  return a.pid === b.pid && a.startTimeMs === b.startTimeMs;
}
