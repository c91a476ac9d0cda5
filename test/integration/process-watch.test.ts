import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProcessChange, ProcessInfo } from '../../collector/contract/process.ts';
import { LinuxProcessReader } from '../../collector/platform/linux-processes.ts';
import { createPlatform } from '../../collector/platform/index.ts';
import { openProcessEvents } from '../../collector/sources/process-events.ts';
import { ProcessWatch } from '../../collector/sources/process-watch.ts';

const PATIENT = { timeout: 20_000 };
const watches: ProcessWatch[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const watch of watches.splice(0)) await watch.stop();
});

/** Whether this kernel tells this user; without it the tests below watch by polling, and ask for less. */
const reader = new LinuxProcessReader();
const probe = await openProcessEvents(reader.eventSetup, {
  onBatch: () => undefined,
  onEnd: () => undefined,
});
if (probe.ok) await probe.events.close();

async function watching(
  events: boolean,
): Promise<{ readonly watch: ProcessWatch; readonly changes: ProcessChange[] }> {
  const changes: ProcessChange[] = [];
  const own = new LinuxProcessReader();
  const watch = new ProcessWatch({
    reader: own,
    isAgent: ({ pid }) => pid === process.pid,
    onChanges: (batch) => {
      if (batch.source !== 'initial') changes.push(...batch.changes);
    },
    intervals: { fastMs: 50, slowMs: 50 },
    ...(events ? { openEvents: (handlers) => openProcessEvents(own.eventSetup, handlers) } : {}),
  });
  watches.push(watch);
  await watch.start();
  return { watch, changes };
}

/** Looks before asking: under load the watch itself looks less often. */
function looked<T>(watch: ProcessWatch, ask: () => T): () => Promise<T> {
  return async () => {
    await watch.refresh();
    return ask();
  };
}

function shell(script: string): ChildProcess {
  const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] });
  children.push(child);
  return child;
}

describe.each([probe.ok, false])('a watch (events: %s)', (events) => {
  it('keeps what was detached with double fork, setsid and an empty environment in the tree', async () => {
    const { watch } = await watching(events);
    const seconds = events ? '41.5' : '41.6';
    const child = shell(`(setsid env -i sleep ${seconds} &) ; echo started; read x`);
    await once(child.stdout!, 'data');
    const self = watch.get(process.pid)!;
    const sleeper = (): ProcessInfo | undefined =>
      [...watch.snapshot().processes].find(({ argv }) => argv.join(' ') === `sleep ${seconds}`);
    await expect.poll(looked(watch, sleeper), PATIENT).toBeDefined();
    const found = sleeper()!;
    expect(found.parentPid).not.toBe(child.pid);
    try {
      // The look may be quicker than the event that tells of the fork.
      const isBelow = (): boolean => watch.treeOf(self).some(({ pid }) => pid === found.pid);
      if (events) await expect.poll(isBelow, PATIENT).toBe(true);
    } finally {
      process.kill(found.pid, 'SIGKILL');
    }
    await expect.poll(looked(watch, sleeper), PATIENT).toBeUndefined();
    child.stdin!.end('x\n');
  });

  it('keeps a grandchild in the tree after its parent ended', async () => {
    const { watch, changes } = await watching(events);
    const child = shell('sh -c "sleep 42.5 & read x" ; read y');
    const sleeper = (): ProcessInfo | undefined =>
      [...watch.snapshot().processes].find(({ argv }) => argv.join(' ') === 'sleep 42.5');
    await expect.poll(looked(watch, sleeper), PATIENT).toBeDefined();
    child.stdin!.write('x\n');
    await expect
      .poll(async () => {
        await watch.refresh();
        return changes.some(({ kind, process }) => kind === 'reparent' && process.pid === sleeper()?.pid);
      }, PATIENT)
      .toBe(true);
    const members = watch.treeOf(watch.get(child.pid!)!);
    expect(members.map(({ pid }) => pid)).toContain(sleeper()?.pid);
    process.kill(sleeper()!.pid, 'SIGKILL');
  });

  it('tells of start, program and end, each once', async () => {
    const { watch, changes } = await watching(events);
    const child = shell('read x; exec sleep 43.5');
    const kinds = async (): Promise<string> => {
      await watch.refresh();
      return changes
        .filter(({ process: { pid } }) => pid === child.pid)
        .map(({ kind, process }) => `${kind} ${process.argv[0] ?? ''}`)
        .join(', ');
    };
    await expect.poll(kinds, PATIENT).toMatch(/sh$/);
    child.stdin!.write('go\n');
    await expect.poll(kinds, PATIENT).toMatch(/start \S*, (exec \S*, )*exec sleep$/);
    child.kill('SIGKILL');
    await expect.poll(kinds, PATIENT).toMatch(/exec sleep, exit sleep$/);
  });
});

describe('short lives', () => {
  it('are seen with their command line where the kernel tells', async () => {
    const { watch, changes } = await watching(probe.ok);
    for (let n = 0; n < 30; n += 1) {
      const child = spawn('sleep', [`0.0${30 + (n % 40)}`, '0'], { stdio: 'ignore' });
      await once(child, 'exit');
    }
    await wait(200);
    const seen = new Set(
      changes
        .filter(({ process: { argv } }) => argv[0] === 'sleep' && argv[2] === '0')
        .map(({ process }) => process.pid),
    );
    // How many exactly is measured by bench/processes.ts; a loaded machine may be late for some.
    // Without events nearly all of them fall between two looks, which is why there are events.
    if (watch.health().source === 'events') expect(seen.size).toBeGreaterThan(10);
    else expect(watch.health().reason).toBeDefined();
  });
});

describe('the event thread', () => {
  it('says why it cannot listen, and leaves nothing behind', async () => {
    const setup = { proc: '/proc', kernel: { bootMs: 'broken' } } as never;
    const opened = await openProcessEvents(setup, { onBatch: () => undefined, onEnd: () => undefined });
    expect(opened).toMatchObject({ ok: false, reason: expect.stringContaining('event thread') as string });
  });

  it('is not there for systems without such events', async () => {
    const opened = await openProcessEvents(undefined, { onBatch: () => undefined, onEnd: () => undefined });
    expect(opened.ok).toBe(false);
  });

  it('gets no answer in a pid namespace of its own, and says so', () => {
    const open = import.meta.resolve('../../collector/platform/linux-netlink.ts');
    const script = `const { openNetlinkEvents } = await import('${open}');
      const opened = await openNetlinkEvents(); console.log(opened.ok || opened.reason); process.exit()`;
    const node = [process.execPath, '--input-type=module', '-e', script];
    let said: string;
    try {
      const namespace = ['--user', '--map-root-user', '--pid', '--fork'];
      said = execFileSync('unshare', [...namespace, ...node], { encoding: 'utf8', stdio: 'pipe' });
    } catch {
      // No namespaces for this user: then at least it must not throw here.
      said = execFileSync(process.execPath, node.slice(1), { encoding: 'utf8' });
      expect(said.trim()).not.toBe('');
      return;
    }
    expect(said).toMatch(/process connector tells nothing in a pid namespace/);
  });

  it('ends at once when it is closed', async () => {
    const opened = await openProcessEvents(reader.eventSetup, {
      onBatch: () => undefined,
      onEnd: () => undefined,
    });
    const start = performance.now();
    if (opened.ok) await opened.events.close();
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

it('a platform reads its processes and its own connections', async () => {
  const { processes } = createPlatform();
  const own = await processes.readOne(process.pid);
  expect(own).toMatchObject({ pid: process.pid, parentPid: process.ppid });
  expect((await processes.connections([own!])).truncated).toBe(false);
});
