import { describe, expect, it } from 'vitest';
import type { ProcessInfo, ProcessSnapshot, ProcessUsage } from '../../../collector/contract/process.ts';
import type { ProcessEventHandlers } from '../../../collector/sources/process-events.ts';
import type { ProcessEventBatch, ProcessRecord } from '../../../collector/sources/process-event-batch.ts';
import {
  ProcessWatch,
  type ProcessChangeBatch,
  type WatchClock,
} from '../../../collector/sources/process-watch.ts';
import { running, snapshotOf } from './process-table.ts';

class FakeClock implements WatchClock {
  timeMs = 1_000_000;
  waiting: { readonly atMs: number; readonly run: () => void } | undefined;
  nowMs(): number {
    return this.timeMs;
  }
  monotonicMs(): number {
    return this.timeMs;
  }
  after(delayMs: number, run: () => void): () => void {
    const entry = { atMs: this.timeMs + delayMs, run };
    this.waiting = entry;
    return () => {
      if (this.waiting === entry) this.waiting = undefined;
    };
  }
  /** How long until the next look. */
  get nextInMs(): number | undefined {
    return this.waiting === undefined ? undefined : this.waiting.atMs - this.timeMs;
  }
}

function setUp(options: { readonly events?: boolean; readonly refuse?: string } = {}) {
  const clock = new FakeClock();
  const batches: ProcessChangeBatch[] = [];
  const state = {
    table: [running(1, 0), running(10, 1, { name: 'claude', argv: ['claude'] })] as readonly ProcessInfo[],
    usage: new Map<number, ProcessUsage>(),
    during: (): void => undefined,
    fail: false,
  };
  let handlers: ProcessEventHandlers | undefined;
  const watch = new ProcessWatch({
    reader: {
      async read(): Promise<ProcessSnapshot> {
        const snapshot = { ...snapshotOf(state.table), usage: state.usage };
        if (state.fail) throw new Error('no /proc');
        await Promise.resolve();
        state.during();
        return snapshot;
      },
    },
    isAgent: ({ name }) => name === 'claude',
    onChanges: (batch) => batches.push(batch),
    clock,
    ...(options.events === true || options.refuse !== undefined
      ? {
          openEvents: (given) => {
            handlers = given;
            return Promise.resolve(
              options.refuse === undefined
                ? { ok: true as const, events: { close: () => Promise.resolve() } }
                : { ok: false as const, reason: options.refuse },
            );
          },
        }
      : {}),
  });
  const tell = (records: readonly ProcessRecord[], over: Partial<ProcessEventBatch> = {}): void => {
    handlers?.onBatch({ records, missed: 0, overflow: false, ...over });
  };
  const told = (): readonly (readonly [string, number])[] =>
    batches
      .splice(0)
      .flatMap(({ changes }) => changes.map(({ kind, process }) => [kind, process.pid] as const));
  return { clock, batches, state, watch, tell, told, end: (reason: string) => handlers?.onEnd(reason) };
}

const start = (process: ProcessInfo, bornOf: number, copy = false): ProcessRecord => ({
  kind: 'start',
  process,
  bornOf,
  copy,
});

describe('polling', () => {
  it('tells of everything at first, then of changes only', async () => {
    const { watch, batches, state, told } = setUp();
    await watch.start();
    expect(batches[0]).toMatchObject({ source: 'initial' });
    expect(told()).toEqual([
      ['start', 1],
      ['start', 10],
    ]);
    await watch.refresh();
    expect(told()).toEqual([]);
    state.table = [running(1, 0), running(11, 1)];
    await watch.refresh();
    expect(told()).toEqual([
      ['exit', 10],
      ['start', 11],
    ]);
  });

  it('looks fast while an agent works and slowly afterwards', async () => {
    const { watch, clock, state } = setUp();
    await watch.start();
    expect(clock.nextInMs).toBe(250);
    clock.timeMs += 11_000;
    await watch.refresh();
    expect(clock.nextInMs).toBe(5000);
    state.table = [...state.table, running(50, 10)];
    await watch.refresh();
    expect(clock.nextInMs).toBe(250);
    clock.timeMs += 11_000;
    await watch.refresh();
    state.table = [...state.table, running(60, 1)];
    await watch.refresh();
    expect(clock.nextInMs).toBe(5000);
    watch.nudge();
    expect(clock.nextInMs).toBe(250);
  });

  it('takes processor time of an agent for work', async () => {
    const { watch, clock, state } = setUp();
    const use = (cpuMs: number): void => {
      state.usage = new Map([[10, { cpuMs, residentBytes: 0 }]]);
    };
    use(0);
    await watch.start();
    clock.timeMs += 11_000;
    use(100);
    await watch.refresh();
    expect(clock.nextInMs).toBe(5000);
    clock.timeMs += 5000;
    use(1100);
    await watch.refresh();
    expect(clock.nextInMs).toBe(250);
  });

  it('goes on after a snapshot that failed', async () => {
    const { watch, state, told, clock } = setUp();
    await watch.start();
    told();
    state.fail = true;
    await watch.refresh();
    expect(told()).toEqual([]);
    expect(watch.health()).toMatchObject({ failures: 1 });
    expect(clock.nextInMs).toBeDefined();
    state.fail = false;
    state.table = [running(1, 0)];
    await watch.refresh();
    expect(told()).toEqual([['exit', 10]]);
  });

  it('looks less often when looking takes long', async () => {
    const { watch, clock, state } = setUp();
    await watch.start();
    state.during = () => {
      clock.timeMs += 400;
    };
    await watch.refresh();
    expect(clock.nextInMs).toBe(8000);
  });

  it('stops', async () => {
    const { watch, clock } = setUp();
    await watch.start();
    await watch.stop();
    expect(clock.waiting).toBeUndefined();
  });
});

