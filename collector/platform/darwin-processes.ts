import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import type { ProcessInfo, ProcessKey, ProcessSnapshot, ProcessUsage } from '../contract/process.ts';
import type { ConnectionReading, ProcessReader } from './process-reader.ts';
import { readReportedConnections } from './reported-connections.ts';

const PS = '/bin/ps';
const COLUMNS = 'pid=,ppid=,pgid=,uid=,tty=,rss=,time=,lstart=,command=';
const OPTIONS = {
  // One language and one time zone, so that times mean the same in every country and on the night the clock is set.
  env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' },
  maxBuffer: 32_000_000,
  timeout: 10_000,
};
const MAX_COMMAND = 32_768;
const run = promisify(execFile);

/**
 * The process table of macOS from `ps`, twice in one go: with the command line, and with the executable's path, which
 * may hold spaces. Preferred to systeminformation there, which computes start times from the time passed: they move by
 * a second from one reading to the next, and an identity must not.
 */
export class DarwinProcessReader implements ProcessReader {
  async read(): Promise<ProcessSnapshot> {
    return this.#read(['-axww']);
  }

  async readOne(pid: number): Promise<ProcessInfo | undefined> {
    try {
      return (await this.#read(['-ww', '-p', String(pid)])).processes.find((process) => process.pid === pid);
    } catch {
      return undefined; // `ps` ends with 1 when there is no such process
    }
  }

  /** `lsof` would need seconds for what the logs tell as well. */
  openFiles(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  connections(processes: readonly ProcessKey[]): Promise<ConnectionReading> {
    return readReportedConnections(processes);
  }

  async #read(selection: readonly string[]): Promise<ProcessSnapshot> {
    const timeMs = Date.now();
    const [commands, executables] = await Promise.all([
      run(PS, [...selection, '-o', COLUMNS], OPTIONS),
      run(PS, [...selection, '-o', 'pid=,comm='], OPTIONS),
    ]);
    return { timeMs, ...parsePs(commands.stdout, executables.stdout) };
  }
}

/**
 * Parses what `ps` printed for `pid=,ppid=,pgid=,uid=,tty=,rss=,time=,lstart=,command=` and for `pid=,comm=`:
 * `  501   1   501  501 ttys001   20480   0:01.25 Sun Nov 22 03:25:03 2026     /bin/zsh -l`
 * Rows that make no sense are left out, as are processes that ended.
 */
export function parsePs(
  commands: string,
  executables: string,
): { readonly processes: readonly ProcessInfo[]; readonly usage: ReadonlyMap<number, ProcessUsage> } {
  const paths = new Map<number, string>();
  for (const line of executables.split('\n')) {
    const match = /^ *(\d+) +(.+)$/.exec(line);
    if (match !== null) paths.set(Number(match[1]), (match[2] ?? '').trimEnd());
  }
  const processes: ProcessInfo[] = [];
  const usage = new Map<number, ProcessUsage>();
  for (const line of commands.split('\n')) {
    const row = parseRow(line, paths);
    if (row === undefined) continue;
    processes.push(row.process);
    usage.set(row.process.pid, row.usage);
  }
  return { processes, usage };
}

/** The eight fixed columns, the five words of the start time, then free text. */
const ROW =
  /^ *(\d+) +(\d+) +(\d+) +(\d+) +(\S+) +(\d+) +([\d:.-]+) +\w{3} +(\w{3}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})(?: +(.*))?$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function parseRow(
  line: string,
  paths: ReadonlyMap<number, string>,
): { readonly process: ProcessInfo; readonly usage: ProcessUsage } | undefined {
  const match = ROW.exec(line.slice(0, MAX_COMMAND));
  if (match === null) return undefined;
  const [
    ,
    pid,
    parent,
    group,
    uid,
    tty = '',
    resident,
    time = '',
    month = '',
    day,
    hour,
    minute,
    second,
    year,
  ] = match;
  const command = (match[14] ?? '').trimEnd();
  const monthIndex = MONTHS.indexOf(month);
  const path = paths.get(Number(pid));
  if (monthIndex < 0 || command === '<defunct>' || path === '<defunct>') return undefined;
  // `(name)` stands where the arguments could not be read: gone meanwhile, unless the other list knows it.
  const unread = /^\(.*\)$/.test(command);
  if (unread && path === undefined) return undefined;
  const process: ProcessInfo = {
    pid: Number(pid),
    parentPid: Number(parent),
    startTimeMs: Date.UTC(
      Number(year),
      monthIndex,
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    ),
    name: basename(path ?? command.split(' ', 1)[0] ?? ''),
    argv: unread ? [] : argumentsOf(command, path),
    uid: Number(uid),
    ...(path?.startsWith('/') === true ? { executable: path } : {}),
    ...(Number(group) > 0 ? { processGroupId: Number(group) } : {}),
    ...(/^\?+$|^-$/.test(tty) ? {} : { tty }),
  };
  return { process, usage: { cpuMs: parseCpuTime(time), residentBytes: Number(resident) * 1024 } };
}

/** The program stays whole when it stands at the front, also with spaces in its path. */
function argumentsOf(command: string, path: string | undefined): readonly string[] {
  const whole = path !== undefined && (command === path || command.startsWith(`${path} `));
  const rest = (whole ? command.slice(path.length) : command).split(' ').filter((part) => part !== '');
  return whole ? [path, ...rest] : rest;
}

/** `0:01.25`, `12:03:44`, `1-02:03:04`: days, hours, minutes, seconds. */
export function parseCpuTime(text: string): number {
  const match = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(text);
  if (match === null) return 0;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  return Math.round(
    ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000,
  );
}
