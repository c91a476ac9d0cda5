import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { constants } from 'node:os';
import { type ExactStart, isSameProcess, type ProcessKey } from '../../contract/process.ts';
import type {
  LiveProcess,
  LiveState,
  ProcessControl,
  ProcessSignal,
  SignalOutcome,
} from '../process-control.ts';
import { loadPidfd, type Pidfd } from './pidfd.ts';

/** The unit of times in /proc: USER_HZ is 100 on every architecture Node runs on. */
const MS_PER_TICK = 10;
const PF_KTHREAD = 0x0020_0000;
/** A stat line is under 400 bytes; the name in it at most 64. */
const BUFFER = Buffer.alloc(1024);
/** More new pids than this at once: a full look is as quick. */
const MAX_NEWEST = 4_000;
/** Of a longer environment only the beginning is read. One buffer: nothing here waits while it is in use. */
const ENVIRON = Buffer.alloc(256 * 1024);

const NUMBERS: Readonly<Record<ProcessSignal, number>> = {
  probe: 0,
  stop: constants.signals.SIGSTOP,
  continue: constants.signals.SIGCONT,
  terminate: constants.signals.SIGTERM,
  kill: constants.signals.SIGKILL,
};

export interface LinuxControlOptions {
  readonly ownPid: number;
  /** Default: by koffi if it can be had. `false`: only kill(2), as on a kernel before 5.3. */
  readonly pidfd?: false;
}

/**
 * Reads /proc (proc(5)) and signals by pidfd.
 *
 * Identity: the pidfd is opened first, then the start time is read, then the signal goes to the pidfd. If the start
 * time is the wanted one, the pidfd can only be that process: it was alive before we opened it, and a later owner of
 * the number would show another start. So there is no window at all.
 *
 * Without pidfd the same check stands right before kill(2). The window that remains is the time between two system
 * calls, some 20 µs, in which the process would have to end, be waited for, and its number come round again. What is
 * already stopped cannot end by itself, so it is only open for the first signal, which is a stop and can be taken back.
 */
export async function createLinuxControl(options: LinuxControlOptions): Promise<ProcessControl> {
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  const bootMs = readBootTimeMs();
  const pidfd = options.pidfd === false ? undefined : await loadPidfd(options.ownPid, closeSync);
  const read = (pid: number | string): LiveProcess | undefined =>
    parseStatLine(readSmall(`/proc/${pid}/stat`), bootMs, bootId);
  return {
    ownPid: options.ownPid,
    list: () => Promise.resolve(listAll(read)),
    newest: (mark) => readNewest(mark, read),
    signal: (key, signal) => Promise.resolve(send(key, NUMBERS[signal], read, pidfd)),
    stopGroup: (groupId) => {
      kill(-groupId, NUMBERS.stop);
    },
    isStopped: ({ pid, state, threaded }) =>
      threaded === true ? threadsStandStill(pid) : state === 'stopped',
  };
}

/** Seconds since the epoch at boot. It moves when the clock is set, so it is only for people and for keys read now. */
function readBootTimeMs(): number {
  return Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1] ?? 0) * 1000;
}

function listAll(read: (pid: string) => LiveProcess | undefined): readonly LiveProcess[] {
  const processes: LiveProcess[] = [];
  for (const name of readdirSync('/proc')) {
    const first = name.charCodeAt(0);
    if (first < 0x31 || first > 0x39) continue;
    const process = read(name);
    if (process !== undefined) processes.push(process);
  }
  return processes;
}

/** The last field of loadavg is the pid given out last, in our own pid namespace. */
function readNewest(
  mark: number | undefined,
  read: (pid: number) => LiveProcess | undefined,
): { mark: number; processes: readonly LiveProcess[] } | undefined {
  const last = Number(readSmall('/proc/loadavg')?.trim().split(' ')[4]);
  if (!Number.isSafeInteger(last)) return undefined;
  if (mark === undefined) return { mark: last, processes: [] };
  if (last < mark || last - mark > MAX_NEWEST) return undefined;
  const processes: LiveProcess[] = [];
  for (let pid = mark + 1; pid <= last; pid += 1) {
    const process = read(pid);
    // Threads take numbers too, and /proc answers for them.
    if (process !== undefined && isThreadGroupLeader(pid)) processes.push(process);
  }
  return { mark: last, processes };
}

function isThreadGroupLeader(pid: number): boolean {
  return /^Tgid:\s+(\d+)$/m.exec(readSmall(`/proc/${pid}/status`) ?? '')?.[1] === String(pid);
}

