import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IpcClient } from '../../collector/ipc/client.ts';
import { readToken } from '../../collector/lib/token-file.ts';
import { pathsOf } from '../../collector/paths.ts';
import { createPlatform } from '../../collector/platform/index.ts';

const ENTRY = new URL('../../dist/reeve.js', import.meta.url).pathname;

/** A real collector in a process of its own, on a given home and state folder. */
export interface RunningCollector {
  readonly child: ChildProcess;
  readonly client: IpcClient;
  /** From spawn to having read everything. */
  readonly readyMs: number;
  memory(): { rssMb: number; peakMb: number };
  cpuSeconds(): number;
  stop(): Promise<void>;
}

/**
 * Starts `reeve run --quiet` and waits until it has read the history.
 * @param home watched with `--home`, or, as `own`, the home of the collector itself
 * @throws when it exits before that
 */
export async function startCollector(
  home: string | { readonly own: string },
  state: string,
  extra: readonly string[] = [],
): Promise<RunningCollector> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [
      ENTRY,
      '--state',
      state,
      'run',
      '--quiet',
      ...(typeof home === 'string' ? ['--home', home] : []),
      ...extra,
    ],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      ...(typeof home !== 'string' && {
        env: { ...process.env, HOME: home.own, XDG_CONFIG_HOME: join(home.own, '.config') },
      }),
    },
  );
  const client = await connect(child, state);
  for (;;) {
    const { phase } = await client.call('status.get', {});
    if (phase === 'watching') break;
    // Asking more often would be a measurable part of what is measured.
    await sleep(25);
  }
  const readyMs = performance.now() - started;
  return {
    child,
    client,
    readyMs,
    memory: () => memoryOf(child.pid ?? 0),
    cpuSeconds: () => cpuOf(child.pid ?? 0),
    stop: async () => {
      client.close();
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function connect(child: ChildProcess, state: string): Promise<IpcClient> {
  const paths = pathsOf(createPlatform(), state);
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the collector exited with ${child.exitCode}`);
    const token = readToken(paths.token);
    if (token !== undefined) {
      try {
        return await IpcClient.connect(paths.address, token);
      } catch {
        // Not listening yet, or the token of an earlier run.
      }
    }
    await sleep(10);
  }
}

function memoryOf(pid: number): { rssMb: number; peakMb: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kb = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
  return { rssMb: kb('VmRSS') / 1024, peakMb: kb('VmHWM') / 1024 };
}

/** User and system time of the process, in seconds (proc(5), fields 14 and 15, in ticks of 10 ms). */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
