/**
 * What watching processes costs and sees. `node bench/processes.ts [children] [idle seconds] [short-lived]`
 *
 * 1. A snapshot with 500 sleeping children: first, then with everything known, against systeminformation and `ps -e`.
 * 2. Longest time the event loop is held meanwhile.
 * 3. Of 1,000 children that live 5-50 ms, how many are seen, with events and by polling alone.
 * 4. Processor time of a watch in a process of its own, with 100 idle processes around it.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { processes as reportedProcesses } from 'systeminformation';
import type { ProcessInfo } from '../collector/contract/process.ts';
import { LinuxProcessReader } from '../collector/platform/linux-processes.ts';
import { openProcessEvents } from '../collector/sources/process-events.ts';
import { ProcessWatch } from '../collector/sources/process-watch.ts';
import { report } from './shared/report.ts';

const childCount = Number(process.argv[2] ?? 500);
const idleSeconds = Number(process.argv[3] ?? 60);
const shortLived = Number(process.argv[4] ?? 1000);
const IDLE_PROCESSES = 100;

/** Children of one shell, so that starting them is quick; they end with it. */
async function sleepers(count: number): Promise<ChildProcess> {
  const script = `i=0; while [ $i -lt ${count} ]; do sleep 600 & i=$((i+1)); done; echo ready; wait`;
  const shell = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(shell.stdout, 'data');
  return shell;
}

async function endGroup(leader: ChildProcess): Promise<void> {
  if (leader.pid === undefined) return;
  process.kill(-leader.pid, 'SIGKILL');
  await once(leader, 'close');
}

function percentile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0;
}

async function timed(run: () => unknown): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

async function snapshots(): Promise<void> {
  const shell = await sleepers(childCount);
  const first = await timed(() => new LinuxProcessReader().read());
  const reader = new LinuxProcessReader();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  await reader.read();
  const own: number[] = [];
  const cpuBefore = process.cpuUsage();
  delay.enable();
  for (let n = 0; n < 100; n += 1) {
    own.push(await timed(() => reader.read()));
    await wait(5);
  }
  delay.disable();
  const cpu = process.cpuUsage(cpuBefore);
  const ps: number[] = [];
  for (let n = 0; n < 10; n += 1) ps.push(await timed(() => execFileSync('ps', ['-e'])));
  const reported: number[] = [];
  for (let n = 0; n < 5; n += 1) {
    reported.push(await timed(() => reportedProcesses()));
    await wait(600); // it answers from a cache within half a second
  }
  const count = (await reader.read()).processes.length;
  await endGroup(shell);
  const median = percentile(own, 0.5);
  report(`Snapshot of ${count} processes`, [
    ['first, everything read', `${first.toFixed(1)} ms`],
    [
      'known, best / median / p95',
      `${Math.min(...own).toFixed(2)} / ${median.toFixed(2)} / ${percentile(own, 0.95).toFixed(2)} ms`,
    ],
    [
      'known, processor time',
      `${((cpu.user + cpu.system) / 1000 / own.length).toFixed(2)} ms, waiting included`,
    ],
    ['ps -e', `${percentile(ps, 0.5).toFixed(1)} ms (${(percentile(ps, 0.5) / median).toFixed(1)} times)`],
    [
      'systeminformation',
      `${percentile(reported, 0.5).toFixed(0)} ms (${(percentile(reported, 0.5) / median).toFixed(0)} times)`,
    ],
    [
      'event loop held, max',
      `${(delay.max / 1e6).toFixed(1)} ms (1 ms resolution, p99 ${(delay.percentile(99) / 1e6).toFixed(1)})`,
    ],
  ]);
}

