import fc from 'fast-check';
import type { ProcessInfo, ProcessSnapshot } from '../../../collector/contract/process.ts';

/** A process for tests; times in whole seconds. */
export function running(pid: number, parentPid: number, over: Partial<ProcessInfo> = {}): ProcessInfo {
  return { pid, parentPid, startTimeMs: pid * 1000, name: 'sh', argv: ['sh'], ...over };
}

export function snapshotOf(processes: readonly ProcessInfo[]): ProcessSnapshot {
  return { timeMs: 0, processes, usage: new Map() };
}

/** Small numbers, so that pids are reused, parents form circles and programs change. */
export const anyTable: fc.Arbitrary<readonly ProcessInfo[]> = fc.uniqueArray(
  fc.record({
    pid: fc.integer({ min: 1, max: 12 }),
    parentPid: fc.integer({ min: 0, max: 12 }),
    startTimeMs: fc.integer({ min: 1, max: 3 }),
    name: fc.constant('x'),
    argv: fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
  }),
  { selector: ({ pid }) => pid, maxLength: 12 },
);
