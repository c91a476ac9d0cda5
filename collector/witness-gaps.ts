import type { Attribution } from './contract/attribution.ts';
import type { ProcessInfo } from './contract/process.ts';
import type { ProcessWatchHealth } from './sources/process-watch.ts';

const MAX_KEPT = 512;

/** Since when nothing was missed: only then a process that was not seen did not run. */
export class WitnessGaps {
  /** Of sessions and agents, when something below them was missed last. */
  readonly #lastMs = new Map<string, number>();
  /** Since when the kernel tells of every start; `Infinity` while it does not. */
  #eventsSinceMs = Infinity;
  #overflows = 0;

  note({ source, overflows }: Pick<ProcessWatchHealth, 'source' | 'overflows'>, nowMs: number): void {
    if (source !== 'events') this.#eventsSinceMs = Infinity;
    else if (this.#eventsSinceMs === Infinity || overflows !== this.#overflows) this.#eventsSinceMs = nowMs;
    this.#overflows = overflows;
  }

  /**
   * A program ended before it could be read.
   * @param attribution whose it is who started it
   * @param above who started it; unknown counts for everybody
   */
  missed(attribution: Attribution | undefined, above: ProcessInfo | undefined, nowMs: number): void {
    if (above === undefined) {
      if (this.#eventsSinceMs !== Infinity) this.#eventsSinceMs = nowMs;
      return;
    }
    const whose = attribution?.sessionId ?? attribution?.agentId;
    if (whose === undefined) return;
    this.#lastMs.delete(whose);
    this.#lastMs.set(whose, nowMs);
    const oldest = this.#lastMs.size > MAX_KEPT ? this.#lastMs.keys().next().value : undefined;
    if (oldest !== undefined) this.#lastMs.delete(oldest);
  }

  completeSinceMs(agentId: string, sessionId: string): number {
    return Math.max(this.#eventsSinceMs, this.#lastMs.get(agentId) ?? 0, this.#lastMs.get(sessionId) ?? 0);
  }
}
