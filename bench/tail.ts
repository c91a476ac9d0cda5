/**
 * How fast logs are read and changes noticed. `node bench/tail.ts [MB] [files]`
 *
 * 1. Raw reading: bytes to lines with the byte test refusing all, and keeping two in five, against counting newlines
 *    in the same files in the same run.
 * 2. Notice: 1,000 appends, from the write to the batch in hand.
 * 3. Many files: start, second start, and in a process of its own memory and idle time of one core.
 */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { IGNORED, type JsonlFormat } from '../collector/agents/spec-log.ts';
import { LogSource } from '../collector/sources/log-source.ts';
import { readJsonl } from '../collector/sources/read-jsonl.ts';
import type { Cursor } from '../collector/sources/source.ts';

const sizeMb = Number(process.argv[2] ?? 500);
const fileCount = Number(process.argv[3] ?? 15_000);

const format = (skip: JsonlFormat['skip']): JsonlFormat => ({
  id: 'bench.lines',
  container: 'jsonl',
  roots: () => [],
  initialState: () => ({}),
  parseLine: () => IGNORED,
  ...(skip === undefined ? {} : { skip }),
});
const fileAt = (path: string) => ({
  agentId: 'bench',
  formatId: 'bench.lines',
  root: dirname(path),
  path,
  relativePath: basename(path),
});
const logRoot = (dir: string) => ({ dir, maxDepth: 2, matches: (path: string) => path.endsWith('.jsonl') });

/** Lines of 100 bytes to 40 KB, about 1.7 KB on average, as session logs have them. */
function writeLog(path: string): number {
  const out = openSync(path, 'w');
  let lines = 0;
  let seed = 1;
  for (let written = 0; written < sizeMb * 1e6;) {
    const block: string[] = [];
    for (let n = 0; n < 500; n += 1) {
      seed = (seed * 48_271) % 2_147_483_647;
      const size = seed % 40 === 0 ? 40_000 : 100 + (seed % 1400);
      block.push(
        `{"type":"${seed % 5 < 3 ? 'progress' : 'assistant'}","text":"${'lorem ipsum '.repeat(size / 12)}"}\n`,
      );
    }
    lines += block.length;
    written += writeSync(out, block.join(''));
  }
  closeSync(out);
  return lines;
}

function countNewlines(path: string): number {
  const fd = openSync(path, 'r');
  const bytes = Buffer.allocUnsafe(1 << 20);
  let lines = 0;
  for (;;) {
    const view = bytes.subarray(0, readSync(fd, bytes));
    if (view.length === 0) break;
    for (let at = view.indexOf(10); at >= 0; at = view.indexOf(10, at + 1)) lines += 1;
  }
  closeSync(fd);
  return lines;
}

function readAll(path: string, skip: JsonlFormat['skip']): number {
  let lines = 0;
  for (const batch of readJsonl(fileAt(path), undefined, format(skip))) lines += batch.lines;
  return lines;
}

/** Best of five, so that what else the machine does counts little. */
function bestMs(run: () => number, expected: number): number {
  let best = Infinity;
  for (let n = 0; n < 5; n += 1) {
    const startMs = performance.now();
    if (run() !== expected) throw new Error('lines were lost');
    best = Math.min(best, performance.now() - startMs);
  }
  return best;
}

const mbPerS = (bytes: number, ms: number): string => `${(bytes / 1000 / ms).toFixed(0)} MB/s`;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

function benchReading(folder: string): void {
  const path = join(folder, 'large.jsonl');
  const lines = writeLog(path);
  const bytes = statSync(path).size;
  const isProgress = (line: Uint8Array, start: number): string | undefined =>
    line[start + 9] === 0x70 ? 'progress' : undefined;
  const countMs = bestMs(() => countNewlines(path), lines);
  const rawMs = bestMs(() => readAll(path, () => 'any'), lines);
  const keptMs = bestMs(() => readAll(path, isProgress), lines);
  say(`reading ${(bytes / 1e6).toFixed(0)} MB, ${lines} lines`);
  say(`  count newlines            ${mbPerS(bytes, countMs)}`);
  say(`  lines, all refused        ${mbPerS(bytes, rawMs)}  (${(rawMs / countMs).toFixed(2)} x the count)`);
  say(`  lines, 2 in 5 decoded     ${mbPerS(bytes, keptMs)}  (${(keptMs / countMs).toFixed(2)} x the count)`);
  rmSync(path);
}

function openSource(dir: string, cursors: Map<string, Cursor>): LogSource {
  return new LogSource({
    formats: [{ agentId: 'bench', format: format(undefined), roots: [logRoot(dir)] }],
    cursors: (path) => cursors.get(path),
    nowMs: () => Date.now(),
    recursive: process.platform !== 'linux',
  });
}

