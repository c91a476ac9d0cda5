import type { ProcessInfo, ProcessKey, ProcessSnapshot, ProcessUsage } from '../contract/process.ts';
import { splitCommandLine } from './command-line.ts';
import type { ConnectionReading, ProcessReader } from './process-reader.ts';
import { columnsOf } from './reported-columns.ts';
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

/**
 * Maps a whole table. The idle process (pid 0) is left out. On Windows a parent's pid stays as it was when the parent
 * ended, and may be another process by now: one that began after its child is not its parent, so it becomes 0.
 */
export function toSnapshot(reported: readonly unknown[]): {
  readonly processes: readonly ProcessInfo[];
  readonly usage: ReadonlyMap<number, ProcessUsage>;
} {
  const all = reported.flatMap((row) => toProcessInfo(row) ?? []);
  const starts = new Map(all.map(({ pid, startTimeMs }) => [pid, startTimeMs]));
  const processes = all.map((process) =>
    (starts.get(process.parentPid) ?? 0) > process.startTimeMs && process.startTimeMs !== 0
      ? { ...process, parentPid: 0 }
      : process,
  );
  return { processes, usage: new Map() };
}

/**
 * Start times have a resolution of one second, and arguments come as one text. The library types what it parsed out of
 * text, but does not check it: a row that misses a column must not cost the table.
 * @returns `undefined` for the idle process and for a row that names no process
 */
export function toProcessInfo(reported: unknown): ProcessInfo | undefined {
  const { number, text } = columnsOf(reported);
  const pid = number('pid');
  const parentPid = number('parentPid');
  if (pid === undefined || pid <= 0) return undefined;
  const executable = text('path');
  return {
    pid,
    parentPid: parentPid ?? 0,
    name: text('name'),
    // "2026-11-22 03:25:03" in local time; unparsable means unknown, which 0 must stand for in a process key.
    startTimeMs: Date.parse(text('started').replace(' ', 'T')) || 0,
    argv: splitArguments(text('command'), text('params')),
    ...(executable === '' ? {} : { executable }),
  };
}

/** `command` may hold the whole line (Windows) or the program alone, with `params` beside it. */
export function splitArguments(command: string, params: string): readonly string[] {
  return splitCommandLine(params === '' || command.endsWith(params) ? command : `${command} ${params}`);
}
