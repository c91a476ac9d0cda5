/**
 * A key's way to the program and its echo's way back, and a large output, through `reeve exec` and in a bare terminal
 * in the same run, taken in turns so that both meet the same machine.
 * Usage: node bench/exec.ts [keys per side = 2000] [megabytes of output = 200]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type IPty, spawn } from 'node-pty';
import { quantilesOf } from './shared/quantiles.ts';
import { report } from './shared/report.ts';

const keys = Number(process.argv[2] ?? 2_000);
const megabytes = Number(process.argv[3] ?? 200);
const ENTRY = new URL('../test/collector/cli-exec/entry.ts', import.meta.url).pathname;
const WARM_UP = 50;
const ADDED_BUDGET_MS = 5;

function open(program: readonly string[], supervised: boolean): IPty {
  const [file = '', ...args] = supervised ? [process.execPath, ENTRY, 'exec', '--', ...program] : program;
  return spawn(file, args, { cols: 200, rows: 50, encoding: null, env: process.env });
}

/** `cat` in an ordinary terminal: the kernel echoes each key. */
class Echo {
  readonly #pty: IPty;
  readonly latenciesMs: number[] = [];
  #seen: (() => void) | undefined;

  constructor(supervised: boolean) {
    this.#pty = open(['cat'], supervised);
    this.#pty.onData(() => this.#seen?.());
  }

  async key(): Promise<void> {
    const echoed = new Promise<void>((resolve) => {
      this.#seen = resolve;
    });
    const before = performance.now();
    this.#pty.write('k');
    await echoed;
    this.latenciesMs.push(performance.now() - before);
  }

  /** Before the line is longer than the kernel takes. */
  async newLine(): Promise<void> {
    this.#seen = undefined;
    this.#pty.write('\r');
    await sleep(20);
  }

  end(): void {
    this.#pty.kill('SIGKILL');
  }
}

async function outputMs(supervised: boolean): Promise<number> {
  const program = ['sh', '-c', `head -c ${megabytes * 1_000_000} /dev/zero | tr '\\0' x; echo; echo end`];
  const pty = open(program, supervised);
  let started: number | undefined;
  let bytes = 0;
  pty.onData((data: unknown) => {
    started ??= performance.now();
    bytes += (data as Buffer).length;
  });
  await new Promise<void>((resolve) => {
    pty.onExit(() => {
      resolve();
    });
  });
  if (bytes < megabytes * 1_000_000) throw new Error(`lost output: ${bytes} bytes came`);
  return performance.now() - (started ?? 0);
}

const bare = new Echo(false);
const through = new Echo(true);
await sleep(3_000);
for (let n = 0; n < keys + WARM_UP; n++) {
  for (const echo of [bare, through]) {
    await echo.key();
    if (n % 500 === 499) await echo.newLine();
  }
}
bare.end();
through.end();
const bareMs = await outputMs(false);
const throughMs = await outputMs(true);

const text = (latencies: readonly number[]): string => {
  const { p50, p99, max } = quantilesOf(latencies);
  return `p50 ${p50.toFixed(2)} · p99 ${p99.toFixed(2)} · max ${max.toFixed(1)} ms`;
};
const one = bare.latenciesMs.slice(WARM_UP);
const other = through.latenciesMs.slice(WARM_UP);
const added = quantilesOf(other).p99 - quantilesOf(one).p99;
const speed = (ms: number): string => `${(megabytes / (ms / 1_000)).toFixed(0)} MB/s`;
report('a key and its echo', [
  ['keys', `${keys} on each side, in turns`],
  ['bare terminal', text(one)],
  ['reeve exec', text(other)],
  ['added, p50', `${(quantilesOf(other).p50 - quantilesOf(one).p50).toFixed(2)} ms`],
  [
    'added, p99',
    `${added.toFixed(2)} ms (budget ${ADDED_BUDGET_MS} ms: ${added <= ADDED_BUDGET_MS ? 'kept' : 'missed'})`,
  ],
]);
report('a large output', [
  ['output', `${megabytes} MB`],
  ['bare terminal', speed(bareMs)],
  ['reeve exec', `${speed(throughMs)}, ${(throughMs / bareMs).toFixed(1)} × the time`],
]);
process.exit(0);
