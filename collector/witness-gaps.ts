import type { Attribution } from './contract/attribution.ts';
import { processId, type ProcessInfo, type ProcessKey } from './contract/process.ts';
import type { MissedProcess } from './pipeline/witness/index.ts';
import type { ProcessWatchHealth } from './sources/process-watch.ts';

/** Of one session or agent; a span that began before the oldest one kept counts as unknown. */
const MAX_MISSED = 1_024;
const MAX_KEPT = 64;
const MAX_LINE = 12;
/** A log and the process table do not agree to the millisecond when something happened. */
const SLACK_MS = 2_000;

interface Misses {
  /** Rising, as far as clocks do. */
  readonly list: MissedProcess[];
  /** What was missed up to here is not known any more. */
  untilMs: number;
}

/** One that was not read in time. */
export interface Unread {
  /** Whose it is, or whose it is who started it. */
  readonly attribution: Attribution | undefined;
  /** Those above it that are known, nearest first; empty when nobody knows below whom it was. */
  readonly above: readonly ProcessInfo[];
  /** The kernel's name for it, where that could be read. */
  readonly name?: string;
  /** It may have been there since then, until `timeMs`. */
  readonly sinceMs?: number;
  readonly timeMs: number;
}

/** When something was missed: a process that was not seen did not run only where nothing was that may have been it. */
export class WitnessGaps {
  /** Below a session or an agent. */
  readonly #below = new Map<string, Misses>();
  /** Nobody knows below whom. */
  readonly #anywhere: Misses = { list: [], untilMs: -Infinity };
  /** Since when the kernel tells of every start; `Infinity` while it does not. */
  #eventsSinceMs = Infinity;
  #losses = 0;

  note({ source, losses }: Pick<ProcessWatchHealth, 'source' | 'losses'>, nowMs: number): void {
    if (source !== 'events') this.#eventsSinceMs = Infinity;
    else if (this.#eventsSinceMs === Infinity || losses !== this.#losses) this.#eventsSinceMs = nowMs;
    this.#losses = losses;
  }

  /** A program ended before it could be read. */
  missed({ attribution, above, name, sinceMs, timeMs }: Unread): void {
    const missed = {
      timeMs,
      line: lineOf(above, attribution?.agentProcess),
      ...(attribution?.agentProcess !== undefined && { agent: processId(attribution.agentProcess) }),
      ...(name !== undefined && { name }),
      ...(sinceMs !== undefined && { sinceMs }),
    };
    if (above.length === 0) {
      add(this.#anywhere, missed);
      return;
    }
    const whose = attribution?.sessionId ?? attribution?.agentId;
    if (whose === undefined) return;
    const misses = this.#below.get(whose) ?? { list: [], untilMs: -Infinity };
    add(misses, missed);
    this.#below.delete(whose);
    this.#below.set(whose, misses);
    if (this.#below.size <= MAX_KEPT) return;
    const [oldest] = this.#below;
    if (oldest === undefined) return;
    this.#below.delete(oldest[0]);
    this.#anywhere.untilMs = Math.max(this.#anywhere.untilMs, oldest[1].list.at(-1)?.timeMs ?? -Infinity);
  }

  /** @returns what may be this session's; nothing when that is not known for all of the time */
  missedBetween(
    agentId: string,
    sessionId: string,
    fromMs: number,
    toMs: number,
  ): readonly MissedProcess[] | undefined {
    if (fromMs < this.#eventsSinceMs) return undefined;
    const found: MissedProcess[] = [];
    for (const misses of [this.#anywhere, this.#below.get(agentId), this.#below.get(sessionId)]) {
      if (misses === undefined) continue;
      if (fromMs - SLACK_MS <= misses.untilMs) return undefined;
      for (const missed of misses.list)
        if (fromMs - SLACK_MS <= missed.timeMs && (missed.sinceMs ?? missed.timeMs) <= toMs + SLACK_MS)
          found.push(missed);
    }
    return found;
  }
}

/** Up to its agent: what stands above that is another one's. */
function lineOf(above: readonly ProcessInfo[], agent: ProcessKey | undefined): readonly string[] {
  const end = agent === undefined ? undefined : processId(agent);
  const ids = above.map((process) => processId(process));
  const at = end === undefined ? -1 : ids.indexOf(end);
  return ids.slice(0, at === -1 ? MAX_LINE : at).slice(-MAX_LINE);
}

function add(misses: Misses, missed: MissedProcess): void {
  misses.list.push(missed);
  if (misses.list.length > MAX_MISSED)
    misses.untilMs = Math.max(misses.untilMs, misses.list.shift()?.timeMs ?? -Infinity);
}
