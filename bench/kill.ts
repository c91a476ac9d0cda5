/**
 * How fast a tree of 200 is frozen, and how fast it is gone after the grace. `node bench/kill.ts [rounds]`
 * References in the same run: one look at the process table by us, and by `ps`.
 */
import { execFileSync } from 'node:child_process';
import { ACTIONS } from '../collector/actions/index.ts';
import { control, resolvedBy, ZooKeeper } from '../test/integration/kill-tree-zoo.ts';
import { report } from './shared/report.ts';

const rounds = Number(process.argv[2] ?? 20);
const monotonicMs = (): number => performance.now();
const keeper = new ZooKeeper();
const frozen: number[] = [];
const resumed: number[] = [];
const gone: number[] = [];
const look: number[] = [];
const ps: number[] = [];
let processes = 0;

async function timed(into: number[], run: () => unknown): Promise<void> {
  const startMs = performance.now();
  await run();
  into.push(performance.now() - startMs);
}

try {
  for (let n = 0; n < rounds; n += 1) {
    const zoo = await keeper.start({ plain: 198 });
    const deps = { control, monotonicMs, resolve: resolvedBy(zoo) };
    await timed(look, async () => {
      processes = (await control.list()).length;
    });
    await timed(ps, () => execFileSync('ps', ['-eo', 'pid,ppid,pgid,sid,state,lstart,comm']));
    frozen.push((await ACTIONS.pause.run(zoo.target, {}, deps)).frozenMs ?? NaN);
    await timed(resumed, () => ACTIONS.resume.run(zoo.target, {}, deps));
    // Without a grace, so that only our own work is measured.
    gone.push((await ACTIONS.kill.run(zoo.target, { graceMs: 0 }, deps)).goneMs ?? NaN);
    if (zoo.alive().length > 0) throw new Error('something survived');
  }
  const line = (values: number[]): string => {
    const sorted = values.toSorted((a, b) => a - b);
    const at = (part: number): string => (sorted[Math.floor(part * (sorted.length - 1))] ?? NaN).toFixed(1);
    return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
  };
  report(`a tree of 200 among ${processes} processes, ${rounds} times`, [
    ['frozen', line(frozen)],
    ['resumed', line(resumed)],
    ['frozen, ended, proved', line(gone)],
    ['one look at the table', line(look)],
    ['the same by ps', line(ps)],
  ]);
} finally {
  await keeper.clean();
}
