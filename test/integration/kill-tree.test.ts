import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActionDeps, ResolvedTarget } from '../../collector/actions/action.ts';
import { ACTIONS } from '../../collector/actions/index.ts';
import { createLinuxControl } from '../../collector/actions/os/linux.ts';
import type { LiveProcess } from '../../collector/actions/process-control.ts';
import {
  type ActedProcess,
  type ActionResult,
  type ProcessOutcome,
  processKeyOf,
} from '../../collector/contract/action.ts';
import type { ReuseReport } from './kill-tree-child.ts';
import { control, markerOf, resolvedBy, type Zoo, ZooKeeper } from './kill-tree-zoo.ts';

const deps = (resolve: () => ResolvedTarget): ActionDeps => ({
  control,
  monotonicMs: () => performance.now(),
  resolve,
});
const kill = (zoo: Zoo, more: Partial<ResolvedTarget> = {}, graceMs = 300): Promise<ActionResult> =>
  ACTIONS.kill.run(zoo.target, { graceMs }, deps(resolvedBy(zoo, more)));
const count = (processes: readonly ActedProcess[], outcome: ProcessOutcome): number =>
  processes.filter((one) => one.outcome === outcome).length;
const contains = (text: string): unknown => expect.stringContaining(text);
/** `gone` when it ended meanwhile: relays do so all the time. */
const stateOf = (pid: number): string => {
  try {
    return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1] ?? 'gone';
  } catch {
    return 'gone';
  }
};
const liveOf = async (pid: number): Promise<LiveProcess> =>
  (await control.list()).find((one) => one.pid === pid)!;

const CHILD = new URL('./kill-tree-child.ts', import.meta.url).pathname;
const killAs = (uid: number | undefined, { pid, startTimeMs }: LiveProcess): ActionResult => {
  const run = spawnSync(process.execPath, [CHILD, 'kill', String(pid), String(startTimeMs)], {
    encoding: 'utf8',
    ...(uid !== undefined && { uid }),
  });
  return JSON.parse(run.stdout) as ActionResult;
};

let keeper: ZooKeeper;
beforeEach(() => {
  keeper = new ZooKeeper();
});
afterEach(async () => {
  await keeper.clean();
});

describe('kill', () => {
  it('ends a tree of everything that hides, ignores and breeds, and leaves the tree beside it alone', async () => {
    const bystander = await keeper.start({ plain: 12, setsid: 2, orphans: 2, relays: 1 });
    const before = bystander.alive().length;
    const zoo = await keeper.start(
      {
        plain: 40,
        setsid: 6,
        orphans: 4,
        daemons: 4,
        ignoreTerm: 4,
        stopped: 2,
        breeders: 3,
        relays: 2,
        runaways: 2,
        bombDepth: 5,
      },
      { detached: true },
    );
    const result = await kill(zoo, { isMember: markerOf(zoo) });
    expect(zoo.alive()).toEqual([]);
    expect(result).toMatchObject({ status: 'done' });
    expect(result.frozenMs).toBeGreaterThan(0);
    // A tree that grows while it is asked is not waited for: how long that takes is its own doing.
    expect(result.goneMs).toBeGreaterThan(result.frozenMs ?? Infinity);
    expect(count(result.processes, 'killed')).toBeGreaterThanOrEqual(8);
    expect(count(result.processes, 'terminated')).toBeGreaterThan(30);
    expect(bystander.alive().length).toBeGreaterThanOrEqual(before - 2);
    expect(bystander.alive().every((pid) => stateOf(pid) !== 'T')).toBe(true);
  });

  it('finds escaped processes without any marker when they were known before', async () => {
    const zoo = await keeper.start({ plain: 5, setsid: 3, orphans: 3, daemons: 3 });
    const pids = new Set(zoo.alive());
    const known = (await control.list()).filter((one) => pids.has(one.pid));
    expect(await kill(zoo, { known })).toMatchObject({ status: 'done' });
    expect(zoo.alive()).toEqual([]);
  });

  it('finds orphans by the session their dead ancestor led', async () => {
    const zoo = await keeper.start({ plain: 3, orphans: 5 }, { detached: true });
    expect(await kill(zoo)).toMatchObject({ status: 'done' });
    expect(zoo.alive()).toEqual([]);
  });

  it('ends the rest of a session whose root is gone already', async () => {
    const zoo = await keeper.start({ daemons: 3 });
    process.kill(zoo.root.pid, 'SIGKILL');
    await new Promise((resolve) => zoo.child.once('exit', resolve));
    expect(zoo.alive().length).toBeGreaterThan(0);
    const result = await ACTIONS.kill.run(
      { kind: 'session', id: 'claude-code:s1' },
      { graceMs: 200 },
      deps(resolvedBy(zoo, { isMember: markerOf(zoo) })),
    );
    expect(result).toMatchObject({ status: 'done' });
    expect(zoo.alive()).toEqual([]);
  });

  it('gives those that do not go the whole grace', async () => {
    const zoo = await keeper.start({ plain: 3, ignoreTerm: 2 });
    const result = await kill(zoo, { isMember: markerOf(zoo) });
    expect(result).toMatchObject({ status: 'done' });
    expect(result.goneMs).toBeGreaterThanOrEqual(300);
    expect(count(result.processes, 'killed')).toBeGreaterThanOrEqual(2);
    expect(zoo.alive()).toEqual([]);
  });

  it('does not wait out the grace when everything ended, and asks nobody when the grace is 0', async () => {
    const polite = await keeper.start({ plain: 10 });
    const result = await kill(polite, {}, 20_000);
    expect(result).toMatchObject({ status: 'done' });
    expect(result.goneMs).toBeLessThan(10_000);
    const rude = await keeper.start({ plain: 10 });
    const forced = await kill(rude, {}, 0);
    expect(count(forced.processes, 'killed')).toBe(forced.processes.length);
  });

  it('ends the grace early when the tree breeds instead of cleaning up', async () => {
    const zoo = await keeper.start({ plain: 5 });
    const bomb = await keeper.start({ breeders: 8 });
    const result = await ACTIONS.kill.run(
      zoo.target,
      { graceMs: 20_000 },
      deps(() => ({ roots: [zoo.root, bomb.root], isMember: markerOf(bomb) })),
    );
    expect(result).toMatchObject({ status: 'done' });
    expect(result.goneMs).toBeLessThan(10_000);
    expect([...zoo.alive(), ...bomb.alive()]).toEqual([]);
  });

  it('works with kill(2) alone, as on a kernel without pidfd', async () => {
    const zoo = await keeper.start({ plain: 20, ignoreTerm: 2, relays: 1 });
    const plain = await createLinuxControl({ ownPid: process.pid, pidfd: false });
    const result = await ACTIONS.kill.run(
      zoo.target,
      { graceMs: 200 },
      { ...deps(resolvedBy(zoo, { isMember: markerOf(zoo) })), control: plain },
    );
    expect(result).toMatchObject({ status: 'done' });
    expect(zoo.alive()).toEqual([]);
  });
});

