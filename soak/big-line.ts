/**
 * Reads what no agent should write: a line of 64 MB, one longer than that, and a log of 2 GB, all of generated text.
 * Memory must stay bounded, the lines around must be found, and what is left out must be counted.
 * Usage: node soak/big-line.ts [megabytes of the large log = 2000]
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DEMO_LOGS } from '../collector/cli/demo/write-logs.ts';
import { dumpStore } from '../test/support/dump-store.ts';
import { startCollector } from '../test/support/collector-process.ts';

const megabytes = Number(process.argv[2] ?? 2_000);
const MIB = 1_048_576;
/** The reader's own limit for one line. */
const MAX_LINE_BYTES = 64 * MIB;
/** The budget; a long line is shortened before it becomes text. */
const MAX_PEAK_MB = 300;

const session = (home: string, n: number): ReturnType<(typeof DEMO_LOGS)['claude-code']> =>
  DEMO_LOGS['claude-code']({
    id: `0000000${n}-5e55-4000-a000-000000000000`,
    cwd: `/home/ana/src/project-${n}`,
    home,
    startMs: 1_750_000_000_000,
  });

/** A result whose line is exactly so long, without its newline. */
function longResult(bytes: number): string {
  const head = `{"type":"user","uuid":"u-long","sessionId":"00000001-5e55-4000-a000-000000000000","cwd":"/home/ana/src/project-1","timestamp":"2025-06-15T15:06:40.000Z","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_000000015e550","content":"`;
  const tail = '"}]}}';
  return head + 'lorem ipsum '.repeat(bytes / 12 + 1).slice(0, bytes - head.length - tail.length) + tail;
}

function open(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  return openSync(path, 'w');
}

/** @returns how many calls are in the log */
function writeLongLines(home: string): number {
  const log = session(home, 1);
  const call = (n: number): string =>
    `${log.step({ shell: `npm test -- case-${n}` }, n, 1_750_000_000_000 + n)[0] ?? ''}\n`;
  const out = open(join(home, log.path));
  const parts = [
    call(0),
    `${longResult(MAX_LINE_BYTES)}\n`,
    call(1),
    `${longResult(MAX_LINE_BYTES + 1)}\n`,
    call(2),
    `${longResult(2 * MAX_LINE_BYTES)}\n`,
    call(3),
  ];
  for (const part of parts) writeSync(out, part);
  closeSync(out);
  return 4;
}

/** @returns how many calls are in the log */
function writeLargeLog(home: string): number {
  const log = session(home, 2);
  const out = open(join(home, log.path));
  const output = 'lorem ipsum dolor sit amet '.repeat(400);
  let calls = 0;
  for (let written = 0; written < megabytes * 1e6;) {
    const lines: string[] = [];
    for (let n = 0; n < 100; n++, calls++)
      lines.push(
        ...log.step(
          { shell: `npm test -- case-${calls}`, output: `${output}${calls}` },
          calls,
          1_750_000_000_000 + calls,
        ),
      );
    written += writeSync(out, `${lines.join('\n')}\n`);
  }
  closeSync(out);
  return calls;
}

async function read(name: string, maxPeakMb: number, write: (home: string) => number): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'reeve-soak-'));
  try {
    const home = join(folder, 'home');
    const state = join(folder, 'state');
    const calls = write(home);
    const collector = await startCollector(home, state);
    const { peakMb } = collector.memory();
    const readyMs = collector.readyMs;
    await collector.stop();
    const dump = dumpStore(state, home);
    const found = (dump['events'] ?? []).filter((row) => row.includes('"kind":"tool.call"')).length;
    const oversize = (dump['parserCounts'] ?? []).filter((row) => row.includes('oversize'));
    const ok = found === calls && peakMb < maxPeakMb;
    console.log(
      `${name.padEnd(12)} ${found} of ${calls} calls, ${(readyMs / 1_000).toFixed(1)} s, peak RSS ${peakMb.toFixed(0)} MB (most ${maxPeakMb}), ${oversize.length === 0 ? 'nothing left out' : `left out: ${oversize.join(', ')}`}  ${ok ? 'ok' : 'FAILED'}`,
    );
    return ok;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const disk = statfsSync(tmpdir());
if (disk.bavail * disk.bsize < megabytes * 1.5e6) throw new Error(`not enough room in ${tmpdir()}`);
const results = [
  await read('long lines', MAX_PEAK_MB, writeLongLines),
  await read('large log', MAX_PEAK_MB, writeLargeLog),
];
process.exitCode = results.every(Boolean) ? 0 : 1;
