/** A process is never a bare pid: pids are reused, pid + start time is not. */
export interface ProcessKey {
  readonly pid: number;
  readonly startTimeMs: number;
}

export interface ProcessInfo extends ProcessKey {
  readonly parentPid: number;
  readonly name: string;
  readonly executable?: string;
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly uid?: number;
}
