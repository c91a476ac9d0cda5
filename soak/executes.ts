/**
 * Counts the programs that Reeve starts while it reads a home in which everything names a command: none but itself.
 * A scan, then a collector that runs for some seconds, both under `strace -f` where there is one; the traps in that home
 * count in any case. Usage: node soak/executes.ts [seconds the collector runs = 8]
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostileHome } from '../test/support/hostile-home.ts';

const seconds = Number(process.argv[2] ?? 8);
const ENTRY = new URL('../dist/reeve.js', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'reeve-executes-'));
const hostile = new HostileHome(folder);
const state = join(folder, 'state');
const home = hostile.home.dir;

function straceOf(): string | undefined {
  try {
    return execFileSync('sh', ['-c', 'command -v strace'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

const strace = straceOf();

interface Outcome {
  /** Programs that were started, by the kernel's count; the first is Reeve itself. */
  readonly started: readonly string[] | undefined;
  readonly bytes: number;
}

/** @param afterMs ends it then; otherwise it ends by itself */
async function trace(name: string, args: readonly string[], afterMs?: number): Promise<Outcome> {
  const trail = join(folder, `${name}.trace`);
  const own = [process.execPath, ENTRY, '--state', state, ...args];
  const [program = '', ...rest] =
    strace === undefined
      ? own
      : [strace, '-f', '-qq', '-s', '256', '-e', 'trace=execve,execveat', '-o', trail, ...own];
  const child = spawn(program, rest, {
    env: { PATH: hostile.bin, HOME: home, XDG_CONFIG_HOME: join(home, '.config') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  if (afterMs !== undefined) {
    await sleep(afterMs);
    // strace itself does not pass it on.
    const under =
      strace === undefined ? '' : readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
    const traced = Number(under.trim().split(' ')[0] ?? 0);
    process.kill(traced > 0 ? traced : (child.pid ?? 0), 'SIGTERM');
  }
  await ended;
  if (!existsSync(trail)) return { started: undefined, bytes };
  const calls = readFileSync(trail, 'utf8')
    .split('\n')
    .filter((line) => /execve(?:at)?\(/.test(line));
  return { started: calls.map((line) => line.slice(line.indexOf('exec'), 200)), bytes };
}

let failed = false;
try {
  console.log(
    `${hostile.named} commands named in one home; ${strace ?? 'no strace here: the traps alone count'}`,
  );
  for (const [name, outcome] of [
    ['scan', await trace('scan', ['scan', '--home', home, '--json'])],
    ['collector', await trace('run', ['run', '--quiet'], seconds * 1_000)],
  ] as const) {
    const others = outcome.started?.slice(1) ?? [];
    const ran = hostile.ran();
    const count = outcome.started === undefined ? 'not counted' : String(outcome.started.length);
    console.log(
      `${name}: execve ${count} (itself is 1), traps sprung ${ran.length}, ${outcome.bytes} bytes said`,
    );
    for (const line of [...others, ...ran]) console.log(`  ${line}`);
    failed ||= others.length > 0 || ran.length > 0 || (name === 'scan' && outcome.bytes < 1_000);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
