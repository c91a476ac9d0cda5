import type { Attribution } from './contract/attribution.ts';
import { isSameProcess, processId, type ProcessInfo, type ProcessKey } from './contract/process.ts';
import type { ProcessEnd } from './pipeline/process-event.ts';

/** A process waits this long for its session and its tool call to be known. */
const WAIT_MS = 3_000;
const MAX_WAITING = 4_096;
/** A process that runs one program after the other: its first ones tell where it came from. */
const MAX_EARLIER = 4;

export interface QueuedProcess {
  process: ProcessInfo;
  /** What it ran before, oldest first: a shell becomes the last program of its text. */
  readonly earlier: ProcessInfo[];
  /** Whoever started it could not be read: the first ancestor is further up. */
  readonly indirect?: true;
  /** When it was first seen. */
  readonly seenMs: number;
  /** It ran before the watch began. */
  readonly initial: boolean;
  /** Who started it, nearest first, as it was then. */
  readonly ancestors: readonly ProcessInfo[];
  end?: ProcessEnd;
}

/**
 * Processes of agents between their start and being judged: logs tell of a command a moment after it began, and a
 * process that was forked shows what it runs a moment later.
 */
export class ProcessQueue {
  readonly #waiting = new Map<string, QueuedProcess>();
  #dropped = 0;

  get size(): number {
    return this.#waiting.size;
  }

  /** Processes that came while too many waited. */
  get dropped(): number {
    return this.#dropped;
  }

  /** New, or another program by now. */
  add(
    process: ProcessInfo,
    more: Pick<QueuedProcess, 'seenMs' | 'initial' | 'ancestors' | 'indirect'>,
  ): void {
    const id = processId(process);
    const known = this.#waiting.get(id);
    if (known !== undefined) {
      if (known.earlier.length < MAX_EARLIER) known.earlier.push(known.process);
      known.process = process;
    } else if (this.#waiting.size < MAX_WAITING) this.#waiting.set(id, { process, earlier: [], ...more });
    else this.#dropped += 1;
  }

  /** @returns whether it was waiting */
  exit(key: ProcessKey, end: ProcessEnd): boolean {
    const known = this.#waiting.get(processId(key));
    if (known === undefined || !isSameProcess(known.process, key)) return false;
    known.end = end;
    return true;
  }

  /** Those whose time has come, in the order of their start: a parent is judged before its children. */
  take(nowMs: number, isReady: (one: QueuedProcess) => boolean): readonly QueuedProcess[] {
    const taken: QueuedProcess[] = [];
    for (const [id, one] of this.#waiting) {
      if (nowMs - one.seenMs < WAIT_MS && nowMs >= one.seenMs && !isReady(one)) break;
      this.#waiting.delete(id);
      taken.push(one);
    }
    return taken;
  }

  clear(): void {
    this.#waiting.clear();
  }
}

/** Nothing more is to be waited for. */
export function isPlaced(attribution: Attribution | undefined): boolean {
  if (attribution === undefined) return true;
  return (
    attribution.sessionId !== undefined &&
    (attribution.role === 'agent' || attribution.toolCallId !== undefined)
  );
}

/** A fork that has not become a program of its own. */
export function isCopy(process: ProcessInfo, parent: ProcessInfo): boolean {
  return (
    process.executable === parent.executable &&
    process.argv.length === parent.argv.length &&
    process.argv.every((arg, at) => arg === parent.argv[at])
  );
}
