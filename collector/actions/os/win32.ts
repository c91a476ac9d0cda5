import type { ProcessKey } from '../../contract/process.ts';
import type { LiveProcess, ProcessControl, SignalOutcome } from '../process-control.ts';
import { startedTogether } from './darwin.ts';
import type { RunTool } from './run-tool.ts';

/** Others tell the start in whole seconds. */
const START_TOLERANCE_MS = 1_000;
/** A command line holds 32,767 characters; a key takes some 24. */
const MAX_KEYS = 200;

const LIST = [
  "$ErrorActionPreference='Stop'",
  '[Console]::OutputEncoding=[Text.Encoding]::UTF8',
  'Get-CimInstance Win32_Process -Property ProcessId,ParentProcessId,Name,CreationDate | ForEach-Object {' +
    ' $t=0; if ($_.CreationDate) { $t=([DateTimeOffset]$_.CreationDate).ToUnixTimeMilliseconds() }' +
    " '{0} {1} {2} {3}' -f $_.ProcessId,$_.ParentProcessId,$t,$_.Name }",
].join('; ');

export interface Win32ControlOptions {
  readonly ownPid: number;
  readonly run: RunTool;
  /** Absolute path of powershell.exe, so that no program of that name in another folder is run. */
  readonly powershell: string;
}

/**
 * Windows by PowerShell.
 *
 * Ending: the process is opened, then its start time is read through that handle, then it is ended through the same
 * handle. While a handle is open its number is not given out again, so the wrong process cannot be hit. `taskkill /T` is
 * not used: it follows parent numbers, which may be those of an earlier process, and would take its children too.
 *
 * Stopping needs NtSuspendProcess, which is not documented, or one call for each thread, which races with new ones.
 */
export function createWin32Control(options: Win32ControlOptions): ProcessControl {
  const { ownPid, run } = options;
  const shell = (script: string): ReturnType<RunTool> =>
    run(options.powershell, ['-NoProfile', '-NonInteractive', '-Command', script]);
  const list = async (): Promise<readonly LiveProcess[]> => {
    const { code, stdout } = await shell(LIST);
    if (code !== 0) throw new Error(`PowerShell ended with ${code}`);
    return parseList(stdout);
  };
  const killMany = async (keys: readonly ProcessKey[]): Promise<readonly SignalOutcome[]> => {
    const outcomes: SignalOutcome[] = [];
    for (let at = 0; at < keys.length; at += MAX_KEYS) {
      const some = keys.slice(at, at + MAX_KEYS);
      const told = parseOutcomes((await shell(killScript(some))).stdout);
      // No word about one: it may still be there, and the next look will show it.
      for (const key of some) outcomes.push(told.get(key.pid) ?? 'unsupported');
    }
    return outcomes;
  };
  const isSame = (a: ProcessKey, b: ProcessKey): boolean =>
    a.pid === b.pid && startedTogether(a, b, START_TOLERANCE_MS);
  return {
    ownPid,
    cannotStop: 'Windows has no safe way to stop a process for a while. Kill works.',
    list,
    isSame,
    async signal(key, signal): Promise<SignalOutcome> {
      if (signal === 'kill') return (await killMany([key]))[0] ?? 'unsupported';
      if (signal !== 'probe') return 'unsupported';
      const now = (await list()).find((process) => process.pid === key.pid);
      return now === undefined ? 'gone' : isSame(now, key) ? 'sent' : 'moved';
    },
    killMany,
    isStopped: () => false,
  };
}

/** Numbers only are put into the script. */
function killScript(keys: readonly ProcessKey[]): string {
  const pairs = keys.map(({ pid, startTimeMs }) => `@(${Math.trunc(pid)},${Math.trunc(startTimeMs)})`);
  return (
    `foreach ($k in @(${pairs.join(',')})) { $id=$k[0]; try {` +
    ' $p=[Diagnostics.Process]::GetProcessById($id); $null=$p.Handle;' +
    ' $t=([DateTimeOffset]$p.StartTime).ToUnixTimeMilliseconds();' +
    ` if ($k[1] -eq 0 -or [Math]::Abs($t-$k[1]) -gt ${START_TOLERANCE_MS}) { "$id moved" }` +
    ' else { $p.Kill(); "$id sent" }' +
    ' } catch [ArgumentException] { "$id gone" } catch [InvalidOperationException] { "$id gone" }' +
    ' catch { "$id denied" } }'
  );
}

/** `4242 4100 1763802842123 node.exe`; the name may hold blanks. Unreadable lines are left out. */
export function parseList(text: string): readonly LiveProcess[] {
  const processes: LiveProcess[] = [];
  for (const line of text.split(/\r?\n/)) {
    const match = /^(\d{1,10}) (\d{1,10}) (\d{1,16}) (.+)$/.exec(line.trim());
    if (match === null) continue;
    const pid = Number(match[1]);
    processes.push({
      pid,
      parentPid: Number(match[2]),
      startTimeMs: Number(match[3]),
      name: match[4] ?? '',
      state: 'running',
      // Idle, and the kernel's own process.
      ...((pid === 0 || pid === 4) && { kernel: true as const }),
    });
  }
  return processes;
}

function parseOutcomes(text: string): ReadonlyMap<number, SignalOutcome> {
  const outcomes = new Map<number, SignalOutcome>();
  for (const line of text.split(/\r?\n/)) {
    const [pid, word] = line.trim().split(' ');
    if (word === 'sent' || word === 'gone' || word === 'moved' || word === 'denied')
      outcomes.set(Number(pid), word);
  }
  return outcomes;
}
