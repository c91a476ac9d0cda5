import { processId, type ProcessInfo, type ProcessUsage } from '../contract/process.ts';
import type { ProcessTree } from './process-tree.ts';

/** Milliseconds between snapshots. */
export interface PaceIntervals {
  /** While an agent works, without events. */
  readonly fastMs: number;
  readonly slowMs: number;
  /** With events snapshots only look after them. */
  readonly fastWithEventsMs: number;
  readonly slowWithEventsMs: number;
}

const DEFAULTS: PaceIntervals = {
  fastMs: 250,
  slowMs: 5000,
  fastWithEventsMs: 2000,
  slowWithEventsMs: 15_000,
};
/** How long an agent counts as working after the last sign of it. */
const BUSY_MS = 10_000;
const RENEW_MS = 250;
/** Of one core. A waiting agent redraws its prompt now and then, a working one does more. */
const BUSY_CPU = 0.03;
/** Snapshots take no more than a twentieth of the time, however many processes there are. */
const MAX_SHARE = 20;

/** Decides how often to look: often while an agent works, seldom otherwise. */
export class ProcessPace {
  readonly #tree: ProcessTree;
  readonly #isAgent: (process: ProcessInfo) => boolean;
  readonly #intervals: PaceIntervals;
  readonly #agents = new Map<string, ProcessInfo>();
  #busyUntilMs = -Infinity;
  #cpu: { readonly atMs: number; readonly byPid: ReadonlyMap<number, number> } | undefined;

  constructor(
    tree: ProcessTree,
    isAgent: (process: ProcessInfo) => boolean,
    intervals: Partial<PaceIntervals> = {},
  ) {
    this.#tree = tree;
    this.#isAgent = isAgent;
    this.#intervals = { ...DEFAULTS, ...intervals };
  }

  agents(): readonly ProcessInfo[] {
    return [...this.#agents.values()];
  }

  hasAgents(): boolean {
    return this.#agents.size > 0;
  }

  intervalMs(nowMs: number, withEvents: boolean, lastSnapshotMs: number): number {
    const { fastMs, slowMs, fastWithEventsMs, slowWithEventsMs } = this.#intervals;
    const busy = this.isBusy(nowMs);
    const wanted = withEvents ? (busy ? fastWithEventsMs : slowWithEventsMs) : busy ? fastMs : slowMs;
    return Math.max(wanted, lastSnapshotMs * MAX_SHARE);
  }

  isBusy(nowMs: number): boolean {
    return nowMs < this.#busyUntilMs;
  }

  busy(nowMs: number): void {
    this.#busyUntilMs = nowMs + BUSY_MS;
  }

  /** @param mayBeAgent it is new, or runs another program */
  onChange(process: ProcessInfo, nowMs: number, mayBeAgent: boolean): void {
    const id = processId(process);
    if (mayBeAgent) {
      if (this.#isAgent(process)) this.#agents.set(id, process);
      else this.#agents.delete(id);
    }
    this.#noteWork(process, nowMs);
  }

  /** Before it leaves the tree. */
  onExit(process: ProcessInfo, nowMs: number): void {
    this.#noteWork(process, nowMs);
    this.#agents.delete(processId(process));
  }

  /** An agent that computes without starting anything works too. */
  observeUsage(usage: ReadonlyMap<number, ProcessUsage>, nowMs: number): void {
    const byPid = new Map<number, number>();
    let usedMs = 0;
    for (const { pid } of this.#agents.values()) {
      const cpuMs = usage.get(pid)?.cpuMs;
      if (cpuMs === undefined) continue;
      byPid.set(pid, cpuMs);
      usedMs += Math.max(0, cpuMs - (this.#cpu?.byPid.get(pid) ?? cpuMs));
    }
    const passedMs = nowMs - (this.#cpu?.atMs ?? nowMs);
    if (passedMs > 0 && usedMs / passedMs > BUSY_CPU) this.busy(nowMs);
    // Ticks are 10 ms: over less than a second one tick would look like work.
    if (this.#cpu === undefined || passedMs >= 1000) this.#cpu = { atMs: nowMs, byPid };
  }

  #noteWork(process: ProcessInfo, nowMs: number): void {
    // Thousands of starts per second need to be looked at a few times only.
    if (this.#agents.size === 0 || this.#busyUntilMs - nowMs > BUSY_MS - RENEW_MS) return;
    if (this.#belongsToAgent(process)) this.busy(nowMs);
  }

  #belongsToAgent(process: ProcessInfo): boolean {
    return (
      this.#agents.has(processId(process)) ||
      this.#tree.ancestorsOf(process).some((ancestor) => this.#agents.has(processId(ancestor)))
    );
  }
}
