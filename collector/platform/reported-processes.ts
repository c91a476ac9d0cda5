import type { Systeminformation } from 'systeminformation';
import type { ProcessInfo, ProcessKey, ProcessSnapshot, ProcessUsage } from '../contract/process.ts';
import { splitCommandLine } from './command-line.ts';
import type { ConnectionReading, ProcessReader } from './process-reader.ts';
import { readReportedConnections } from './reported-connections.ts';

/** The process table as systeminformation reports it; on Windows that is CIM's Win32_Process. */
export class ReportedProcessReader implements ProcessReader {
  #reading: Promise<ProcessSnapshot> | undefined;

  /** Each reading starts a PowerShell, which takes hundreds of milliseconds: never two at a time. */
  read(): Promise<ProcessSnapshot> {
    this.#reading ??= readReported().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** There is no cheaper way to read one. */
  async readOne(pid: number): Promise<ProcessInfo | undefined> {
    try {
      return (await readReported()).processes.find((process) => process.pid === pid);
    } catch {
      return undefined;
    }
  }

  openFiles(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  connections(processes: readonly ProcessKey[]): Promise<ConnectionReading> {
    return readReportedConnections(processes);
  }
}

async function readReported(): Promise<ProcessSnapshot> {
  const timeMs = Date.now();
  const { processes } = await import('systeminformation');
  const { list } = await processes();
  return { timeMs, ...toSnapshot(list) };
}

export async function listReportedProcesses(): Promise<readonly ProcessInfo[]> {
  return (await readReported()).processes;
}

type Reported = Pick<
  Systeminformation.ProcessesProcessData,
  'pid' | 'parentPid' | 'name' | 'started' | 'command' | 'params' | 'path'
>;

/**
 * Maps a whole table. The idle process (pid 0) is left out. On Windows a parent's pid stays as it was when the parent
 * ended, and may be another process by now: one that began after its child is not its parent, so it becomes 0.
 */
export function toSnapshot(
  reported: readonly (Reported & Partial<Pick<Systeminformation.ProcessesProcessData, 'memRss'>>)[],
): { readonly processes: readonly ProcessInfo[]; readonly usage: ReadonlyMap<number, ProcessUsage> } {
  const all = reported.filter(({ pid }) => Number.isSafeInteger(pid) && pid > 0).map(toProcessInfo);
  const starts = new Map(all.map(({ pid, startTimeMs }) => [pid, startTimeMs]));
  const processes = all.map((process) =>
    (starts.get(process.parentPid) ?? 0) > process.startTimeMs && process.startTimeMs !== 0
      ? { ...process, parentPid: 0 }
      : process,
  );
  return { processes, usage: new Map() };
}

/** Start times have a resolution of one second, and arguments come as one text. */
export function toProcessInfo(reported: Reported): ProcessInfo {
  const argv = splitArguments(reported.command, reported.params);
  const executable = reported.path === '' ? undefined : reported.path;
  return {
    pid: reported.pid,
    parentPid: reported.parentPid,
    name: reported.name,
    // "2026-11-22 03:25:03" in local time; unparsable means unknown, which 0 must stand for in a process key.
    startTimeMs: Date.parse(reported.started.replace(' ', 'T')) || 0,
    argv,
    ...(executable === undefined ? {} : { executable }),
  };
}

/** `command` may hold the whole line (Windows) or the program alone, with `params` beside it. */
export function splitArguments(command: string, params: string): readonly string[] {
  return splitCommandLine(params === '' || command.endsWith(params) ? command : `${command} ${params}`);
}
