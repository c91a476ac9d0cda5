import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionDeps } from '../../../../collector/actions/action.ts';
import { kill } from '../../../../collector/actions/kill.ts';
import { createWin32Control, parseList } from '../../../../collector/actions/os/win32.ts';
import { pause } from '../../../../collector/actions/pause.ts';
import type { ProcessControl } from '../../../../collector/actions/process-control.ts';

// As the script writes it on Windows 11. 6000 names 4242 as its parent, but is older: an earlier 4242 started it.
const LIST = [
  '0 0 0 System Idle Process',
  '4 0 0 System',
  '4100 900 1763802800000 explorer.exe',
  '4242 4100 1763802842123 claude.exe',
  '4243 4242 1763802850001 node.exe',
  '4244 4243 1763802850002 My Tool.exe',
  '5000 4100 1763802900000 node.exe',
  '6000 4242 1763802000000 WINWORD.EXE',
];
const START = 1_763_802_842_123;
const target = { kind: 'process', pid: 4242, startTimeMs: START } as const;

function machine(deny: readonly number[] = []): {
  control: ProcessControl;
  left: () => number[];
  scripts: string[];
} {
  let lines = [...LIST];
  const scripts: string[] = [];
  const control = createWin32Control({
    ownPid: 5000,
    powershell: 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
    run(file, args) {
      expect(file).toBe('C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe');
      expect(args.slice(0, 3)).toEqual(['-NoProfile', '-NonInteractive', '-Command']);
      const script = args[3]!;
      if (script.includes('Get-CimInstance')) return Promise.resolve({ code: 0, stdout: lines.join('\r\n') });
      scripts.push(script);
      const answers: string[] = [];
      for (const [, id, start] of script.matchAll(/@\((\d+),(\d+)\)/g)) {
        const line = lines.find((one) => one.startsWith(`${id} `));
        if (line === undefined) answers.push(`${id} gone`);
        else if (line.split(' ')[2] !== start) answers.push(`${id} moved`);
        else if (deny.includes(Number(id))) answers.push(`${id} denied`);
        else {
          lines = lines.filter((one) => one !== line);
          answers.push(`${id} sent`);
        }
      }
      return Promise.resolve({ code: 0, stdout: answers.join('\r\n') });
    },
  });
  return { control, scripts, left: () => lines.map((line) => Number(line.split(' ')[0])) };
}
const deps = (control: ProcessControl, startTimeMs = START): ActionDeps => {
  let nowMs = 0;
  return {
    control,
    monotonicMs: () => (nowMs += 50),
    resolve: () => ({ roots: [{ pid: 4242, startTimeMs }] }),
  };
};

describe('parseList', () => {
  it('reads a recorded table', () => {
    const processes = parseList(LIST.join('\r\n'));
    expect(processes).toHaveLength(8);
    expect(processes[5]).toEqual({
      pid: 4244,
      parentPid: 4243,
      startTimeMs: 1_763_802_850_002,
      name: 'My Tool.exe',
      state: 'running',
    });
    expect(processes.filter(({ kernel }) => kernel === true).map(({ pid }) => pid)).toEqual([0, 4]);
  });

  it('never throws, and leaves out what it cannot read', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const one of parseList(text)) expect(Number.isSafeInteger(one.pid)).toBe(true);
      }),
    );
  });
});

describe('on Windows', () => {
  it('says why it does not pause', async () => {
    const { control } = machine();
    expect(await pause.run(target, {}, deps(control))).toEqual({
      status: 'refused',
      detail: 'Windows has no safe way to stop a process for a while. Kill works.',
      processes: [],
    });
  });

  it('kills the tree in one go, by number and start time, and not the child of an earlier owner of the number', async () => {
    const { control, left, scripts } = machine();
    const result = await kill.run(target, {}, deps(control));
    expect(result).toMatchObject({ status: 'done', detail: '3 processes ended, 3 of them by force.' });
    expect(result.frozenMs).toBeUndefined();
    expect(left()).toEqual([0, 4, 4100, 5000, 6000]);
    expect(scripts).toHaveLength(1);
    expect(scripts[0]).toContain(`@(4242,${START}),@(4243,1763802850001),@(4244,1763802850002)`);
    // Opened before it is looked at, looked at before it is ended.
    const order = ['$p.Handle', '$p.StartTime', '$p.Kill()'].map((part) => scripts[0]!.indexOf(part));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
  });

  it('refuses a pid whose start time moved', async () => {
    const { control, scripts } = machine();
    expect(await kill.run(target, {}, deps(control, START - 5_000))).toMatchObject({ status: 'refused' });
    expect(scripts).toEqual([]);
  });

  it('says what belongs to another user', async () => {
    const { control, left } = machine([4243]);
    const result = await kill.run(target, {}, deps(control));
    expect(result).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('1 process of another user could not be touched.') as string,
    });
    expect(left()).toContain(4243);
  });
});
