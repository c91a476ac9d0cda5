/**
 * Run as a program of its own: `kill PID START` as another user, or `reuse TIMES LIMIT_MS` in a pid namespace,
 * until so many numbers came round. Prints one JSON document.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { ResolvedTarget } from '../../collector/actions/action.ts';
import { kill } from '../../collector/actions/kill.ts';
import { createLinuxControl, createMarkerTest } from '../../collector/actions/os/linux.ts';
import type { LiveProcess } from '../../collector/actions/process-control.ts';
import type { ActionResult } from '../../collector/contract/action.ts';

export interface ReuseReport {
  readonly exactReuseRefused: boolean;
  readonly knownReuseSpared: boolean;
  readonly trees: number;
  readonly bystanders: number;
  /** Bystanders that had the number of a process that was being killed a moment before. */
  readonly reused: number;
  readonly wronglyEnded: number;
  readonly wronglyStopped: number;
  readonly survivors: number;
}

const [mode = '', first = '', second = ''] = process.argv.slice(2);
const control = await createLinuxControl({ ownPid: process.pid });
const monotonicMs = (): number => performance.now();

function end(resolved: ResolvedTarget, graceMs = 0): Promise<ActionResult> {
  const { pid, startTimeMs } = resolved.roots[0]!;
  return kill.run(
    { kind: 'process', pid, startTimeMs },
    { graceMs },
    { control, monotonicMs, resolve: () => resolved },
  );
}

async function find(pid: number): Promise<LiveProcess> {
  const found = (await control.list()).find((one) => one.pid === pid);
  if (found === undefined) throw new Error(`process ${pid} not found`);
  return found;
}

const gone = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.once('exit', resolve));
const sleeper = (): ChildProcess => spawn('sleep', ['100'], { stdio: 'ignore' });

/** Starts programs until one has this pid: the kernel gives the number after the last one. */
async function startAt(pid: number): Promise<ChildProcess> {
  for (let n = 0; n < 50; n += 1) {
    writeFileSync('/proc/sys/kernel/ns_last_pid', String(pid - 1));
    const child = sleeper();
    if (child.pid === pid) return child;
    child.kill('SIGKILL');
    await gone(child);
  }
  throw new Error(`nothing could be started as ${pid}`);
}

async function reuse(wanted: number, limitMs: number): Promise<ReuseReport> {
  const original = sleeper();
  const key = await find(original.pid!);
  original.kill('SIGKILL');
  await gone(original);
  // Start times are told in steps of 10 ms; two owners within one step cannot happen without our help.
  await wait(20);
  const owner = await startAt(key.pid);
  const refused = await end({ roots: [key] });
  const other = sleeper();
  await end({ roots: [await find(other.pid!)], known: [key] });
  const spared =
    owner.exitCode === null && owner.signalCode === null && (await find(key.pid)).state !== 'stopped';
  owner.kill('SIGKILL');

  // Few numbers, used up from both sides: trees that end by themselves while they are killed, and bystanders.
  writeFileSync('/proc/sys/kernel/pid_max', '380');
  const isTree = createMarkerTest({ REEVE_ZOO: 'tree' });
  const isMember = (one: LiveProcess): boolean => isTree(one.pid);
  const used = new Set<number>();
  const untilMs = performance.now() + limitMs;
  let bystanders = 0;
  let reused = 0;
  let wronglyEnded = 0;
  // In programs of their own, so that they start and end while we look. Each tells `pid code` of what it started.
  const breeders = Array.from({ length: 4 }, () =>
    spawn('sh', ['-c', 'while :; do sleep 0.004 & wait $!; echo $! $?; done'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  for (const breeder of breeders) {
    let rest = '';
    breeder.stdout.on('data', (bytes: Buffer) => {
      const lines = (rest + bytes.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [pid, code] = line.split(' ').map(Number);
        bystanders += 1;
        if (used.has(pid!)) reused += 1;
        if (code !== 0) wronglyEnded += 1;
      }
    });
  }
  let trees = 0;
  while (performance.now() < untilMs && (reused < wanted || trees < 10)) {
    const tree = spawn(
      'sh',
      ['-c', 'for i in 1 2 3 4 5 6; do (sleep 0.00$i & sleep 0.0$i; :) & done; sleep 0.02 & wait'],
      {
        stdio: 'ignore',
        env: { PATH: process.env['PATH'], REEVE_ZOO: 'tree' },
      },
    );
    const ended = gone(tree);
    await wait(trees % 12);
    const root = (await control.list()).find((one) => one.pid === tree.pid);
    if (root !== undefined) {
      const result = await end({ roots: [root], isMember }, trees % 3);
      for (const one of result.processes) used.add(one.pid);
    }
    await ended;
    trees += 1;
  }
  // A breeder whose child was stopped would wait for it for ever: all must still be telling.
  let wronglyStopped = 0;
  for (const breeder of breeders) {
    const told = once(breeder.stdout, 'data').then(() => true);
    if (!(await Promise.race([told, wait(3_000, false)]))) wronglyStopped += 1;
    breeder.kill('SIGKILL');
  }
  const survivors = (await control.list()).filter((one) => one.state !== 'ended' && isTree(one.pid)).length;
  return {
    exactReuseRefused: refused.status === 'refused',
    knownReuseSpared: spared,
    trees,
    bystanders,
    reused,
    wronglyEnded,
    wronglyStopped,
    survivors,
  };
}

const outcome =
  mode === 'reuse'
    ? await reuse(Number(first), Number(second))
    : await end({ roots: [{ pid: Number(first), startTimeMs: Number(second) }] });
process.stdout.write(JSON.stringify(outcome));
process.exit(0);
