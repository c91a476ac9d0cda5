import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  isSameProcess,
  type ProcessInfo,
  type ProcessKey,
  type ProcessSnapshot,
  type ProcessUsage,
} from '../contract/process.ts';
import {
  readArguments,
  readDetails,
  readEnvironment,
  readProgram,
  readSurroundings,
  type ProcDetails,
} from './linux-details.ts';
import { readNewestPid, readOpenFiles } from './linux-files.ts';
import { readKernelFacts, type KernelFacts } from './linux-kernel.ts';
import { LinuxSockets } from './linux-sockets.ts';
import { isLimit, StatFiles } from './linux-stat-files.ts';
import { parseStatBytes, ttyName, type ProcStat } from './linux-stat.ts';
import type { ConnectionReading, ProcessEventSetup, ProcessReader } from './process-reader.ts';

export { parseArguments } from './linux-details.ts';
export { parseStat } from './linux-stat.ts';

/** The event loop gets its turn after this long. */
const SLICE_MS = 4;
const PROCESSES_PER_CHECK = 16;
/** Kernel threads are looked at in every eighth snapshot only: their pids are hardly ever used again. */
const KERNEL_THREADS_EVERY = 8;
const MAX_NEWCOMERS = 32;
const statBuffer = Buffer.allocUnsafe(4096);

interface Entry {
  readonly info: ProcessInfo;
  readonly details: ProcDetails;
  readonly image: number;
  readonly kernelName: string;
}

/**
 * The process table from /proc, as proc(5) describes it. Of a known process (same pid and start) only `stat` is read;
 * the rest is read again when its memory layout shows that it runs another program. So arguments are those the program
 * was started with, also when it overwrites them later.
 *
 * Synchronous reads on purpose: these files are in memory, and each is some five times cheaper than through the
 * thread pool. The loop pauses between them.
 */
export class LinuxProcessReader implements ProcessReader {
  readonly #proc: string;
  readonly #kernel: KernelFacts;
  readonly #ownUid = process.geteuid?.();
  readonly #sockets: LinuxSockets;
  readonly #stats: StatFiles;
  #entries = new Map<number, Entry>();
  #kernelThreads = new Set<number>();
  #readings = 0;
  #newest: { readonly before?: number | undefined; readonly last?: number | undefined } = {};
  #reading: Promise<ProcessSnapshot> | undefined;

  /** @param kernel of another reader in this program, so that both give a process the same start time */
  constructor(proc = '/proc', kernel = readKernelFacts(proc)) {
    this.#proc = proc;
    this.#kernel = kernel;
    this.#sockets = new LinuxSockets(proc);
    this.#stats = new StatFiles(proc);
  }