describe('events', () => {
  it('tell of a child at once, with what its parent was until it runs a program', async () => {
    const { watch, tell, batches, told } = setUp({ events: true });
    await watch.start();
    told();
    tell([start(running(20, 10, { argv: [], name: 'x' }), 10, true)]);
    expect(batches[0]?.changes[0]?.process).toMatchObject({ pid: 20, name: 'claude', argv: ['claude'] });
    expect(watch.agents().map(({ pid }) => pid)).toEqual([10]);
    tell([
      { kind: 'exec', process: running(20, 10, { argv: ['ls'] }) },
      { kind: 'exit', pid: 20, signal: 9 },
    ]);
    expect(told()).toEqual([
      ['start', 20],
      ['exec', 20],
      ['exit', 20],
    ]);
    expect(watch.find(running(20, 10))).toMatchObject({ argv: ['ls'] });
    expect(watch.get(20)).toBeUndefined();
  });

  it('keep a daemon with the one that started it', async () => {
    const { watch, tell } = setUp({ events: true });
    await watch.start();
    tell([start(running(20, 10), 10), start(running(21, 1), 20), { kind: 'exit', pid: 20 }]);
    expect(watch.treeOf(running(10, 1)).map(({ pid }) => pid)).toEqual([10, 21]);
    expect(watch.ancestorsOf(running(21, 1)).map(({ pid }) => pid)).toEqual([20, 10, 1]);
  });

  it('are newer than a snapshot that was being taken', async () => {
    const { watch, tell, state, told, clock } = setUp({ events: true });
    state.table = [...state.table, running(30, 10), running(31, 10)];
    await watch.start();
    told();
    state.during = () => {
      clock.timeMs += 1;
      tell([
        { kind: 'exit', pid: 30 },
        start(running(32, 10), 10),
        { kind: 'exec', process: running(31, 10, { argv: ['new'] }) },
      ]);
    };
    await watch.refresh();
    expect(told()).toEqual([
      ['exit', 30],
      ['start', 32],
      ['exec', 31],
    ]);
    expect(watch.snapshot().processes.map(({ pid }) => pid)).toEqual([1, 10, 31, 32]);
    state.during = () => undefined;
    state.table = [running(1, 0), state.table[1]!, running(31, 10, { argv: ['new'] }), running(32, 10)];
    clock.timeMs += 1;
    await watch.refresh();
    expect(told()).toEqual([]);
  });

  it('say once what a snapshot said already', async () => {
    const { watch, tell, state, told } = setUp({ events: true });
    await watch.start();
    state.table = [...state.table, running(40, 10, { argv: ['ls'] })];
    await watch.refresh();
    told();
    tell([
      start(running(40, 10, { argv: [] }), 10, true),
      { kind: 'exec', process: running(40, 10, { argv: ['ls'] }) },
    ]);
    expect(told()).toEqual([]);
  });

  it('tell of the end of a process whose pid is used again, when that was missed', async () => {
    const { watch, tell, told } = setUp({ events: true });
    await watch.start();
    told();
    tell([start(running(10, 1, { startTimeMs: 99_000 }), 1)]);
    expect(told()).toEqual([
      ['exit', 10],
      ['start', 10],
    ]);
  });

  it('that were dropped are made good by a snapshot at once', async () => {
    const { watch, tell, clock } = setUp({ events: true });
    await watch.start();
    clock.timeMs += 20_000;
    await watch.refresh();
    expect(clock.nextInMs).toBe(15_000);
    tell([], { overflow: true, missed: 3 });
    expect(clock.nextInMs).toBe(0);
    expect(watch.health()).toMatchObject({ source: 'events', overflows: 1, missed: 3 });
  });

  it('that cannot be had leave polling, with the reason', async () => {
    const { watch, clock } = setUp({ refuse: 'not allowed' });
    await watch.start();
    expect(watch.health()).toMatchObject({ source: 'polling', reason: 'not allowed' });
    expect(clock.nextInMs).toBe(250);
  });

  it('that end leave polling, with the reason', async () => {
    const { watch, end, clock } = setUp({ events: true });
    await watch.start();
    expect(clock.nextInMs).toBe(2000);
    end('the event thread ended');
    expect(watch.health()).toMatchObject({ source: 'polling', reason: 'the event thread ended' });
    expect(clock.nextInMs).toBe(250);
  });
});
