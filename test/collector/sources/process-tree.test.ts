import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProcessTree } from '../../../collector/sources/process-tree.ts';
import { running } from './process-table.ts';

const pids = (processes: readonly { readonly pid: number }[]): number[] =>
  processes.map(({ pid }) => pid).sort((a, b) => a - b);

function family(): ProcessTree {
  const tree = new ProcessTree();
  tree.start(running(1, 0), 0);
  tree.start(running(10, 1), 0);
  tree.start(running(11, 10), 0);
  tree.start(running(12, 11), 0);
  return tree;
}

describe('ProcessTree', () => {
  it('keeps a grandchild in the tree when the middle one ended', () => {
    const tree = family();
    tree.exit(11, 5);
    tree.update(running(12, 1));
    expect(pids(tree.treeOf(running(10, 1)))).toEqual([10, 12]);
    expect(pids(tree.childrenOf(1))).toEqual([10, 12]);
    expect(tree.ancestorsOf(running(12, 1)).map(({ pid }) => pid)).toEqual([11, 10, 1]);
  });

  it('still knows the tree of a root that ended, and forgets it when the last one is gone', () => {
    const tree = family();
    tree.exit(10, 5);
    tree.prune(500_000);
    expect(pids(tree.treeOf(running(10, 1)))).toEqual([11, 12]);
    tree.exit(11, 500_000);
    tree.exit(12, 500_000);
    tree.prune(500_001);
    expect(tree.find(running(12, 11))).toBeDefined();
    tree.prune(600_000);
    expect([tree.rememberedDead, tree.find(running(12, 11)), tree.treeOf(running(10, 1))]).toEqual([
      0,
      undefined,
      [],
    ]);
  });

  it('puts a process that was found already handed over under the one that started it', () => {
    const tree = family();
    tree.start(running(13, 1), 0);
    tree.adopt(running(13, 1), 12);
    expect(pids(tree.treeOf(running(10, 1)))).toEqual([10, 11, 12, 13]);
    tree.adopt(running(10, 1), 13);
    expect(tree.ancestorsOf(running(10, 1)).map(({ pid }) => pid)).toEqual([1]);
  });

  it('takes no process for a parent that began later than the child', () => {
    const tree = new ProcessTree();
    tree.start(running(20, 1, { startTimeMs: 9000 }), 0);
    tree.start(running(21, 20, { startTimeMs: 5000 }), 0);
    expect(tree.ancestorsOf(running(21, 20, { startTimeMs: 5000 }))).toEqual([]);
  });

  it('gives a child told of late to the parent that ended, not to the one that has its pid now', () => {
    const tree = new ProcessTree();
    tree.start(running(30, 1, { startTimeMs: 1000 }), 0);
    tree.exit(30, 1);
    tree.start(running(30, 1, { startTimeMs: 8000 }), 2);
    tree.start(running(31, 1, { startTimeMs: 2000 }), 3, 30);
    expect(tree.ancestorsOf(running(31, 1, { startTimeMs: 2000 }))).toMatchObject([
      { pid: 30, startTimeMs: 1000 },
    ]);
  });

  it('changes nothing for another process with the same pid', () => {
    const tree = family();
    tree.update(running(12, 1, { startTimeMs: 77 }));
    expect(tree.get(12)?.parentPid).toBe(11);
  });

  it('remembers a bounded number of dead and loses no living descendant by forgetting', () => {
    const tree = new ProcessTree();
    tree.start(running(1, 0), 0);
    for (let pid = 2; pid <= 6000; pid += 1) tree.start(running(pid, pid - 1), 0);
    for (let pid = 2; pid < 6000; pid += 1) tree.exit(pid, pid);
    expect(tree.rememberedDead).toBe(4096);
    expect(pids(tree.treeOf(running(1, 0)))).toEqual([1, 6000]);
  });

  it('holds together whatever comes', () => {
    const step = fc.record({
      kind: fc.constantFrom('start', 'exit', 'update', 'prune'),
      pid: fc.integer({ min: 1, max: 8 }),
      parent: fc.integer({ min: 0, max: 8 }),
      startTimeMs: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const tree = new ProcessTree();
        const living = new Map<number, number>();
        for (const [index, { kind, pid, parent, startTimeMs }] of steps.entries()) {
          const info = running(pid, parent, { startTimeMs });
          if (kind === 'start') {
            tree.start(info, index);
            living.set(pid, startTimeMs);
          } else if (kind === 'exit') {
            tree.exit(pid, index);
            living.delete(pid);
          } else if (kind === 'update') tree.update(info);
          else tree.prune(index * 100_000);
        }
        expect(pids([...tree.living()])).toEqual([...living.keys()].sort((a, b) => a - b));
        for (const process of tree.living()) {
          const members = tree.treeOf(process);
          expect(members[0]).toBe(process);
          expect(new Set(members).size).toBe(members.length);
          expect(tree.ancestorsOf(process)).not.toContain(process);
        }
      }),
    );
  });
});
