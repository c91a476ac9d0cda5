import { describe, expect, it } from 'vitest';
import type { ProcEvent } from '../../../collector/platform/linux-proc-events.ts';
import { createBudget, EventTranslator } from '../../../collector/sources/process-event-batch.ts';
import { running } from './process-table.ts';

const fork = (pid: number, parentPid: number): ProcEvent => ({ kind: 'fork', pid, parentPid });
const exec = (pid: number): ProcEvent => ({ kind: 'exec', pid });
const exit = (pid: number): ProcEvent => ({ kind: 'exit', pid, exitCode: 0 });

/** Reads processes that are always there but for those in `gone`, and counts. */
function setUp(gone: readonly number[] = [], mayRead: () => boolean = () => true) {
  const reads: string[] = [];
  const place = (pid: number) => {
    reads.push(`place ${pid}`);
    return gone.includes(pid) ? undefined : running(pid, 1, { argv: [] });
  };
  const program = (pid: number) => {
    reads.push(`program ${pid}`);
    const process = running(pid, 1, { argv: ['ls'] });
    return gone.includes(pid)
      ? undefined
      : () => {
          reads.push(`rest ${pid}`);
          return process;
        };
  };
  const translator = new EventTranslator({ place, program }, mayRead);
  return { translator, reads };
}

describe('EventTranslator', () => {
  it('reads a process once that was forked and runs a program in the same group', () => {
    const { translator, reads } = setUp();
    const { records } = translator.translate([fork(5, 2), exec(5), exec(5), exit(5)]);
    expect(reads).toEqual(['program 5', 'rest 5']);
    expect(records).toMatchObject([
      { kind: 'start', bornOf: 2, copy: false, process: { argv: ['ls'] } },
      { kind: 'exit', pid: 5, exitCode: 0 },
    ]);
  });

  it('reads only the place of a copy, and its program when that comes later', () => {
    const { translator, reads } = setUp();
    expect(translator.translate([fork(5, 2)]).records).toMatchObject([{ kind: 'start', copy: true }]);
    expect(translator.translate([exec(5)]).records).toMatchObject([
      { kind: 'exec', process: { argv: ['ls'] } },
    ]);
    expect(reads).toEqual(['place 5', 'program 5', 'rest 5']);
  });

  it('reads programs before copies, for they are the ones that soon end', () => {
    const { translator, reads } = setUp();
    translator.translate([fork(5, 2), fork(6, 2), exec(6), fork(7, 2), exec(7)]);
    expect(reads).toEqual(['program 6', 'program 7', 'rest 6', 'rest 7', 'place 5']);
  });

  it('keeps the line of descent through processes that were gone before they could be read', () => {
    const { translator } = setUp([5, 6]);
    expect(translator.translate([fork(5, 2), fork(6, 5)])).toMatchObject({ records: [], missed: 2 });
    expect(translator.translate([fork(7, 6), exit(6), exit(5)]).records[0]).toMatchObject({
      bornOf: 2,
      indirect: true,
    });
    const [direct] = translator.translate([fork(8, 6)]).records;
    expect(direct).toMatchObject({ bornOf: 6 });
    expect(direct).not.toHaveProperty('indirect');
  });

  it('takes a process for itself again once a program of it could be read', () => {
    const gone = [5];
    const { translator } = setUp(gone);
    translator.translate([fork(5, 2)]);
    gone.pop();
    expect(translator.translate([exec(5)]).records).toMatchObject([{ kind: 'exec' }]);
    expect(translator.translate([fork(6, 5)]).records[0]).toMatchObject({ bornOf: 5 });
  });

  it('says below whom a program was that was gone', () => {
    const { translator } = setUp([5, 6]);
    expect(translator.translate([fork(5, 2), exec(5), fork(6, 5), exec(6)])).toMatchObject({
      records: [],
      missedBelow: [2, 2],
    });
  });

  it('tells two processes with one pid apart', () => {
    const { translator } = setUp();
    const { records } = translator.translate([fork(5, 2), exit(5), fork(5, 3), exec(5)]);
    expect(records.map(({ kind }) => kind)).toEqual(['start', 'exit', 'start']);
  });

  it('stops reading when too much happens, and says so', () => {
    let nowMs = 0;
    const { translator, reads } = setUp(
      [],
      createBudget(10, () => nowMs),
    );
    const storm = Array.from({ length: 50 }, (_, n) => fork(n + 1, 0));
    expect(translator.translate(storm)).toMatchObject({ overflow: true });
    expect(reads).toHaveLength(10);
    nowMs = 500;
    expect(translator.translate(storm.slice(0, 5))).toMatchObject({ overflow: false });
  });
});
