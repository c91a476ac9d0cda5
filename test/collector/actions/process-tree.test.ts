import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveProcess } from '../../../collector/actions/process-control.ts';
import { ancestorsOf, ProcessTree, type TreeOptions } from '../../../collector/actions/process-tree.ts';

const at = (pid: number, parentPid: number, over: Partial<LiveProcess> = {}): LiveProcess => ({
  pid,
  parentPid,
  startTimeMs: 1_000 + pid * 10,
  name: 'sh',
  state: 'running',
  groupId: 1,
  sessionId: 1,
  ...over,
});
const init = at(1, 0);
const shell = at(50, 1, { sessionId: 50, groupId: 50 });
const root = at(100, 50, { sessionId: 50, groupId: 100 });
const treeOf = (over: Partial<TreeOptions> = {}): ProcessTree =>
  new ProcessTree({ roots: [root], known: [], protectedPids: new Set([0, 1]), ...over });
const pids = (processes: readonly LiveProcess[]): number[] =>
  processes.map(({ pid }) => pid).sort((a, b) => a - b);

describe('ProcessTree', () => {
  it('holds the root and everything below it, parents first', () => {
    const live = treeOf().update([at(102, 101), at(101, 100), init, at(200, 50), shell, root]);
    expect(live.map(({ pid }) => pid)).toEqual([100, 101, 102]);
  });

  it('keeps a process that was handed to another parent', () => {
    const tree = treeOf();
    tree.update([init, shell, root, at(101, 100), at(102, 101)]);
    expect(pids(tree.update([init, shell, root, at(102, 1)]))).toEqual([100, 102]);
    expect(pids(tree.update([init, shell, at(102, 1), at(103, 102)]))).toEqual([102, 103]);
    expect(tree.members.filter(({ ended }) => ended).map(({ process }) => process.pid)).toEqual([100, 101]);
  });

  it('takes a root, a known process or a member of before only when its start time is the same', () => {
    const moved = (process: LiveProcess): LiveProcess => ({
      ...process,
      startTimeMs: process.startTimeMs + 10,
    });
    expect(treeOf().update([init, moved(root), at(101, 100)])).toEqual([]);
    expect(treeOf({ known: [at(300, 1)] }).update([init, moved(at(300, 1))])).toEqual([]);
    const tree = treeOf();
    tree.update([init, root, at(101, 100)]);
    expect(pids(tree.update([init, root, moved(at(101, 1))]))).toEqual([100]);
  });

  it('knows nothing of a process whose start time is not known', () => {
    const dark = at(100, 50, { startTimeMs: 0 });
    expect(treeOf({ roots: [dark] }).update([init, dark])).toEqual([]);
  });

  it('goes by the exact start where there is one, so that a moved clock changes nothing', () => {
    const exact = { bootId: 'b', startTicks: 77 };
    const tree = treeOf({ roots: [{ ...root, ...exact }] });
    expect(pids(tree.update([{ ...root, ...exact, startTimeMs: root.startTimeMs + 3_600_000 }]))).toEqual([
      100,
    ]);
    expect(
      treeOf({ roots: [{ ...root, ...exact }] }).update([{ ...root, ...exact, startTicks: 78 }]),
    ).toEqual([]);
  });

  it('takes everything of a session that a member leads, however it hangs', () => {
    const leader = at(110, 100, { sessionId: 110, groupId: 110 });
    const orphan = at(130, 1, { sessionId: 110, groupId: 120 });
    expect(pids(treeOf().update([init, shell, root, leader, orphan]))).toEqual([100, 110, 130]);
    const later = treeOf();
    later.update([init, shell, root, leader]);
    expect(pids(later.update([init, shell, root, orphan]))).toEqual([100, 130]);
  });

  it('leaves the shell, its other jobs, and what stands in one pipe with the root alone', () => {
    const other = at(120, 50, { sessionId: 50, groupId: 120 });
    const tee = at(101, 50, { sessionId: 50, groupId: 100 });
    const orphan = at(140, 1, { sessionId: 50, groupId: 100 });
    expect(pids(treeOf().update([init, shell, root, other, tee, orphan]))).toEqual([100, 140]);
  });

  it('does not take the session of a later owner of the same number', () => {
    const tree = treeOf();
    tree.update([init, root, at(110, 100, { sessionId: 110 })]);
    const stranger = at(110, 1, { sessionId: 110, startTimeMs: 9_000 });
    expect(pids(tree.update([init, root, stranger, at(150, 110, { sessionId: 110 })]))).toEqual([100]);
  });

  it('does not take an older process for a child: on Windows its parent number is that of a dead one', () => {
    expect(pids(treeOf().update([root, at(101, 100, { startTimeMs: root.startTimeMs - 1 })]))).toEqual([100]);
  });

  it('never takes a protected process or the kernel, nor what is below it only', () => {
    const reeve = at(101, 100);
    const tree = treeOf({ protectedPids: new Set([0, 1, 101]), isMember: () => true });
    const kernel = at(2, 0, { kernel: true });
    expect(pids(tree.update([kernel, root, reeve]))).toEqual([100]);
  });

  it('asks the predicate again while a program is just starting, but not for ever', () => {
    let asked = 0;
    const tree = treeOf({
      isMember: ({ pid }) => {
        if (pid === 300) asked += 1;
        return pid === 300 && asked === 2;
      },
    });
    const late = at(300, 1);
    expect(pids(tree.update([root, late]))).toEqual([100]);
    expect(pids(tree.update([root, late]))).toEqual([100, 300]);
    let never = 0;
    const no = treeOf({ isMember: () => ((never += 1), false) });
    for (let n = 0; n < 20; n += 1) no.update([late]);
    expect(never).toBe(3);
    no.askAgain();
    no.update([late]);
    expect(never).toBe(4);
  });

  it('takes the newest on their own, below members it has', () => {
    const tree = treeOf();
    tree.update([init, root]);
    expect(pids(tree.add([at(500, 100), at(501, 500), at(502, 50)]))).toEqual([500, 501]);
    expect(tree.members.every(({ ended }) => !ended)).toBe(true);
  });

  it('is finished with loops, and never holds more than descendants, on any table', () => {
    const table = fc.array(fc.tuple(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 0, max: 40 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(table, (pairs) => {
        // Same start, no sessions: what belongs is then only a question of parents.
        const plain = { startTimeMs: 5_000, groupId: 0, sessionId: 0 };
        const parents = new Map(pairs);
        const processes = [...parents].map(([pid, parentPid]) => at(pid, parentPid, plain));
        const start = at(2, 1, plain);
        const found = pids(treeOf({ roots: [start] }).update(processes));
        const expected = [...parents.keys()].filter((pid) => {
          const seen = new Set<number>();
          for (
            let up: number | undefined = pid;
            up !== undefined && !seen.has(up) && up > 1;
            up = parents.get(up)
          ) {
            if (up === 2) return parents.has(2);
            seen.add(up);
          }
          return false;
        });
        expect(found).toEqual(expected.sort((a, b) => a - b));
      }),
    );
  });
});

describe('ancestorsOf', () => {
  it('goes up to the first process and survives a loop', () => {
    expect([...ancestorsOf(101, [at(101, 100), root, shell, init])]).toEqual([101, 100, 50, 1, 0]);
    expect([...ancestorsOf(7, [at(7, 8), at(8, 7)])]).toEqual([7, 8]);
  });
});
