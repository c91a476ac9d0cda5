import type { ProcessInfo } from '../contract/process.ts';
import type { ProcEvent } from '../platform/linux-proc-events.ts';

/** What the event thread found out about one process, in the order it happened. */
export type ProcessRecord =
  | {
      readonly kind: 'start';
      readonly process: ProcessInfo;
      /** Pid of the process that forked it, or of the nearest one above that could be read. */
      readonly bornOf: number;
      /** Runs no program of its own yet: `process` has pid, start and groups, the rest is its parent's. */
      readonly copy: boolean;
      /** Whoever forked it could not be read: `bornOf` is further up. */
      readonly indirect?: true;
    }
  | { readonly kind: 'exec'; readonly process: ProcessInfo }
  | {
      readonly kind: 'exit';
      readonly pid: number;
      readonly exitCode?: number;
      readonly signal?: number;
    };

export interface ProcessEventBatch {
  readonly records: readonly ProcessRecord[];
  /** Processes that ended before they could be read. */
  readonly missed: number;
  /** Of those that ran a program of their own: pid of who started them, as far as one above could be read. */
  readonly missedBelow?: readonly number[];
  /** When the first of these events was waited for: whoever takes the batch may be late. */
  readonly sinceMs?: number;
  /** Events were dropped, or there were more than could be read: only a snapshot tells what runs now. */
  readonly overflow: boolean;
  /** Events were dropped: nobody knows what began then. What only was not read counts as missed, with its parents. */
  readonly lost?: true;
}

export type FromEventThread =
  | { readonly kind: 'ready'; readonly wakeFd: number }
  | { readonly kind: 'unavailable'; readonly reason: string }
  | ({ readonly kind: 'batch' } & ProcessEventBatch);

/** How processes are read at once, inside the event thread. */
export interface ReadNow {
  /** Parent, start and groups only: what a fork changes. */
  readonly place: (pid: number) => ProcessInfo | undefined;
  /** In two steps: what it runs, and when that is known of all that came together, the rest. */
  readonly program: (pid: number) => (() => ProcessInfo) | undefined;
}

const MAX_GHOSTS = 4096;

/**
 * Turns events that came together into records, reading each process once: one that was forked and already runs a
 * program is read as what it runs. Kept apart from the thread, so that it can be tested with processes of choice.
 */
export class EventTranslator {
  readonly #read: ReadNow;
  readonly #mayRead: () => boolean;
  /** Alive but unread processes and who forked them, so that their children keep their line. */
  readonly #ghosts = new Map<number, number>();

  /** @param mayRead asked before each reading; `false` when too much was read lately */
  constructor(read: ReadNow, mayRead: () => boolean) {
    this.#read = read;
    this.#mayRead = mayRead;
  }

  translate(events: readonly ProcEvent[]): ProcessEventBatch {
    const lastExec = new Map<number, number>();
    for (const [index, event] of events.entries()) if (event.kind === 'exec') lastExec.set(event.pid, index);
    // Programs before copies: what a copy would have said, its parent says too.
    const programs = new Map<number, ProcessInfo | undefined>();
    const records: ProcessRecord[] = [];
    let missed = 0;
    let overflow = false;
    const missedBelow: number[] = [];
    const read = <T>(how: (pid: number) => T | undefined, pid: number): T | undefined => {
      if (!this.#mayRead()) {
        overflow = true;
        return undefined;
      }
      const found = how(pid);
      if (found === undefined) missed += 1;
      return found;
    };
    const looks = [...lastExec.keys()].map((pid) => [pid, read(this.#read.program, pid)] as const);
    for (const [pid, look] of looks) programs.set(pid, look?.());
    for (const [index, event] of events.entries()) {
      switch (event.kind) {
        case 'answer':
          break;
        case 'fork': {
          const copy = (lastExec.get(event.pid) ?? -1) < index;
          const process = copy ? read(this.#read.place, event.pid) : programs.get(event.pid);
          const above = this.#ghosts.get(event.parentPid);
          const bornOf = above ?? event.parentPid;
          if (process === undefined) {
            this.#remember(event.pid, bornOf);
            if (!copy) missedBelow.push(bornOf);
          } else
            records.push({
              kind: 'start',
              process,
              bornOf,
              copy,
              ...(above !== undefined && { indirect: true }),
            });
          // Read as what it runs now: the exec that comes in this group says nothing new.
          if (!copy) lastExec.delete(event.pid);
          break;
        }
        case 'exec': {
          if (lastExec.get(event.pid) !== index) break;
          const process = programs.get(event.pid);
          if (process !== undefined) {
            this.#ghosts.delete(event.pid);
            records.push({ kind: 'exec', process });
          } else missedBelow.push(this.#ghosts.get(event.pid) ?? event.pid);
          break;
        }
        case 'exit':
          this.#ghosts.delete(event.pid);
          records.push(event);
          break;
      }
    }
    return { records, missed, overflow, ...(missedBelow.length === 0 ? {} : { missedBelow }) };
  }

  #remember(pid: number, bornOf: number): void {
    const oldest = this.#ghosts.size < MAX_GHOSTS ? undefined : this.#ghosts.keys().next().value;
    if (oldest !== undefined) this.#ghosts.delete(oldest);
    this.#ghosts.set(pid, bornOf);
  }
}

/** A token bucket: so many readings per second, with a burst of one second. */
export function createBudget(perSecond: number, monotonicMs: () => number): () => boolean {
  let left = perSecond;
  let refilledMs = monotonicMs();
  return () => {
    const nowMs = monotonicMs();
    left = Math.min(perSecond, left + ((nowMs - refilledMs) * perSecond) / 1000);
    refilledMs = nowMs;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
