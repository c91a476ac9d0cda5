import { describe, expect, it } from 'vitest';
import { ProcessQueue } from '../../collector/process-queue.ts';

const T = 1_800_000_000_000;
const processOf = (pid: number, argv: readonly string[] = ['x']) => ({
  pid,
  startTimeMs: T,
  parentPid: 1,
  name: 'x',
  argv,
});
const more = (seenMs: number) => ({ seenMs, initial: false, ancestors: [] });
const never = (): boolean => false;
const pids = (
  queue: ProcessQueue,
  nowMs: number,
  isReady: (one: { process: { pid: number } }) => boolean = never,
) => queue.take(nowMs, isReady).map(({ process }) => process.pid);

describe('a queue of processes', () => {
  it('lets go who is ready, and everybody after three seconds', () => {
    const queue = new ProcessQueue();
    queue.add(processOf(1), more(T));
    queue.add(processOf(2), more(T + 500));
    expect(pids(queue, T + 100)).toEqual([]);
    expect(pids(queue, T + 600, ({ process }) => process.pid === 1)).toEqual([1]);
    expect(pids(queue, T + 3_600)).toEqual([2]);
    expect(queue.size).toBe(0);
  });

  it('keeps the order, so that a parent comes before its children', () => {
    const queue = new ProcessQueue();
    queue.add(processOf(1), more(T));
    queue.add(processOf(2), more(T));
    expect(pids(queue, T + 10, ({ process }) => process.pid === 2)).toEqual([]);
  });

  it('shows the program a process became, and how it ended', () => {
    const queue = new ProcessQueue();
    queue.add(processOf(1, ['claude']), more(T));
    queue.add(processOf(1, ['bash', '-c', 'ls']), more(T + 5));
    expect(queue.exit(processOf(1), { endedMs: T + 9, exitCode: 0 })).toBe(true);
    expect(queue.exit({ pid: 1, startTimeMs: T + 1 }, { endedMs: T + 9 })).toBe(false);
    expect(queue.take(T + 4_000, never)).toMatchObject([
      { process: { argv: ['bash', '-c', 'ls'] }, seenMs: T, end: { exitCode: 0 } },
    ]);
  });

  it('keeps what a process ran before, and no endless list of it', () => {
    const queue = new ProcessQueue();
    for (let n = 0; n < 9; n += 1) queue.add(processOf(1, [`p${n}`]), more(T + n));
    const [one] = queue.take(T + 4_000, never);
    expect(one?.earlier.map(({ argv }) => argv[0])).toEqual(['p0', 'p1', 'p2', 'p3']);
    expect(one?.process.argv).toEqual(['p8']);
  });

  it('goes on when the clock is set back, and counts what does not fit', () => {
    const queue = new ProcessQueue();
    queue.add(processOf(1), more(T));
    expect(pids(queue, T - 3_600_000)).toEqual([1]);
    for (let pid = 1; pid <= 5_000; pid += 1) queue.add(processOf(pid), more(T));
    expect(queue.size).toBe(4_096);
    expect(queue.dropped).toBe(904);
  });
});
