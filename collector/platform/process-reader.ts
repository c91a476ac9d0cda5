import type { Connection } from '../contract/connection.ts';
import type { ProcessInfo, ProcessKey, ProcessSnapshot } from '../contract/process.ts';
import type { KernelFacts } from './linux-kernel.ts';

/** Reads what runs. One per collector: it remembers what it read, so that the next snapshot is cheap. */
export interface ProcessReader {
  /**
   * Calls that overlap share one reading. Never holds the event loop for more than about 10 ms at a time.
   * @throws only when the list as a whole cannot be had
   */
  read(): Promise<ProcessSnapshot>;
  /**
   * Processes that began since the last call, at most 32, as far as their numbers tell: much cheaper than a table, for
   * noticing that something worth a look has begun. They have no place and no markers.
   */
  newcomers?(): readonly ProcessInfo[];
  /** Reads one process afresh; `undefined` when it is gone. For a last check before something is done to it. */
  readOne(pid: number): Promise<ProcessInfo | undefined>;
  /**
   * Files this process holds open below one of the folders, absolute, at most 256; of its first 4,096 descriptors.
   * Empty when it may not be looked into, and where the OS has no cheap way to tell.
   */
  openFiles(pid: number, under: readonly string[]): Promise<readonly string[]>;
  /** Whether it is stopped by a signal and does nothing; `false` when it is gone. Absent where that is not cheap to know. */
  readonly isStopped?: (process: ProcessKey) => boolean;
  /**
   * Variables that the process was started with and `isWanted` names, at most 256. Values are secrets: whoever asks keeps
   * none. `undefined` when it is gone, is another process by now, or may not be looked into. Absent where the OS shows no
   * environments.
   */
  readonly environment?: (
    process: ProcessKey,
    isWanted: (name: string) => boolean,
  ) => ReadonlyMap<string, string> | undefined;
  /** Sockets of these processes; none for one that is gone or that may not be looked into. */
  connections(processes: readonly ProcessKey[]): Promise<ConnectionReading>;
  /** Lets go of what is kept open to be quick; whoever reads later pays a little more. */
  close?(): void;
  /** Only where the OS tells of processes as they start; whether it does so for this user shows when it is tried. */
  readonly eventSetup?: ProcessEventSetup;
}

/** What the thread that waits for process events must share with the reader. */
export interface ProcessEventSetup {
  readonly proc: string;
  readonly kernel: KernelFacts;
}

export interface ConnectionReading {
  readonly connections: readonly Connection[];
  /** Something was left out because a limit was reached. */
  readonly truncated: boolean;
}
