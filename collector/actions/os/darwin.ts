import { constants } from 'node:os';
import type { ProcessKey } from '../../contract/process.ts';
import type {
  LiveProcess,
  LiveState,
  ProcessControl,
  ProcessSignal,
  SignalOutcome,
} from '../process-control.ts';
import type { RunTool } from './run-tool.ts';

/** `ps` tells whole seconds, and others reckon the start from the elapsed time: both may be off by one. */
const START_TOLERANCE_MS = 1_000;
/**
 * How old a look may be when its identities are used. `ps` takes some 10 ms, so one look for each signal would leave a
 * big tree running for seconds. macOS gives out pids in turn up to 99,999: a number cannot come round in this time.
 */
const MAX_LOOK_AGE_MS = 100;
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

const NUMBERS: Readonly<Record<ProcessSignal, number>> = {
  probe: 0,
  stop: constants.signals.SIGSTOP,
  continue: constants.signals.SIGCONT,
  terminate: constants.signals.SIGTERM,
  kill: constants.signals.SIGKILL,
};

export interface DarwinControlOptions {
  readonly ownPid: number;
  readonly run: RunTool;
  /** kill(2); throws as `process.kill` does. */
  readonly kill: (pid: number, signal: number) => void;
  readonly monotonicMs: () => number;
}

/** macOS by `ps` and kill(2). There is no pidfd; see `MAX_LOOK_AGE_MS` for the window that remains. */
export function createDarwinControl(options: DarwinControlOptions): ProcessControl {
  const { ownPid, run, monotonicMs } = options;
  let looked: ReadonlyMap<number, LiveProcess> = new Map();
  let lookedMs = -Infinity;
  const list = async (): Promise<readonly LiveProcess[]> => {
    const startMs = monotonicMs();
    const { code, stdout } = await run('/bin/ps', ['-axww', '-o', 'pid=,ppid=,pgid=,state=,lstart=,comm=']);
    if (code !== 0) throw new Error(`ps ended with ${code}`);
    const processes = parsePs(stdout);
    looked = new Map(processes.map((process) => [process.pid, process]));
    lookedMs = startMs;
    return processes;
  };
  return {
    ownPid,
    list,
    async signal(key, signal): Promise<SignalOutcome> {
      if (monotonicMs() - lookedMs > MAX_LOOK_AGE_MS) await list();
      const now = looked.get(key.pid);
      if (now === undefined || now.state === 'ended') return 'gone';
      if (!startedTogether(now, key, START_TOLERANCE_MS)) return 'moved';
      try {
        options.kill(key.pid, NUMBERS[signal]);
        return 'sent';
      } catch (error) {
        return error instanceof Error && 'code' in error && error.code === 'EPERM' ? 'denied' : 'gone';
      }
    },
    isSame: (a, b) => a.pid === b.pid && startedTogether(a, b, START_TOLERANCE_MS),
    stopGroup: (groupId) => {
      try {
        options.kill(-groupId, NUMBERS.stop);
      } catch {
        return; // ESRCH, EPERM: they are stopped one by one then
      }
    },
    // A stop stops the whole task.
    isStopped: ({ state }) => state === 'stopped',
  };
}

/** Unknown (0) is the same as nothing. */
export function startedTogether(a: ProcessKey, b: ProcessKey, toleranceMs: number): boolean {
  return a.startTimeMs > 0 && b.startTimeMs > 0 && Math.abs(a.startTimeMs - b.startTimeMs) <= toleranceMs;
}

/** `  501     1   501 Ss   Tue Nov  3 09:14:02 2026     /usr/libexec/logd` in UTC; unreadable lines are left out. */
export function parsePs(text: string): readonly LiveProcess[] {
  const processes: LiveProcess[] = [];
  for (const line of text.split('\n')) {
    const [pid, ppid, pgid, state, , month, day, clock, year, ...name] = line.trim().split(/ +/);
    const at = MONTHS.indexOf(month ?? '-');
    const time = /^(\d\d):(\d\d):(\d\d)$/.exec(clock ?? '');
    const ids = [pid, ppid, pgid, day, year].map(Number);
    if (at < 0 || at % 3 !== 0 || time === null || state === undefined || !ids.every(Number.isSafeInteger))
      continue;
    const [pidNumber = 0, parentPid = 0, groupId = 0, dayNumber = 0, yearNumber = 0] = ids;
    const startTimeMs = Date.UTC(
      yearNumber,
      at / 3,
      dayNumber,
      Number(time[1]),
      Number(time[2]),
      Number(time[3]),
    );
    // A number of the next row may be glued to the year when output is cut.
    if (!Number.isSafeInteger(startTimeMs)) continue;
    const path = name.join(' ');
    processes.push({
      pid: pidNumber,
      parentPid,
      groupId,
      startTimeMs,
      state: stateOf(state),
      name: path.slice(path.lastIndexOf('/') + 1),
    });
  }
  return processes;
}

function stateOf(letters: string): LiveState {
  switch (letters.charAt(0)) {
    case 'T':
      return 'stopped';
    case 'U':
      return 'blocked';
    case 'Z':
      return 'ended';
    default:
      return 'running';
  }
}
