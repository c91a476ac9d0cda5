/** A process is never a bare pid: pids are reused, pid + start time is not. */
export interface ProcessKey {
  readonly pid: number;
  /** As far as the OS tells: Linux 10 ms, macOS and Windows 1 s. 0 when unknown. */
  readonly startTimeMs: number;
}

/** What the kernel itself counts by, where it tells: never moves when the wall clock is set. */
export interface ExactStart {
  /** Of the running kernel: Linux `/proc/sys/kernel/random/boot_id`. */
  readonly bootId?: string;
  /** Clock ticks from boot to the start of the process. */
  readonly startTicks?: number;
}

/**
 * One process as last read. Absent means that this user may not read it, or that there is none.
 * `argv` may hold secrets (a token as an option, a password in a URL): whoever stores, sends or shows it passes it
 * through `redactText` first.
 */
export interface ProcessInfo extends ProcessKey, ExactStart {
  /** Now; a process whose parent ended is handed to another one. */
  readonly parentPid: number;
  /** The executable's file name, or what the kernel calls it. */
  readonly name: string;
  readonly executable?: string;
  /** The file that runs was removed or replaced since: an agent that updated itself, or a program that hides. */
  readonly executableDeleted?: true;
  /** At most 32 KB. Empty when the process has none or cleared it. */
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly uid?: number;
  readonly processGroupId?: number;
  readonly sessionId?: number;
  /** `pts/3`, `tty1`, `ttys004`; absent without a terminal. */
  readonly tty?: string;
  /** The pid inside the innermost pid namespace, when the process has one of its own (containers, bubblewrap). */
  readonly namespacePid?: number;
  /**
   * Variables of `PROCESS_MARKERS` in the environment the program was started with; nothing else of it is kept.
   * Own processes only.
   */
  readonly markers?: Readonly<Record<string, string>>;
  /**
   * Variables of `LOADER_VARIABLES` it was started with, at most 300 characters each; of `PATH` only the first folder. May
   * hold secrets, as `argv` may. Own processes only.
   */
  readonly loads?: Readonly<Record<string, string>>;
}

/** Sums since the start of the process. */
export interface ProcessUsage {
  /** On all cores together. */
  readonly cpuMs: number;
  readonly residentBytes: number;
}

/** Everything that ran at one time, except kernel threads and processes that ended but were not waited for. */
export interface ProcessSnapshot {
  readonly timeMs: number;
  readonly processes: readonly ProcessInfo[];
  /** By pid; empty where reading it costs more than it is worth. */
  readonly usage: ReadonlyMap<number, ProcessUsage>;
}

export type ProcessChange =
  /** `indirect`: whoever started it could not be read, and its first known ancestor is further up. */
  | { readonly kind: 'start'; readonly process: ProcessInfo; readonly indirect?: true }
  /** Same process, other program or arguments. */
  | { readonly kind: 'exec'; readonly process: ProcessInfo; readonly before: ProcessInfo }
  | { readonly kind: 'reparent'; readonly process: ProcessInfo; readonly before: ProcessInfo }
  | {
      readonly kind: 'exit';
      readonly process: ProcessInfo;
      /** 0-255; only an event source tells. */
      readonly exitCode?: number;
      /** Number of the signal that ended it. */
      readonly signal?: number;
    };

/**
 * The same process, by the exact start where both have one. Otherwise start times must be equal: 0 (unknown) is
 * equal to nothing.
 */
export function isSameProcess(a: ProcessKey & ExactStart, b: ProcessKey & ExactStart): boolean {
  if (a.pid !== b.pid) return false;
  if (a.bootId !== undefined && b.bootId !== undefined && a.bootId !== b.bootId) return false;
  if (a.startTicks !== undefined && b.startTicks !== undefined) return a.startTicks === b.startTicks;
  return a.startTimeMs !== 0 && a.startTimeMs === b.startTimeMs;
}

/** For maps and sets: `<pid>@<start>`. Stable while one collector runs; store the exact start beside it. */
export function processId(key: ProcessKey): string {
  return `${key.pid}@${key.startTimeMs}`;
}
