/**
 * What a collector costs while little or nothing happens: 15,000 session logs in 600 projects, read once. Memory after
 * a minute, processor time while nothing is written, processor time with ten sessions that each write a line a second
 * (in their first minute, after it, and with somebody who follows all notices), and how long a second start takes. The
 * reference is a bare Node that waits, in the same run.
 * Usage: node bench/steady.ts [seconds of idling = 60] [seconds with live sessions = 30] [files = 15000]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NOTIFICATIONS } from '../collector/contract/ipc.ts';
import { type RunningCollector, startCollector } from '../test/support/collector-process.ts';
import { report } from './shared/report.ts';
import { type SessionFile, writeSessionHome } from './shared/session-home.ts';

const idleSeconds = Number(process.argv[2] ?? 60);
const liveSeconds = Number(process.argv[3] ?? 30);
const fileCount = Number(process.argv[4] ?? 15_000);
const PROJECTS = 600;
const LIVE_SESSIONS = 10;
const SETTLE_MS = 60_000;
const BUDGET = { rssMb: 120, idlePercent: 0.5, livePercent: 0.5, secondStartMs: 1_000 };

interface Memory {
  readonly rssMb: number;
  /** Not shared with a file on disk: what this process alone costs. */
  readonly anonymousMb: number;
}

/** proc(5), smaps_rollup. */
function memoryOf(child: ChildProcess): Memory {
  const text = readFileSync(`/proc/${child.pid ?? 0}/smaps_rollup`, 'utf8');
  const mb = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN) / 1_024;
  return { rssMb: mb('Rss'), anonymousMb: mb('Anonymous') };
}

const inMb = ({ rssMb, anonymousMb }: Memory): string =>
  `${rssMb.toFixed(0)} MB, ${anonymousMb.toFixed(0)} MB of it anonymous`;

/** @returns processor time in percent of one core, while `work` runs */
async function cpuDuring(collector: RunningCollector, work: () => Promise<void>): Promise<number> {
  const [before, startMs] = [collector.cpuSeconds(), performance.now()];
  await work();
  return ((collector.cpuSeconds() - before) * 100_000) / (performance.now() - startMs);
}

async function writeLines(files: readonly SessionFile[]): Promise<void> {
  for (let second = 0; second < liveSeconds; second++) {
    for (const [n, file] of files.entries()) {
      await sleep(1_000 / files.length);
      const text = `Step ${second} of ${n}: the tests pass, the next file follows.`;
      file.append(second % 2 === 0 ? { prompt: text } : { say: text });
    }
  }
}

async function bareNode(): Promise<Memory> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { stdio: 'ignore' });
  await sleep(1_500);
  const memory = memoryOf(child);
  child.kill();
  return memory;
}

const folder = mkdtempSync(join(tmpdir(), 'reeve-bench-'));
const home = join(folder, 'home');
const state = join(folder, 'state');
const files = writeSessionHome(home, {
  sessions: fileCount,
  projects: PROJECTS,
  agentOf: () => 'claude-code',
  steps: 4,
  nowMs: Date.now() - 86_400_000,
});
const children: ChildProcess[] = [];

async function start(): Promise<RunningCollector> {
  const collector = await startCollector(home, state);
  children.push(collector.child);
  return collector;
}

try {
  const bare = await bareNode();
  const first = await start();
  const peakMb = first.memory().peakMb;
  await sleep(SETTLE_MS);
  const { totals, files: known } = await first.client.call('status.get', {});
  const afterCold = memoryOf(first.child);
  await first.stop();

  const second = await start();
  const startCpuSeconds = second.cpuSeconds();
  await sleep(SETTLE_MS);
  const settled = memoryOf(second.child);
  // A client hears everything unless it says what it wants; nobody looks on while a machine works.
  await second.client.call('notices.select', { names: [] });
  const idlePercent = await cpuDuring(second, () => sleep(idleSeconds * 1_000));
  const idle = memoryOf(second.child);
  const liveFiles = files.slice(-LIVE_SESSIONS);
  const write = (): Promise<number> => cpuDuring(second, () => writeLines(liveFiles));
  // What runs for the first time is compiled, and then compiled better: that is over once, the work goes on all day.
  const firstPercent = await write();
  const livePercent = await write();
  const live = memoryOf(second.child);
  await second.client.call('notices.select', { names: Object.keys(NOTIFICATIONS) });
  const followedPercent = await write();
  // Ten lines a second, on top of what idling takes; in percent of a core that is as many milliseconds for each.
  const told = (percent: number): string =>
    `${percent.toFixed(2)} % of one core over ${liveSeconds} s, ${((percent - idlePercent) * (10 / LIVE_SESSIONS)).toFixed(2)} ms a line`;
  const seen = (await second.client.call('status.get', {})).totals.events - totals.events;
  await second.stop();

  const verdict = (kept: boolean, budget: string): string =>
    `(budget ${budget}: ${kept ? 'kept' : 'missed'})`;
  report('steady state', [
    ['home', `${known.known} files in ${PROJECTS} projects, ${totals.events} events`],
    [
      'first start',
      `${(first.readyMs / 1_000).toFixed(2)} s to having read all; peak ${peakMb.toFixed(0)} MB`,
    ],
    ['one minute after it', inMb(afterCold)],
    [
      'second start',
      `${(second.readyMs / 1_000).toFixed(2)} s, ${startCpuSeconds.toFixed(2)} s of processor time ${verdict(second.readyMs < BUDGET.secondStartMs, '1 s')}`,
    ],
    [
      'one minute after it, again',
      `${inMb(settled)} ${verdict(settled.rssMb < BUDGET.rssMb, `${BUDGET.rssMb} MB`)}`,
    ],
    ['idle memory', inMb(idle)],
    [
      'idle processor',
      `${idlePercent.toFixed(2)} % of one core over ${idleSeconds} s ${verdict(idlePercent < BUDGET.idlePercent, '0.5 %')}`,
    ],
    ['ten live sessions, first minute', told(firstPercent)],
    [
      'ten live sessions',
      `${told(livePercent)} ${verdict(livePercent < BUDGET.livePercent, `${BUDGET.livePercent} %`)}`,
    ],
    ['memory with them', `${inMb(live)} ${verdict(live.rssMb < BUDGET.rssMb, `${BUDGET.rssMb} MB`)}`],
    ['the same, all notices followed', `${told(followedPercent)}; ${seen} events in all`],
    ['bare Node that waits', inMb(bare)],
    ['ratio to bare Node', (idle.rssMb / bare.rssMb).toFixed(2)],
  ]);
} finally {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true, force: true });
}
