import { isSameProcess, processId, type ProcessInfo, type ProcessKey } from '../contract/process.ts';

const MAX_DEAD = 4096;
const REMEMBER_DEAD_MS = 60_000;

interface Node {
  info: ProcessInfo;
  /** Who started it, which stays when the OS hands it to another. */
  bornOf: Node | undefined;
  readonly born: Set<Node>;
  /** The caller's count of when this was learnt. */
  asOf: number;
  diedMs?: number;
}

/**
 * All processes and who started whom. A process that ended is remembered while it has living descendants, and for a
 * minute otherwise, at most 4,096 of them; when one is forgotten, its children move up to its own parent, so that a
 * tree never loses a member by forgetting.
 */
export class ProcessTree {
  readonly #living = new Map<number, Node>();
  readonly #nodes = new Map<string, Node>();
  /** Oldest first. */
  readonly #dead = new Set<Node>();
  readonly #deadByPid = new Map<number, Node>();

  get size(): number {
    return this.#living.size;
  }

  get rememberedDead(): number {
    return this.#dead.size;
  }

  /** The living process with this pid. */
  get(pid: number): ProcessInfo | undefined {
    return this.#living.get(pid)?.info;
  }

  /** The living process with this pid, or the last one that had it and is remembered. */
  lastOf(pid: number): ProcessInfo | undefined {
    return (this.#living.get(pid) ?? this.#deadByPid.get(pid))?.info;
  }

  asOf(pid: number): number | undefined {
    return this.#living.get(pid)?.asOf;
  }

  /** Living, or remembered. */
  find(key: ProcessKey): ProcessInfo | undefined {
    return this.#nodes.get(processId(key))?.info;
  }

  *living(): Generator<ProcessInfo> {
    for (const node of this.#living.values()) yield node.info;
  }

  /**
   * @param bornOf pid of who started it, when that is known better than by the current parent
   * @param asOf the caller's count of when this was learnt
   */
  start(info: ProcessInfo, nowMs: number, bornOf = info.parentPid, asOf = 0): void {
    const previous = this.#living.get(info.pid);
    if (previous !== undefined) this.exit(info.pid, nowMs);
    const parent = this.#parentFor(info, bornOf);
    const node: Node = { info, bornOf: parent, born: new Set(), asOf };
    parent?.born.add(node);
    this.#living.set(info.pid, node);
    const id = processId(info);
    const twin = this.#nodes.get(id);
    if (twin !== undefined) this.#forget(twin);
    this.#nodes.set(id, node);
  }

  /** Newer facts about a living process; nothing for one that is not known. */
  update(info: ProcessInfo, asOf = 0): void {
    const node = this.#living.get(info.pid);
    if (node === undefined || !isSameProcess(node.info, info)) return;
    node.info = info;
    node.asOf = asOf;
  }

  /** Tells who started a process that a look at the table found first, when it was handed to another already. */
  adopt(info: ProcessInfo, bornOf: number): void {
    const node = this.#living.get(info.pid);
    const parent = this.#parentFor(info, bornOf);
    if (node === undefined || parent === undefined || parent === node.bornOf) return;
    for (let above: Node | undefined = parent; above !== undefined; above = above.bornOf) {
      if (above === node) return;
    }
    node.bornOf?.born.delete(node);
    node.bornOf = parent;
    parent.born.add(node);
  }

  exit(pid: number, nowMs: number): ProcessInfo | undefined {
    const node = this.#living.get(pid);
    if (node === undefined) return undefined;
    this.#living.delete(pid);
    node.diedMs = nowMs;
    this.#dead.add(node);
    this.#deadByPid.set(pid, node);
    if (this.#dead.size > MAX_DEAD) this.#forgetOldest();
    return node.info;
  }

  /** Forgets the dead that nobody needs any more. */
  prune(nowMs: number): void {
    // Newest first, so that a dead line of parents goes in one pass.
    for (const node of [...this.#dead].reverse()) {
      if (node.born.size === 0 && nowMs - (node.diedMs ?? nowMs) > REMEMBER_DEAD_MS) this.#forget(node);
    }
  }

  /** Living processes whose parent it is now. */
  childrenOf(pid: number): readonly ProcessInfo[] {
    const children: ProcessInfo[] = [];
    for (const { info } of this.#living.values()) if (info.parentPid === pid) children.push(info);
    return children;
  }

  /** It and all living processes that descend from it, parents first, also those that were handed to others. */
  treeOf(key: ProcessKey): readonly ProcessInfo[] {
    const root = this.#nodes.get(processId(key));
    const members: ProcessInfo[] = [];
    const queue = root === undefined ? [] : [root];
    // `queue` grows while it is walked.
    for (const node of queue) {
      if (node.diedMs === undefined) members.push(node.info);
      for (const child of node.born) queue.push(child);
    }
    return members;
  }

  /** Who started it, and who started that one, nearest first; also those that have ended and are remembered. */
  ancestorsOf(key: ProcessKey): readonly ProcessInfo[] {
    const ancestors: ProcessInfo[] = [];
    for (let node = this.#nodes.get(processId(key))?.bornOf; node !== undefined; node = node.bornOf)
      ancestors.push(node.info);
    return ancestors;
  }

  /** A pid whose process began later than its child belongs to somebody else by now. */
  #parentFor(info: ProcessInfo, pid: number): Node | undefined {
    const parent = this.#living.get(pid);
    return parent === undefined || pid === info.pid || parent.info.startTimeMs > info.startTimeMs
      ? this.#lastDead(info, pid)
      : parent;
  }

  /** A child of one that ended moments ago, both told of in one group. */
  #lastDead(info: ProcessInfo, pid: number): Node | undefined {
    const node = pid === info.pid ? undefined : this.#deadByPid.get(pid);
    return node !== undefined && node.info.startTimeMs <= info.startTimeMs ? node : undefined;
  }

  #forgetOldest(): void {
    const oldest = this.#dead.values().next().value;
    if (oldest !== undefined) this.#forget(oldest);
  }

  #forget(node: Node): void {
    this.#dead.delete(node);
    if (this.#deadByPid.get(node.info.pid) === node) this.#deadByPid.delete(node.info.pid);
    const id = processId(node.info);
    if (this.#nodes.get(id) === node) this.#nodes.delete(id);
    node.bornOf?.born.delete(node);
    for (const child of node.born) {
      child.bornOf = node.bornOf;
      node.bornOf?.born.add(child);
    }
    node.born.clear();
  }
}
