import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { LinuxProcessReader } from '../../../collector/platform/linux-processes.ts';
import { StatFiles } from '../../../collector/platform/linux-stat-files.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function sleeper(): ChildProcess & { readonly pid: number } {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  children.push(child);
  if (child.pid === undefined) throw new Error('sleep did not start');
  return Object.assign(child, { pid: child.pid });
}

async function end(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

/** How many files of this kind the test itself holds open. */
function heldOpen(pid: number): number {
  let count = 0;
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      if (readlinkSync(`/proc/self/fd/${fd}`) === `/proc/${pid}/stat`) count += 1;
    } catch {
      // the descriptor of the listing itself
    }
  }
  return count;
}

const buffer = Buffer.alloc(4096);

it('reads a kept file anew each time, and tells that its process has ended', async () => {
  const files = new StatFiles('/proc');
  const child = sleeper();
  files.keep(child.pid);
  files.keep(child.pid);
  expect(heldOpen(child.pid)).toBe(1);
  process.kill(child.pid, 'SIGSTOP');
  await expect
    .poll(() => buffer.toString('latin1', 0, files.read(child.pid, buffer)))
    .toMatch(new RegExp(`^${child.pid} \\(sleep\\) T `));
  await end(child);
  expect(() => files.read(child.pid, buffer)).toThrow(/ENOENT|ESRCH/);
  expect(heldOpen(child.pid)).toBe(0);
});

it('keeps no more than it may, none of what has gone, and nothing once closed', () => {
  const files = new StatFiles('/proc', 2);
  const pids = [sleeper().pid, sleeper().pid, sleeper().pid];
  for (const pid of pids) files.keep(pid);
  expect(pids.map(heldOpen)).toEqual([1, 1, 0]);
  expect(files.read(pids[2] ?? 0, buffer)).toBeGreaterThan(0);
  files.keepOnly(new Set(pids.slice(1)));
  expect(pids.map(heldOpen)).toEqual([0, 1, 0]);
  files.close();
  expect(pids.map(heldOpen)).toEqual([0, 0, 0]);
});

it('is used for what a reader sees again, until that ends', async () => {
  const reader = new LinuxProcessReader();
  const child = sleeper();
  reader.readSync();
  expect(heldOpen(child.pid)).toBe(0);
  reader.readSync();
  expect(heldOpen(child.pid)).toBe(1);
  expect((await reader.read()).processes.some(({ pid }) => pid === child.pid)).toBe(true);
  await end(child);
  expect(reader.readSync().processes.some(({ pid }) => pid === child.pid)).toBe(false);
  expect(heldOpen(child.pid)).toBe(0);
  reader.close();
});

it('leaves files to others where few may be open, and still sees every process', () => {
  const pids = Array.from({ length: 80 }, () => sleeper().pid);
  const module = new URL('../../../collector/platform/linux-processes.ts', import.meta.url).href;
  const script = `
    import { openSync } from 'node:fs';
    const { LinuxProcessReader } = await import(${JSON.stringify(module)});
    const reader = new LinuxProcessReader();
    const wanted = ${JSON.stringify(pids)};
    const seen = () => { const all = new Set(reader.readSync().processes.map(({ pid }) => pid)); return wanted.filter((pid) => all.has(pid)).length; };
    console.log(JSON.stringify([seen(), seen(), seen(), openSync('/dev/null') > 0]));`;
  const output = execFileSync(
    'sh',
    ['-c', 'ulimit -n 60; exec "$0" --input-type=module --eval "$1"', process.execPath, script],
    { encoding: 'utf8' },
  );
  expect(JSON.parse(output)).toEqual([80, 80, 80, true]);
});
