import type { Systeminformation } from 'systeminformation';
import type { ProcessInfo } from '../contract/process.ts';

/**
 * The process table as systeminformation reports it (macOS: `ps`; Windows: CIM). Start times have a resolution of
 * one second, and arguments come as one text, so `argv` is split at spaces outside quotes.
 */
export async function listReportedProcesses(): Promise<readonly ProcessInfo[]> {
  const { processes } = await import('systeminformation');
  const { list } = await processes();
  return list.map(toProcessInfo);
}

type Reported = Pick<
  Systeminformation.ProcessesProcessData,
  'pid' | 'parentPid' | 'name' | 'started' | 'command' | 'params' | 'path'
>;

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

/** `command` may hold the whole line (Windows) or the program alone, with `params` beside it (macOS). */
export function splitArguments(command: string, params: string): readonly string[] {
  const line = params === '' || command.endsWith(params) ? command : `${command} ${params}`;
  return (line.match(/"[^"]*"|[^\s"]+/g) ?? []).map((part) => part.replace(/^"(.*)"$/, '$1'));
}
