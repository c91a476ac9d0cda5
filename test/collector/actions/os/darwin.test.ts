import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionDeps } from '../../../../collector/actions/action.ts';
import { kill } from '../../../../collector/actions/kill.ts';
import { createDarwinControl, parsePs } from '../../../../collector/actions/os/darwin.ts';
import { pause } from '../../../../collector/actions/pause.ts';
import { resume } from '../../../../collector/actions/resume.ts';
import type { ProcessControl } from '../../../../collector/actions/process-control.ts';

// `ps -axww -o pid=,ppid=,pgid=,state=,lstart=,comm=` as macOS 15 writes it, in UTC.
const PS = `    1     0     1 Ss   Tue Nov  3 09:14:02 2026     /sbin/launchd
  501     1   501 Ss   Tue Nov  3 09:14:20 2026     /usr/libexec/logd
 4100     1  4100 S    Fri Nov 20 22:10:55 2026     -zsh
 4242  4100  4242 S+   Sun Nov 22 09:14:02 2026     /Users/ana/.local/bin/claude
 4243  4242  4242 S+   Sun Nov 22 09:15:00 2026     /bin/zsh
 4244  4243  4244 U    Sun Nov 22 09:15:00 2026     /Applications/My App.app/Contents/MacOS/My App
 4245  4243  4242 T    Sun Nov 22 09:15:01 2026     sleep
 4246  4243  4242 Z    Sun Nov 22 09:15:01 2026     (sleep)
 5000  4100  5000 S    Sun Nov 22 09:20:00 2026     vim
`;
const START = Date.UTC(2026, 10, 22, 9, 14, 2);

/** A table that reacts to signals as the kernel does. */
function machine(text = PS): { control: ProcessControl; sent: string[]; table: Map<number, string> } {
  const table = new Map(
    text
      .trimEnd()
      .split('\n')
      .map((line) => [Number(line.trim().split(' ')[0]), line]),
  );
  const sent: string[] = [];
  let nowMs = 0;
  const control = createDarwinControl({
    ownPid: 5000,
    run: () => Promise.resolve({ code: 0, stdout: [...table.values()].join('\n') }),
    kill(pid, signal) {
      const name = ['', '', '', '', '', '', '', '', '', 'KILL', '', '', '', '', '', 'TERM'][signal] ?? '';
      const line = table.get(Math.abs(pid));
      if (pid < 0) return;
      if (line === undefined) throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' });
      if (pid === 501) throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
      if (signal !== 0)
        sent.push(`${pid} ${name === '' ? (signal === process_STOP ? 'STOP' : 'CONT') : name}`);
      const state = (letter: string): string => line.replace(/^( *\d+ +\d+ +\d+ )\S+/, `$1${letter}`);
      if (name === 'KILL') table.delete(pid);
      else if (signal === process_STOP) table.set(pid, state('T'));
      else if (name === '' && signal !== 0) table.set(pid, state('S'));
    },
    monotonicMs: () => (nowMs += 1),
  });
  return { control, sent, table };
}
const process_STOP = 19;
const deps = (control: ProcessControl, pid = 4242, startTimeMs = START): ActionDeps => {
  let nowMs = 0;
  return { control, monotonicMs: () => (nowMs += 5), resolve: () => ({ roots: [{ pid, startTimeMs }] }) };
};
const target = { kind: 'process', pid: 4242, startTimeMs: START } as const;

describe('parsePs', () => {
  it('reads a recorded table', () => {
    const processes = parsePs(PS);
    expect(processes).toHaveLength(9);
    expect(processes[3]).toEqual({
      pid: 4242,
      parentPid: 4100,
      groupId: 4242,
      startTimeMs: START,
      state: 'running',
      name: 'claude',
    });
    expect(processes.slice(5, 8).map(({ state, name }) => [state, name])).toEqual([
      ['blocked', 'My App'],
      ['stopped', 'sleep'],
      ['ended', '(sleep)'],
    ]);
  });

  it('never throws, and leaves out what it cannot read', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parsePs(text)).toEqual([]);
      }),
    );
    fc.assert(
      fc.property(fc.nat(PS.length), (length) => {
        expect(parsePs(PS.slice(0, length)).length).toBeLessThanOrEqual(9);
      }),
    );
    expect(parsePs(' 7 1 7 S Tue Nov 3 09:14:02 2026777 x')).toEqual([]);
    expect(parsePs(' 7 1 7 S Tue Foo 3 09:14:02 2026 x\n 8 1 8 S Tue anF 3 09:14:02 2026 x')).toEqual([]);
  });
});

describe('on macOS', () => {
  it('pauses the tree from the root down, and resumes it', async () => {
    const { control, sent } = machine();
    const paused = await pause.run(target, {}, deps(control));
    expect(paused).toMatchObject({ status: 'done', detail: '3 processes paused, 1 stood still before.' });
    expect(sent.slice(0, 3)).toEqual(['4242 STOP', '4243 STOP', '4244 STOP']);
    const leave = [{ pid: 4245, startTimeMs: START + 59_000 }];
    const more = { ...deps(control), resolve: () => ({ roots: [target], leave }) };
    const resumed = await resume.run(target, {}, more);
    expect(resumed).toMatchObject({ detail: '3 processes resumed, 1 left as found before the pause.' });
    expect(sent.filter((line) => line.endsWith('CONT'))).toEqual(['4244 CONT', '4243 CONT', '4242 CONT']);
  });

  it('kills the tree and nothing else', async () => {
    const { control, table } = machine();
    const result = await kill.run(target, { graceMs: 0 }, deps(control));
    expect(result).toMatchObject({ status: 'done' });
    expect([...table.keys()]).toEqual([1, 501, 4100, 4246, 5000]);
  });

  it('takes a start time that is a second off for the same, and one further off for another', async () => {
    const near = machine();
    expect((await kill.run(target, { graceMs: 0 }, deps(near.control, 4242, START - 1_000))).status).toBe(
      'done',
    );
    const far = machine();
    expect(await kill.run(target, { graceMs: 0 }, deps(far.control, 4242, START - 2_000))).toMatchObject({
      status: 'refused',
    });
    expect(far.sent).toEqual([]);
  });

  it('refuses another user, itself and what runs it', async () => {
    const { control, sent } = machine();
    const refused = async (pid: number, startTimeMs: number): Promise<string> =>
      (await kill.run({ ...target, pid }, {}, deps(control, pid, startTimeMs))).detail;
    expect(await refused(501, Date.UTC(2026, 10, 3, 9, 14, 20))).toContain('belongs to another user');
    expect(await refused(5000, START)).toContain('Reeve itself');
    expect(await refused(4100, START)).toContain('runs Reeve itself');
    expect(sent).toEqual([]);
  });

  it('fails with a reason when ps does', async () => {
    const control = createDarwinControl({
      ownPid: 5000,
      run: () => Promise.resolve({ code: 1, stdout: '' }),
      kill: () => undefined,
      monotonicMs: () => 0,
    });
    expect(await pause.run(target, {}, deps(control))).toEqual({
      status: 'failed',
      detail: 'The process table could not be read: ps ended with 1.',
      processes: [],
    });
  });
});