/** Starts children in fours that sleep 5-50 ms, and tells how many the watch told of by their own command line. */
async function seenShortLived(withEvents: boolean): Promise<readonly [string, string]> {
  const reader = new LinuxProcessReader();
  const seen = new Set<string>();
  let started = 0;
  const note = ({ argv, parentPid }: ProcessInfo): void => {
    if (parentPid === process.pid && argv[0] === 'sleep' && argv[1] !== undefined) seen.add(argv[1]);
  };
  const watch = new ProcessWatch({
    reader,
    isAgent: ({ pid }) => pid === process.pid,
    onChanges: ({ changes }) => {
      for (const change of changes) {
        if (change.kind !== 'exit') note(change.process);
        if (change.kind === 'start' && change.process.parentPid === process.pid) started += 1;
      }
    },
    ...(withEvents ? { openEvents: (handlers) => openProcessEvents(reader.eventSetup, handlers) } : {}),
  });
  await watch.start();
  started = 0;
  let next = 0;
  const runner = async (): Promise<void> => {
    while (next < shortLived) {
      const index = next;
      next += 1;
      // A length of its own per child is also its name.
      const seconds = (5 + (index * 45) / shortLived) / 1000;
      const child = spawn('sleep', [seconds.toFixed(7)], { stdio: 'ignore' });
      await once(child, 'exit');
    }
  };
  await Promise.all(Array.from({ length: 4 }, runner));
  await wait(300);
  const { source, missed, overflows, snapshots: taken } = watch.health();
  await watch.stop();
  return [
    withEvents ? 'with events' : 'polling alone',
    `${seen.size} of ${shortLived} (${((seen.size * 100) / shortLived).toFixed(1)} %) with command line, ${started} at all, ${source}, ` +
      `${taken} snapshots, ${missed} missed, ${overflows} overflows`,
  ];
}

const WATCH = `
  const { LinuxProcessReader } = await import('${import.meta.resolve('../collector/platform/linux-processes.ts')}');
  const { openProcessEvents } = await import('${import.meta.resolve('../collector/sources/process-events.ts')}');
  const { ProcessWatch } = await import('${import.meta.resolve('../collector/sources/process-watch.ts')}');
  const reader = new LinuxProcessReader();
  let changes = 0;
  const watch = new ProcessWatch({
    reader, isAgent: ({ name }) => name === 'no-agent', onChanges: (batch) => { changes += batch.changes.length; },
    ...(process.argv[1] === 'events' ? { openEvents: (handlers) => openProcessEvents(reader.eventSetup, handlers) } : {}),
  });
  await watch.start();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const before = process.cpuUsage();
  changes = 0;
  setTimeout(() => {
    const used = process.cpuUsage(before);
    const health = watch.health();
    console.log(JSON.stringify({ cpuMs: (used.user + used.system) / 1000, rss: process.memoryUsage.rss(), changes, ...health }));
    process.exit();
  }, Number(process.argv[2]) * 1000);
`;

async function idle(mode: 'events' | 'polling'): Promise<readonly [string, string]> {
  const shell = await sleepers(IDLE_PROCESSES);
  const child = spawn(process.execPath, ['--input-type=module', '-e', WATCH, mode, String(idleSeconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  await endGroup(shell);
  const {
    cpuMs,
    rss,
    changes,
    source,
    reason = '',
    snapshots: taken,
  } = JSON.parse(Buffer.concat(chunks).toString()) as {
    cpuMs: number;
    rss: number;
    changes: number;
    source: string;
    reason?: string;
    snapshots: number;
  };
  return [
    `idle, ${mode}`,
    `${(cpuMs / idleSeconds / 10).toFixed(3)} % of a core over ${idleSeconds} s, ${(rss / 1e6).toFixed(0)} MB, ` +
      `${source}${reason === '' ? '' : ` (${reason})`}, ${taken} snapshots, ` +
      `${changes} changes by whatever else runs here`,
  ];
}

await snapshots();
report('Children living 5-50 ms', [await seenShortLived(true), await seenShortLived(false)]);
if (idleSeconds > 0)
  report(`${IDLE_PROCESSES} idle processes`, await Promise.all([idle('events'), idle('polling')]));