function threadsStandStill(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).every((thread) => {
      const text = readSmall(`/proc/${pid}/task/${thread}/stat`);
      return text === undefined || 'TtZX'.includes(stateLetter(text));
    });
  } catch {
    return true; // gone
  }
}

function send(
  key: ProcessKey & ExactStart,
  number: number,
  read: (pid: number) => LiveProcess | undefined,
  pidfd: Pidfd | undefined,
): SignalOutcome {
  const fd = pidfd?.open(key.pid) ?? 'unavailable';
  if (fd === 'gone') return 'gone';
  try {
    const now = read(key.pid);
    if (now === undefined || now.state === 'ended') return 'gone';
    if (!isSameProcess(now, key)) return 'moved';
    const sent = typeof fd === 'number' && pidfd !== undefined ? pidfd.send(fd, number) : 'unavailable';
    if (sent !== 'unavailable') return sent;
    const outcome = kill(key.pid, number);
    if (number !== NUMBERS.stop || outcome !== 'sent') return outcome;
    const after = read(key.pid);
    if (after === undefined || isSameProcess(after, key)) return outcome;
    // The number changed hands inside the window: whoever has it now was stopped by mistake.
    kill(key.pid, NUMBERS.continue);
    return 'moved';
  } finally {
    if (typeof fd === 'number') closeSync(fd);
  }
}

function kill(pid: number, signal: number): SignalOutcome {
  try {
    process.kill(pid, signal);
    return 'sent';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EPERM') return 'denied';
    return 'gone'; // ESRCH
  }
}

/** @returns `undefined` when the process is gone */
function readSmall(path: string): string | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    return BUFFER.toString('latin1', 0, readSync(fd, BUFFER, 0, BUFFER.length, 0));
  } catch {
    return undefined; // ENOENT, ESRCH: ended between the listing and the reading
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** `123 (na) me) S 1 …`: the name is free text and may hold a `)`, so fields are counted from the last one. */
function stateLetter(text: string): string {
  return text.charAt(text.lastIndexOf(')') + 2);
}

/** One line of /proc/PID/stat. Fields by number in proc(5): state 3, ppid 4, pgrp 5, session 6, flags 9, threads 20, start 22. */
export function parseStatLine(
  text: string | undefined,
  bootMs: number,
  bootId: string,
): LiveProcess | undefined {
  if (text === undefined) return undefined;
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 1 || close < open) return undefined;
  const fields = text.slice(close + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  const pid = Number(text.slice(0, open - 1));
  const startTicks = field(22);
  const threads = field(20);
  const startTimeMs = bootMs + startTicks * MS_PER_TICK;
  if (![pid, field(4), startTimeMs, threads].every(Number.isSafeInteger)) return undefined;
  return {
    pid,
    startTimeMs,
    bootId,
    startTicks,
    parentPid: field(4),
    name: text.slice(open + 1, close),
    state: stateOf(fields[0] ?? '', threads),
    groupId: field(5),
    sessionId: field(6),
    ...((field(9) & PF_KTHREAD) !== 0 && { kernel: true as const }),
    ...(threads > 1 && { threaded: true as const }),
  };
}

function stateOf(letter: string, threads: number): LiveState {
  switch (letter) {
    case 'T':
    case 't':
      return 'stopped';
    case 'D':
      return 'blocked';
    case 'Z':
    case 'X':
    case 'x':
      // The first thread may end while others go on: the process shows as a zombie and works. A way to hide.
      return threads > 1 ? 'running' : 'ended';
    default:
      return 'running';
  }
}

/**
 * Tests whether a process was started with one of these variables. Only own processes can be read; others are `false`.
 * @param wanted variable → value; an empty value means any
 */
export function createMarkerTest(wanted: Readonly<Record<string, string>>): (pid: number) => boolean {
  const entries = Object.entries(wanted);
  return (pid) => {
    const environ = readEnviron(pid);
    return entries.some(([name, value]) =>
      value === '' ? environ.includes(`\0${name}=`) : environ.includes(`\0${name}=${value}\0`),
    );
  };
}

function readEnviron(pid: number): string {
  let fd: number | undefined;
  try {
    fd = openSync(`/proc/${pid}/environ`, 'r');
    let size = 0;
    // procfs hands out a page at a time.
    for (;;) {
      const n = readSync(fd, ENVIRON, size, ENVIRON.length - size, size);
      size += n;
      if (n === 0 || size === ENVIRON.length) return `\0${ENVIRON.toString('latin1', 0, size)}\0`;
    }
  } catch {
    return ''; // another user's, or gone
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