describe('pause and resume', () => {
  it('stops the work where it stands, and lets it go on', async () => {
    const worker = spawn(
      process.execPath,
      ['-e', 'let n = 0; setInterval(() => process.stdout.write(`${++n}\\n`), 5)'],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    let text = '';
    worker.stdout.on('data', (bytes: Buffer) => {
      text += bytes.toString();
    });
    const heard = (): number[] => text.trim().split('\n').map(Number);
    try {
      while (heard().length < 3) await wait(5);
      const root = await liveOf(worker.pid!);
      const target = { kind: 'process', pid: root.pid, startTimeMs: root.startTimeMs } as const;
      const paused = await ACTIONS.pause.run(
        target,
        {},
        deps(() => ({ roots: [root] })),
      );
      expect(paused).toMatchObject({ status: 'done', processes: [{ pid: root.pid, outcome: 'paused' }] });
      await wait(20);
      const atPause = heard().length;
      await wait(150);
      expect(heard().length).toBe(atPause);
      const resumed = await ACTIONS.resume.run(
        target,
        {},
        deps(() => ({ roots: [root] })),
      );
      expect(resumed).toMatchObject({ status: 'done', detail: '1 process resumed.' });
      while (heard().length <= atPause) await wait(5);
      expect(heard()).toEqual(heard().map((_, index) => index + 1));
    } finally {
      worker.kill('SIGKILL');
    }
  });

  it('stops every process of a racing tree, and resume leaves alone what stood still before', async () => {
    const zoo = await keeper.start({ plain: 30, stopped: 3, breeders: 2, relays: 1, runaways: 1 });
    await wait(50);
    const paused = await ACTIONS.pause.run(
      zoo.target,
      {},
      deps(resolvedBy(zoo, { isMember: markerOf(zoo) })),
    );
    expect(paused).toMatchObject({ status: 'done' });
    const still = zoo.alive();
    // D: a parent in vfork(2) whose stopped child has not started its program yet.
    expect(still.map(stateOf).filter((state) => state !== 'T' && state !== 'D')).toEqual([]);
    expect(count(paused.processes, 'already-stopped')).toBe(3);
    await wait(50);
    expect(zoo.alive()).toEqual(still);
    const leave = paused.processes.filter((one) => one.outcome === 'already-stopped').map(processKeyOf);
    const resumed = await ACTIONS.resume.run(
      zoo.target,
      {},
      deps(resolvedBy(zoo, { leave, isMember: markerOf(zoo) })),
    );
    expect(resumed).toMatchObject({ status: 'done' });
    expect(count(resumed.processes, 'resumed')).toBe(count(paused.processes, 'paused'));
    for (const one of leave) expect(stateOf(one.pid)).toBe('T');
  });

  it('sees that one thread of many still runs', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    try {
      while ((await liveOf(child.pid!)).threaded !== true) await wait(5);
      expect(control.isStopped(await liveOf(child.pid!))).toBe(false);
      await control.signal(await liveOf(child.pid!), 'stop');
      while (!control.isStopped(await liveOf(child.pid!))) await wait(1);
      expect(stateOf(child.pid!)).toBe('T');
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('a pid that comes round again', () => {
  it('never ends the new owner, with few pids and everything dying and starting at once', () => {
    // The shell is process 1 there and takes note of ended orphans, as an init does.
    const run = spawnSync(
      'unshare',
      [
        '-rpf',
        '--mount-proc',
        'sh',
        '-c',
        '"$@"; exit $?',
        'sh',
        process.execPath,
        CHILD,
        'reuse',
        '20',
        '15000',
      ],
      {
        encoding: 'utf8',
        timeout: 25_000,
        killSignal: 'SIGKILL',
      },
    );
    // Where user namespaces are not allowed, the moved start times further down hold the same rule.
    if (run.status === null || run.stderr.startsWith('unshare:')) expect(run.stderr).toMatch(/^unshare:/);
    else {
      expect(run.stderr).toBe('');
      const report = JSON.parse(run.stdout) as ReuseReport;
      expect(report).toMatchObject({
        exactReuseRefused: true,
        knownReuseSpared: true,
        wronglyEnded: 0,
        wronglyStopped: 0,
      });
      expect(report.trees).toBeGreaterThanOrEqual(10);
      expect(report.reused).toBeGreaterThanOrEqual(20);
      expect(report.survivors).toBe(0);
    }
  });
});

describe('refusals', () => {
  const refuse = async (pid: number, startTimeMs?: number): Promise<ActionResult> => {
    const live = await liveOf(pid);
    const key = { pid, startTimeMs: startTimeMs ?? live.startTimeMs };
    return ACTIONS.kill.run(
      { kind: 'process', ...key },
      { graceMs: 0 },
      deps(() => ({ roots: [key] })),
    );
  };

  it('never touches process 1, Reeve, or what runs Reeve', async () => {
    expect(await refuse(1)).toMatchObject({
      status: 'refused',
      detail: contains('Process 1'),
    });
    expect(await refuse(process.pid)).toMatchObject({ status: 'refused', detail: 'That is Reeve itself.' });
    expect(await refuse(process.ppid)).toMatchObject({
      status: 'refused',
      detail: contains('runs Reeve itself'),
    });
  });

  it('never touches the kernel', async () => {
    const kernel = (await control.list()).find((one) => one.kernel === true);
    // A container may show none; then there is none to be touched either.
    if (kernel !== undefined) expect(await refuse(kernel.pid)).toMatchObject({ status: 'refused' });
    else expect(stateOf(1)).not.toBe('T');
  });

  it('refuses a pid whose start time moved', async () => {
    const zoo = await keeper.start({ plain: 3 });
    const before = zoo.alive().length;
    expect(await refuse(zoo.root.pid, zoo.root.startTimeMs - 10)).toMatchObject({
      status: 'refused',
      detail: contains('started at another time'),
    });
    expect(zoo.alive().length).toBe(before);
  });

  it('refuses a process of another user', async () => {
    // As root: the one who asks is somebody else. Otherwise: the target is.
    const isRoot = process.getuid?.() === 0;
    const zoo = await keeper.start({ plain: 3 });
    const others = (await control.list()).filter((one) => one.kernel !== true && one.pid > 1);
    const foreign = isRoot ? zoo.root : others.find((one) => statSync(`/proc/${one.pid}`).uid === 0);
    const before = zoo.alive();
    const result = foreign === undefined ? undefined : killAs(isRoot ? 65_534 : undefined, foreign);
    expect(result).toMatchObject({
      status: 'refused',
      detail: contains('belongs to another user'),
    });
    expect(zoo.alive()).toEqual(before);
  });

  it('refuses a process that has ended and a session without processes', async () => {
    const zoo = await keeper.start({});
    process.kill(zoo.root.pid, 'SIGKILL');
    await new Promise((resolve) => zoo.child.once('exit', resolve));
    expect(await kill(zoo)).toMatchObject({
      status: 'refused',
      detail: contains('has ended'),
    });
    const nothing = await ACTIONS.pause.run(
      { kind: 'agent', id: 'codex' },
      {},
      deps(() => ({ roots: [] })),
    );
    expect(nothing).toMatchObject({ status: 'refused', detail: 'Nothing runs there.' });
  });

  it('leaves a protected root alone, ends the others, and says so', async () => {
    const zoo = await keeper.start({ plain: 3 });
    const self = await liveOf(process.pid);
    const result = await ACTIONS.kill.run(
      { kind: 'agent', id: 'codex' },
      { graceMs: 200 },
      deps(() => ({ roots: [self, zoo.root] })),
    );
    expect(result.status).toBe('failed');
    expect(result.detail).toContain('That is Reeve itself and was left alone.');
    expect(zoo.alive()).toEqual([]);
  });
});
