import type { Attribution } from './contract/attribution.ts';
import type { ProcessInfo } from './contract/process.ts';
import type { ProcessWatchHealth } from './sources/process-watch.ts';

/** Of one session or agent; a span that began before the oldest one kept counts as incomplete. */
const MAX_TIMES = 256;
const MAX_KEPT = 512;
/** A log and the process table do not agree to the millisecond when something happened. */
const SLACK_MS = 2_000;

interface Misses {
  /** Rising, as far as clocks do. */
  readonly timesMs: number[];
  /** Everything up to here is as good as missed. */
  untilMs: number;
}

/** When something was missed: a process that was not seen did not run only where nothing was. */
export class WitnessGaps {
  /** Below a session or an agent. */
  readonly #below = new Map<string, Misses>();
  /** Nobody knows below whom. */
  readonly #anywhere: Misses = { timesMs: [], untilMs: -Infinity };
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
   * @param timeMs when it was there
   */
  missed(attribution: Attribution | undefined, above: ProcessInfo | undefined, timeMs: number): void {
    if (above === undefined) {
      add(this.#anywhere, timeMs);
      return;
    }
    const whose = attribution?.sessionId ?? attribution?.agentId;
    if (whose === undefined) return;
    const misses = this.#below.get(whose) ?? { timesMs: [], untilMs: -Infinity };
    add(misses, timeMs);
    this.#below.delete(whose);
    this.#below.set(whose, misses);
    const oldest = this.#below.size > MAX_KEPT ? this.#below.keys().next().value : undefined;
    if (oldest !== undefined) this.#below.delete(oldest);
  }

  /** Was every start of this session told between these times? */
  isComplete(agentId: string, sessionId: string, fromMs: number, toMs: number): boolean {
    const span = { fromMs: fromMs - SLACK_MS, toMs: toMs + SLACK_MS };
    return (
      fromMs >= this.#eventsSinceMs &&
      ![this.#anywhere, this.#below.get(agentId), this.#below.get(sessionId)].some(
        (misses) => misses !== undefined && isWithin(misses, span),
      )
    );
  }
}

function add(misses: Misses, timeMs: number): void {
  misses.timesMs.push(timeMs);
  if (misses.timesMs.length > MAX_TIMES) misses.untilMs = misses.timesMs.shift() ?? timeMs;
}

function isWithin(
  { timesMs, untilMs }: Misses,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): boolean {
  return fromMs <= untilMs || timesMs.some((timeMs) => fromMs <= timeMs && timeMs <= toMs);
}
