import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ProcessInfo } from '../contract/process.ts';

/** The unit of times in /proc: USER_HZ is 100 on every architecture Node runs on. */
const MS_PER_TICK = 10;
const DELETED = ' (deleted)';

/**
 * Reads the process table from /proc, as proc(5) describes it.
 * Synchronous on purpose: these files are in memory, and a snapshot in one go is more consistent and some five
 * times faster than the same calls through the thread pool.
 */
export function readProcesses(proc = '/proc'): readonly ProcessInfo[] {
  const bootMs = readBootTimeMs(proc);
  const processes: ProcessInfo[] = [];
  for (const name of readdirSync(proc)) {
    if (!/^[1-9]\d*$/.test(name)) continue;
    const process = readProcess(join(proc, name), Number(name), bootMs);
    if (process !== undefined) processes.push(process);
  }
  return processes;
}

function readBootTimeMs(proc: string): number {
  const seconds = /^btime (\d+)$/m.exec(readFileSync(join(proc, 'stat'), 'latin1'))?.[1];
  return Number(seconds ?? 0) * 1000;
}

/** @returns `undefined` when the process is gone */
function readProcess(folder: string, pid: number, bootMs: number): ProcessInfo | undefined {
  let stat: ProcStat | undefined;
  let argv: readonly string[];
  let uid: number;
  try {
    stat = parseStat(readFileSync(join(folder, 'stat'), 'utf8'));
    argv = parseArguments(readFileSync(join(folder, 'cmdline'), 'utf8'));
    uid = statSync(folder).uid;
  } catch {
    return undefined; // ended between the listing and the reading (ENOENT, ESRCH)
  }
  if (stat === undefined) return undefined;
  const executable = readLink(join(folder, 'exe'));
  const cwd = readLink(join(folder, 'cwd'));
  return {
    pid,
    startTimeMs: bootMs + stat.startTicks * MS_PER_TICK,
    parentPid: stat.parentPid,
    // The kernel cuts its own name at 15 characters; the executable's is whole.
    name: executable === undefined ? stat.name : basename(executable),
    argv,
    uid,
    ...(executable === undefined ? {} : { executable }),
    ...(cwd === undefined ? {} : { cwd }),
  };
}

interface ProcStat {
  readonly name: string;
  readonly parentPid: number;
  readonly startTicks: number;
}

/** `123 (na) me) S 1 …`: the name is free text, so fields are counted from the last `)`. */
export function parseStat(text: string): ProcStat | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const fields = text.slice(close + 2).split(' ');
  const parentPid = Number(fields[1]);
  const startTicks = Number(fields[19]);
  if (!Number.isSafeInteger(parentPid) || !Number.isSafeInteger(startTicks)) return undefined;
  return { name: text.slice(open + 1, close), parentPid, startTicks };
}

/** NUL-separated; a process may overwrite its own with one text without NUL. */
export function parseArguments(text: string): readonly string[] {
  if (text === '') return [];
  return (text.endsWith('\0') ? text.slice(0, -1) : text).split('\0');
}

function readLink(path: string): string | undefined {
  try {
    const target = readlinkSync(path);
    // An agent that updated itself still runs from the file that is gone.
    return target.endsWith(DELETED) ? target.slice(0, -DELETED.length) : target;
  } catch {
    return undefined; // another user's process, a kernel thread, or gone
  }
}
