import fc from 'fast-check';
import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  createLinuxControl,
  createMarkerTest,
  parseStatLine,
} from '../../../../collector/actions/os/linux.ts';

const line = (over: { name?: string; state?: string; threads?: number; flags?: number } = {}): string =>
  `4242 (${over.name ?? 'node'}) ${over.state ?? 'S'} 4100 4242 4000 34816 4242 ${over.flags ?? 4194304} 1 0 0 0 5 2 0 0 20 0 ${over.threads ?? 11} 0 123456 1000 200 18446744073709551615`;

describe('parseStatLine', () => {
  it('reads identity, place and state', () => {
    expect(parseStatLine(line(), 1_000_000, 'boot')).toEqual({
      pid: 4242,
      startTimeMs: 1_000_000 + 1_234_560,
      bootId: 'boot',
      startTicks: 123_456,
      parentPid: 4100,
      name: 'node',
      state: 'running',
      groupId: 4242,
      sessionId: 4000,
      threaded: true,
    });
  });

  it.each([
    ['T', 1, 'stopped'],
    ['t', 1, 'stopped'],
    ['D', 1, 'blocked'],
    ['Z', 1, 'ended'],
    ['R', 1, 'running'],
    ['I', 1, 'running'],
    // The first thread ended, another goes on: not dead at all.
    ['Z', 2, 'running'],
  ])('takes state %s with %i threads for %s', (state, threads, expected) => {
    expect(parseStatLine(line({ state, threads }), 0, '')?.state).toBe(expected);
  });

  it('is not led astray by a name that looks like the rest of the line', () => {
    const trap = parseStatLine(line({ name: 'x) T 1 1 1 (y' }), 0, '');
    expect(trap).toMatchObject({ name: 'x) T 1 1 1 (y', parentPid: 4100, state: 'running' });
  });

  it('knows the threads of the kernel', () => {
    expect(parseStatLine(line({ flags: 0x0020_8040 }), 0, '')?.kernel).toBe(true);
  });

  it('never throws, and never makes up a process', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseStatLine(text, 0, '')).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.nat(line().length), (length) => {
        const cut = parseStatLine(line().slice(0, length), 0, 'b');
        expect(cut === undefined || cut.pid === 4242).toBe(true);
      }),
    );
  });
});

describe('createLinuxControl', () => {
  it.each([{}, { pidfd: false as const }])(
    'signals this process only and no later owner of its pid %o',
    async (how) => {
      const control = await createLinuxControl({ ownPid: process.pid, ...how });
      const child = spawn('sleep', ['60'], { stdio: 'ignore' });
      try {
        const key = (await control.list()).find((one) => one.pid === child.pid)!;
        expect(await control.signal(key, 'probe')).toBe('sent');
        expect(await control.signal({ ...key, startTicks: key.startTicks! - 1 }, 'kill')).toBe('moved');
        expect(await control.signal({ ...key, bootId: 'other' }, 'kill')).toBe('moved');
        expect(await control.signal(key, 'probe')).toBe('sent');
        const ended = new Promise((resolve) =>
          child.once('exit', (_code, signal) => {
            resolve(signal);
          }),
        );
        expect(await control.signal(key, 'kill')).toBe('sent');
        expect(await ended).toBe('SIGKILL');
        expect(await control.signal(key, 'kill')).toBe('gone');
      } finally {
        child.kill('SIGKILL');
      }
    },
  );

  it('does not take a thread for a process', async () => {
    const control = await createLinuxControl({ ownPid: process.pid });
    const mark = control.newest!(undefined)!.mark;
    // Node starts some ten threads right away.
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    try {
      let newest = control.newest!(mark)!;
      while (!newest.processes.some((one) => one.pid === child.pid && one.threaded === true))
        newest = control.newest!(mark)!;
      const listed = new Set((await control.list()).map((one) => one.pid));
      const ours = newest.processes.filter((one) => one.parentPid === process.pid);
      expect(ours.map((one) => one.pid).filter((pid) => !listed.has(pid))).toEqual([]);
      expect(ours.map((one) => one.pid)).toEqual([child.pid]);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('createMarkerTest', () => {
  it('finds a variable by its whole name and value', async () => {
    const child = spawn('sleep', ['60'], {
      stdio: 'ignore',
      env: { PATH: process.env['PATH'], REEVE_SESSION: 'abc', X: '' },
    });
    try {
      // The environment is there once the program has started.
      const started = createMarkerTest({ REEVE_SESSION: 'abc' });
      while (!started(child.pid!)) await new Promise((resolve) => setTimeout(resolve, 1));
      expect(createMarkerTest({ REEVE_SESSION: '' })(child.pid!)).toBe(true);
      expect(createMarkerTest({ OTHER: 'x', REEVE_SESSION: 'abc' })(child.pid!)).toBe(true);
      for (const wrong of [
        { REEVE_SESSION: 'ab' },
        { REEVE_SESSION: 'abcd' },
        { EEVE_SESSION: 'abc' },
        { OTHER: '' },
      ]) {
        expect(createMarkerTest(wrong)(child.pid!)).toBe(false);
      }
    } finally {
      child.kill('SIGKILL');
    }
    expect(createMarkerTest({ A: '' })(4_000_000)).toBe(false);
  });
});