async function benchNotice(folder: string): Promise<void> {
  const dir = join(folder, 'live');
  mkdirSync(dir);
  const path = join(dir, 'a.jsonl');
  writeFileSync(path, 'first\n');
  const cursors = new Map<string, Cursor>();
  const source = openSource(dir, cursors);
  const waits: number[] = [];
  let startMs = 0;
  for await (const batch of source.live(new AbortController().signal)) {
    cursors.set(path, batch.cursor);
    source.committed(batch.cursor);
    if (batch.records.length === 0) continue;
    if (startMs > 0) waits.push(performance.now() - startMs);
    if (waits.length === 1000) break;
    await wait(2);
    startMs = performance.now();
    appendFileSync(path, `{"n":${waits.length}}\n`);
  }
  await source.close();
  waits.sort((a, b) => a - b);
  const at = (part: number): string => `${(waits[Math.floor(part * (waits.length - 1))] ?? 0).toFixed(1)} ms`;
  say(`append to batch, 1,000 times: p50 ${at(0.5)}, p99 ${at(0.99)}, worst ${at(1)}`);
}

async function benchMany(folder: string): Promise<void> {
  const dir = join(folder, 'many');
  const folders = Math.max(1, Math.round(fileCount / 25));
  for (let n = 0; n < folders; n += 1) mkdirSync(join(dir, `project-${n}`), { recursive: true });
  for (let n = 0; n < fileCount; n += 1) {
    writeFileSync(
      join(dir, `project-${n % folders}`, `0f8fad5b-d9cb-469f-a165-70867728-${n}.jsonl`),
      '{"a":1}\n',
    );
  }
  const cursors = new Map<string, Cursor>();
  let startMs = performance.now();
  const first = openSource(dir, cursors);
  for await (const shard of first.backlog()) {
    for (const file of shard.files) {
      for (const batch of readJsonl(file, undefined, format(undefined))) cursors.set(file.path, batch.cursor);
    }
  }
  await first.close();
  say(`${fileCount} files in ${folders} folders`);
  say(`  first start, all read     ${(performance.now() - startMs).toFixed(0)} ms`);
  startMs = performance.now();
  const second = openSource(dir, cursors);
  let found = 0;
  for await (const shard of second.backlog()) found += shard.files.length;
  await second.close();
  say(`  second start, ${found} to read ${(performance.now() - startMs).toFixed(0)} ms`);

  // All but ten lay still for an hour. A process of its own, so that its memory is only what following takes.
  const stillSeconds = Date.now() / 1000 - 3600;
  for (const path of [...cursors.keys()].slice(10)) utimesSync(path, stillSeconds, stillSeconds);
  execFileSync(process.execPath, ['--expose-gc', import.meta.filename, 'steady', dir], { stdio: 'inherit' });
}

async function benchSteady(dir: string): Promise<void> {
  const source = openSource(dir, new Map());
  globalThis.gc?.();
  const before = process.memoryUsage();
  const startMs = performance.now();
  let read = 0;
  const follow = async (): Promise<void> => {
    for await (const batch of source.live(new AbortController().signal)) {
      read += 1;
      source.committed(batch.cursor);
    }
  };
  const following = follow();
  while (read === 0 || source.stats.waiting > 0) await wait(5);
  const readMs = performance.now() - startMs;
  await wait(1000);
  globalThis.gc?.();
  await wait(200);
  globalThis.gc?.();
  const after = process.memoryUsage();
  const cpu = process.cpuUsage();
  const seconds = 125;
  await wait(seconds * 1000);
  const used = process.cpuUsage(cpu);
  const percent = ((used.user + used.system) / 1e6 / seconds) * 100;
  say(`  live, ${read} batches       ${readMs.toFixed(0)} ms, ${source.stats.watches} watches`);
  const heapMb = (after.heapUsed - before.heapUsed) / 1e6;
  const rssMb = (bytes: number): string => (bytes / 1e6).toFixed(0);
  say(
    `  memory held               ${heapMb.toFixed(1)} MB heap; process ${rssMb(before.rss)} MB before, ${rssMb(after.rss)} MB following`,
  );
  say(`  idle over ${seconds} s           ${percent.toFixed(3)} % of one core`);
  await source.close();
  await following;
}

if (process.argv[2] === 'steady') await benchSteady(process.argv[3] ?? '');
else {
  const folder = mkdtempSync(join(tmpdir(), 'reeve-bench-tail-'));
  try {
    benchReading(folder);
    await benchNotice(folder);
    await benchMany(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
