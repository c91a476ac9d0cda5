import type { PathContext } from '../agents/path-context.ts';
import type { ProcessInfo } from '../contract/process.ts';
import type { ProcessReader } from './process-reader.ts';

export interface OsIdentity {
  readonly name: string;
  /** Absent on Windows. */
  readonly uid?: number;
  readonly fullName?: string;
  /** From the user's git configuration: what the person says of themselves. */
  readonly emails: readonly string[];
}

export interface HostInfo {
  readonly hostname: string;
  readonly os: PathContext['platform'];
  /** `Debian GNU/Linux 12 (bookworm)`, `15.2`, `10.0.26100`. */
  readonly osVersion: string;
  readonly arch: string;
}

/** Reeve's own places, absolute. None is created here. */
export interface Folders {
  readonly stateDir: string;
  readonly configDir: string;
  /** For the socket; on Windows a named pipe is used instead. */
  readonly runtimeDir: string;
  /** Written by an administrator only. */
  readonly policyFile: string;
}

/** What differs between operating systems. Reads only; nothing here changes the machine. */
export interface Platform {
  readonly os: PathContext['platform'];
  readonly folders: Folders;
  /** The own home with the variables that move vendor folders. */
  readonly ownHome: PathContext;
  /** For whoever looks more than once: snapshots, single processes, open files, connections. */
  readonly processes: ProcessReader;
  /**
   * All processes this user may see. A process that ends meanwhile is left out; what may not be read is absent.
   * Rejects only when the list as a whole cannot be had.
   */
  listProcesses(): Promise<readonly ProcessInfo[]>;
  readIdentity(): OsIdentity;
  readHost(): HostInfo;
  /** A stable id of the machine, as the OS keeps it; `undefined` when it has none or does not tell. */
  readMachineId(): Promise<string | undefined>;
  /** Gives memory that was freed back to the system, where that must be asked for. Holds the thread for some milliseconds. */
  trimMemory?(): Promise<boolean>;
  /** Windows only: what the registry says of WSL distributions, as `reg query` prints it; `''` when there are none. */
  readWslRegistry?(): Promise<string>;
}
