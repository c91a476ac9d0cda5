import type { ExactStart, ProcessKey } from '../contract/process.ts';

/**
 * `blocked` waits in the kernel and cannot be interrupted (it cannot fork meanwhile, and a pending stop comes first
 * when it returns). `ended` is a process that only waits for its parent to take note.
 */
export type LiveState = 'running' | 'stopped' | 'blocked' | 'ended';

/** One process at the time of a look. */
export interface LiveProcess extends ProcessKey, ExactStart {
  readonly parentPid: number;
  readonly name: string;
  readonly state: LiveState;
  readonly groupId?: number;
  readonly sessionId?: number;
  /** Not a program at all. */
  readonly kernel?: true;
  /** Has more than one thread. */
  readonly threaded?: true;
}

export type ProcessSignal = 'probe' | 'stop' | 'continue' | 'terminate' | 'kill';

/**
 * `gone`: no such process any more · `moved`: the pid belongs to another process now · `denied`: another user's ·
 * `unsupported`: this operating system cannot
 */
export type SignalOutcome = 'sent' | 'gone' | 'moved' | 'denied' | 'unsupported';

/** What an operating system lets us do to processes. Every method may be called with hostile processes around. */
export interface ProcessControl {
  /** Our own pid: never a target, and neither are its ancestors. */
  readonly ownPid: number;
  /** Why processes cannot be stopped here; absent where they can. */
  readonly cannotStop?: string;
  /** The whole process table. @throws when it cannot be had at all */
  list(): Promise<readonly LiveProcess[]>;
  /**
   * Processes with pids after `mark`, cheaper than `list`, and the mark for the next call. `undefined` where this
   * is not possible or the pids wrapped around; then `list` must be used. Without `mark` only a mark is taken.
   */
  newest?(
    mark: number | undefined,
  ): { readonly mark: number; readonly processes: readonly LiveProcess[] } | undefined;
  /** Whether two keys name one process, where start times are not exact; default `isSameProcess`. */
  isSame?(a: ProcessKey & ExactStart, b: ProcessKey & ExactStart): boolean;
  /** Sends a signal if, and only if, the pid still is this process. */
  signal(key: ProcessKey & ExactStart, signal: ProcessSignal): Promise<SignalOutcome>;
  /** `kill` for many in one go, where each call costs. One outcome for each, in order. */
  killMany?(keys: readonly (ProcessKey & ExactStart)[]): Promise<readonly SignalOutcome[]>;
  /**
   * Stops every process of a group at once, forks in flight included.
   * Only for a group that holds a stopped, verified process: that one pins the group's number.
   */
  stopGroup?(groupId: number): void;
  /** True when every thread stands still; the state in `list` is only that of the first thread. */
  isStopped(process: LiveProcess): boolean;
}