  get eventSetup(): ProcessEventSetup {
    return { proc: this.#proc, kernel: this.#kernel };
  }

  read(): Promise<ProcessSnapshot> {
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readAll(): Promise<ProcessSnapshot> {
    const timeMs = Date.now();
    const table = new Table();
    const pids = this.#listPids();
    let sliceStart = performance.now();
    for (const [index, pid] of pids.entries()) {
      table.add(pid, this.#readInto(pid), this.#kernel);
      if (index % PROCESSES_PER_CHECK === 0 && performance.now() - sliceStart > SLICE_MS) {
        await setImmediate();
        sliceStart = performance.now();
      }
    }
    return this.#learn(table, timeMs);
  }

  /** The whole table in one go, however long it takes. */
  readSync(): ProcessSnapshot {
    const timeMs = Date.now();
    const table = new Table();
    for (const pid of this.#listPids()) table.add(pid, this.#readInto(pid), this.#kernel);
    return this.#learn(table, timeMs);
  }

  close(): void {
    this.#stats.close();
  }

  #learn({ entries, processes, usage }: Table, timeMs: number): ProcessSnapshot {
    this.#entries = entries;
    this.#stats.keepOnly(entries);
    return { timeMs, processes, usage };
  }

  #listPids(): readonly number[] {
    this.#readings += 1;
    if (this.#readings % KERNEL_THREADS_EVERY === 1) this.#kernelThreads.clear();
    return listPids(this.#proc).filter((pid) => !this.#kernelThreads.has(pid));
  }

  #readInto(pid: number): Read | undefined {
    const stat = this.#readStat(pid, (error) => !isLimit(error)); // else all would seem to have ended
    if (stat?.kernelThread === true) this.#kernelThreads.add(pid);
    if (stat === undefined || stat.kernelThread || hasEnded(stat)) return undefined;
    const before = this.#entries.get(pid);
    if (before !== undefined && isSameImage(before, stat)) {
      this.#stats.keep(pid);
      return { entry: isSamePlace(before.info, stat) ? before : moved(before, stat, this.#kernel), stat };
    }
    const details = this.#readDetails(pid);
    if (details === undefined) return undefined;
    const info = toInfo(pid, stat, details, this.#kernel);
    return { entry: { info, details, image: stat.image, kernelName: stat.name }, stat };
  }

  /**
   * In two steps, so that of several which began together each shows its arguments before it may have ended.
   * Also tells of one that ended and was not waited for: it has the kernel's name for it, and no arguments.
   * @returns how to read the rest
   */
  lookAt(pid: number): (() => ProcessInfo) | undefined {
    const stat = this.#readStat(pid);
    if (stat === undefined || stat.kernelThread) return undefined;
    const folder = `${this.#proc}/${pid}`;
    const argv = readArguments(folder) ?? [];
    return () => toInfo(pid, stat, { argv, ...readSurroundings(folder, this.#ownUid) }, this.#kernel);
  }

  /** Only what a fork changes, for a process that is a copy of its parent otherwise. */
  readPlace(pid: number): ProcessInfo | undefined {
    const stat = this.#readStat(pid);
    if (stat === undefined || stat.kernelThread) return undefined;
    return toInfo(pid, stat, { argv: [] }, this.#kernel);
  }

  readOne(pid: number): Promise<ProcessInfo | undefined> {
    const stat = this.#readStat(pid);
    const gone = stat === undefined || stat.kernelThread || hasEnded(stat);
    return Promise.resolve(gone ? undefined : this.#describe(pid, stat));
  }

  /** The kernel gives numbers in turn and tells the last one given (proc(5), loadavg). */
  newcomers(): readonly ProcessInfo[] {
    const newest = readNewestPid(this.#proc);
    if (newest === undefined) return [];
    // Each number is looked at twice: what was only just forked does not run its program yet.
    const after = this.#newest.before;
    this.#newest = { before: this.#newest.last, last: newest };
    // The first look, or the numbers have begun anew.
    if (after === undefined || newest <= after) return [];
    const found: ProcessInfo[] = [];
    for (let pid = newest; pid > after && found.length < MAX_NEWCOMERS; pid -= 1) {
      const process = readProgram(`${this.#proc}/${pid}`, pid);
      if (process !== undefined) found.push(process);
      if (newest - pid > MAX_NEWCOMERS * 4) break;
    }
    return found;
  }

  openFiles(pid: number, under: readonly string[]): Promise<readonly string[]> {
    return Promise.resolve(readOpenFiles(`${this.#proc}/${pid}`, under));
  }

  isStopped(process: ProcessKey): boolean {
    const stat = this.#readStat(process.pid);
    if (stat?.state !== 'T' && stat?.state !== 't') return false;
    return isSameProcess(process, toInfo(process.pid, stat, { argv: [] }, this.#kernel));
  }

  environment(
    process: ProcessKey,
    isWanted: (name: string) => boolean,
  ): ReadonlyMap<string, string> | undefined {
    const variables = readEnvironment(`${this.#proc}/${process.pid}`, isWanted);
    // Asked afterwards: a number that is another process by now does not become this one again.
    const now = this.readPlace(process.pid);
    return now !== undefined && isSameProcess(process, now) ? variables : undefined;
  }

  connections(processes: readonly ProcessKey[]): Promise<ConnectionReading> {
    return this.#sockets.read(processes);
  }

  #readStat(pid: number, meansGone: (error: unknown) => boolean = () => true): ProcStat | undefined {
    try {
      return parseStatBytes(statBuffer, this.#stats.read(pid, statBuffer));
    } catch (error) {
      if (!meansGone(error)) throw error;
      return undefined; // ended between the listing and the reading (ENOENT, ESRCH)
    }
  }

  #readDetails(pid: number): ProcDetails | undefined {
    return readDetails(`${this.#proc}/${pid}`, this.#ownUid);
  }

  #describe(pid: number, stat: ProcStat): ProcessInfo | undefined {
    const details = this.#readDetails(pid);
    return details === undefined ? undefined : toInfo(pid, stat, details, this.#kernel);
  }
}

interface Read {
  readonly entry: Entry;
  readonly stat: ProcStat;
}

/** What one reading gathers. */
class Table {
  readonly entries = new Map<number, Entry>();
  readonly processes: ProcessInfo[] = [];
  readonly usage = new Map<number, ProcessUsage>();

  add(pid: number, read: Read | undefined, kernel: KernelFacts): void {
    if (read === undefined) return;
    this.entries.set(pid, read.entry);
    this.processes.push(read.entry.info);
    this.usage.set(pid, {
      cpuMs: read.stat.cpuTicks * kernel.tickMs,
      residentBytes: read.stat.residentPages * kernel.pageBytes,
    });
  }
}

/** The process table once, with nothing remembered. */
export function readProcesses(proc = '/proc'): readonly ProcessInfo[] {
  return new LinuxProcessReader(proc).readSync().processes;
}

function listPids(proc: string): readonly number[] {
  const pids: number[] = [];
  for (const name of readdirSync(proc)) {
    const first = name.charCodeAt(0);
    if (first >= 0x31 && first <= 0x39) pids.push(Number(name));
  }
  return pids;
}

/** A first thread that ended while others go on also shows `Z`. */
function hasEnded(stat: ProcStat): boolean {
  return stat.state === 'X' || (stat.state === 'Z' && stat.threads <= 1);
}

/** Without the addresses (another user's process) a new name is the only sign of another program. */
function isSameImage(before: Entry, stat: ProcStat): boolean {
  return (
    before.info.startTicks === stat.startTicks &&
    before.image === stat.image &&
    (stat.image !== 0 || before.kernelName === stat.name)
  );
}

function isSamePlace(info: ProcessInfo, stat: ProcStat): boolean {
  return (
    info.parentPid === stat.parentPid &&
    (info.processGroupId ?? 0) === Math.max(0, stat.processGroupId) &&
    (info.sessionId ?? 0) === Math.max(0, stat.sessionId) &&
    info.tty === ttyName(stat.tty)
  );
}

function moved(entry: Entry, stat: ProcStat, kernel: KernelFacts): Entry {
  return { ...entry, info: toInfo(entry.info.pid, stat, entry.details, kernel) };
}

/** 0 stands for a group or session of another pid namespace. */
function place(stat: ProcStat): Pick<ProcessInfo, 'processGroupId' | 'sessionId' | 'tty'> {
  const tty = ttyName(stat.tty);
  return {
    ...(stat.processGroupId > 0 ? { processGroupId: stat.processGroupId } : {}),
    ...(stat.sessionId > 0 ? { sessionId: stat.sessionId } : {}),
    ...(tty === undefined ? {} : { tty }),
  };
}

function toInfo(pid: number, stat: ProcStat, details: ProcDetails, kernel: KernelFacts): ProcessInfo {
  return {
    pid,
    startTimeMs: kernel.bootMs + stat.startTicks * kernel.tickMs,
    startTicks: stat.startTicks,
    ...(kernel.bootId === undefined ? {} : { bootId: kernel.bootId }),
    parentPid: stat.parentPid,
    // The kernel cuts its own name at 15 characters; the executable's is whole.
    name: details.executable === undefined ? stat.name : basename(details.executable),
    ...details,
    ...place(stat),
  };
}
