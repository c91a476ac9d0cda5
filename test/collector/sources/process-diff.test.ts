import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameProcess, type ProcessChange, type ProcessInfo } from '../../../collector/contract/process.ts';
import { diffSnapshots } from '../../../collector/sources/process-diff.ts';
import { anyTable, running } from './process-table.ts';

function apply(table: readonly ProcessInfo[], changes: readonly ProcessChange[]): readonly ProcessInfo[] {
  const byPid = new Map(table.map((process) => [process.pid, process]));
  for (const { kind, process } of changes) {
    if (kind === 'exit') byPid.delete(process.pid);
    else byPid.set(process.pid, process);
  }
  return [...byPid.values()].sort((a, b) => a.pid - b.pid);
}

describe('diffSnapshots', () => {
  it('says what leads from one table to the other', () => {
    fc.assert(
      fc.property(anyTable, anyTable, (before, after) => {
        expect(apply(before, diffSnapshots(before, after))).toEqual([...after].sort((a, b) => a.pid - b.pid));
      }),
    );
  });

  it('says nothing of equal tables', () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        expect(diffSnapshots(table, structuredClone(table))).toEqual([]);
      }),
    );
  });

  it('never calls another process with the same pid a change', () => {
    fc.assert(
      fc.property(anyTable, anyTable, (before, after) => {
        for (const change of diffSnapshots(before, after))
          if ('before' in change) expect(isSameProcess(change.before, change.process)).toBe(true);
      }),
    );
  });

  it('tells of each process once per kind, parents before children unless they form a circle', () => {
    fc.assert(
      fc.property(anyTable, (after) => {
        const started = diffSnapshots([], after).map(({ process }) => process.pid);
        expect(new Set(started).size).toBe(after.length);
        const byPid = new Map(after.map((process) => [process.pid, process]));
        for (const { pid, parentPid } of after) {
          const line = new Set<number>();
          let at: number | undefined = pid;
          while (at !== undefined && byPid.has(at) && !line.has(at)) {
            line.add(at);
            at = byPid.get(at)?.parentPid;
          }
          if (byPid.has(parentPid) && !(at !== undefined && line.has(at)))
            expect(started.indexOf(parentPid)).toBeLessThan(started.indexOf(pid));
        }
      }),
    );
  });

  it('sees a reused pid, another program and another parent', () => {
    const before = [running(1, 0), running(5, 1), running(6, 5), running(7, 5)];
    const after = [
      running(1, 0),
      running(5, 1, { startTimeMs: 9000 }),
      running(6, 1),
      running(7, 5, { argv: ['rg', 'x'], executable: '/usr/bin/rg' }),
    ];
    expect(diffSnapshots(before, after).map(({ kind, process }) => [kind, process.pid])).toEqual([
      ['exit', 5],
      ['start', 5],
      ['reparent', 6],
      ['exec', 7],
    ]);
  });

  it('tells processes apart by the exact start, whatever the wall clock says', () => {
    const at = (startTimeMs: number, startTicks: number): ProcessInfo =>
      running(5, 1, { startTimeMs, startTicks });
    expect(diffSnapshots([at(1000, 7)], [at(2000, 7)])).toEqual([]);
    expect(diffSnapshots([at(1000, 7)], [at(1000, 8)])).toHaveLength(2);
  });

  it('manages a chain of 50,000 new processes', () => {
    const chain = Array.from({ length: 50_000 }, (_, n) => running(50_001 - n, 50_000 - n));
    expect(diffSnapshots([], chain)[0]?.process.pid).toBe(2);
  });
});
