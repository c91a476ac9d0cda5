import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningCollector, startCollector } from './collector-process.ts';

const ENTRY = new URL('../../dist/reeve.js', import.meta.url).pathname;

export interface ReplayOptions {
  /** A home whose logs are the script of the replay. */
  readonly source: string;
  /** Where the replayed home and the state go. */
  readonly folder: string;
  readonly kills: number;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly extra?: readonly string[];
}

/**
 * Replays a home's logs piece by piece, cutting in the middle of lines, while the collector is started and killed
 * with SIGKILL again and again; then lets one run finish in peace. @returns the state folder
 */
export async function killReplay(options: ReplayOptions): Promise<string> {
  const { source, folder, kills, random, extra = [] } = options;
  const home = join(folder, 'home');
  const state = join(folder, 'state');
  const pieces = plan(source, kills, random);
  for (let n = 0; n < kills; n++) {
    const child = spawn(
      process.execPath,
      [ENTRY, '--state', state, 'run', '--quiet', '--home', home, ...extra],
      { stdio: 'ignore' },
    );
    const gone = new Promise((resolve) => child.once('exit', resolve));
    const liveMs = random() * random() * 1_500;
    const writing = write(home, pieces[n] ?? [], liveMs);
    await sleep(liveMs);
    child.kill('SIGKILL');
    await gone;
    await writing;
  }
  await write(home, pieces.slice(kills).flat(), 0);
  const last = await startCollector(home, state, extra);
  await sent(last);
  await last.stop();
  return state;
}

/** The same home read once, undisturbed. */
export async function readUndisturbed(
  source: string,
  folder: string,
  extra: readonly string[] = [],
): Promise<string> {
  const home = join(folder, 'home');
  const state = join(folder, 'state');
  cpSync(source, home, { recursive: true, preserveTimestamps: true });
  const run = await startCollector(home, state, extra);
  await sent(run);
  await run.stop();
  return state;
}

/** Waits until the queue is empty: having read everything is not having sent everything. */
async function sent({ client }: RunningCollector): Promise<void> {
  const endMs = performance.now() + 60_000;
  while ((await client.call('status.get', {})).reporting.queued > 0) {
    if (performance.now() > endMs) throw new Error('the queue did not empty within a minute');
    await sleep(20);
  }
}

interface Piece {
  readonly path: string;
  readonly bytes: Buffer;
}

function plan(source: string, kills: number, random: () => number): Piece[][] {
  const rounds: Piece[][] = Array.from({ length: kills + 1 }, () => []);
  for (const path of files(source)) {
    const bytes = readFileSync(join(source, path));
    let at = 0;
    let round = Math.floor(random() * kills * 0.5);
    while (at < bytes.length) {
      const size = Math.ceil(random() * Math.max(200, (bytes.length / kills) * 4));
      rounds[Math.min(round, kills)]?.push({ path, bytes: bytes.subarray(at, at + size) });
      at += size;
      round += Math.floor(random() * 3);
    }
  }
  return rounds;
}

async function write(home: string, pieces: readonly Piece[], overMs: number): Promise<void> {
  for (const { path, bytes } of pieces) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    appendFileSync(join(home, path), bytes);
    if (overMs > 0) await sleep(overMs / pieces.length);
  }
}

function files(dir: string, below = dir): string[] {
  return readdirSync(below)
    .flatMap((name) => {
      const path = join(below, name);
      return statSync(path).isDirectory() ? files(dir, path) : [relative(dir, path)];
    })
    .sort();
}
