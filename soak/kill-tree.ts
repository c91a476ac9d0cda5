/**
 * Kills many trees that fight back, beside trees that must not notice. `node soak/kill-tree.ts [trees] [graceMs]`
 *
 * Each tree has about 200 real processes: sleepers some layers deep, own sessions, orphans, daemons, deaf ones, stopped
 * ones, breeders, relays (fork and end all the time), and a bomb that doubles while it is killed. Survivors are
 * counted by a mark in their environment, read by code of its own. Exits with 1 when anything survived or a bystander
 * was touched.
 */
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { ACTIONS } from '../collector/actions/index.ts';
import { control, markerOf, ZooKeeper, type ZooSize } from '../test/integration/kill-tree-zoo.ts';

const trees = Number(process.argv[2] ?? 200);
const graceMs = Number(process.argv[3] ?? 300);
const SIZE: ZooSize = {
  plain: 100,
  setsid: 15,
  orphans: 10,
  daemons: 10,
  ignoreTerm: 10,
  stopped: 3,
  breeders: 3,
  relays: 2,
  runaways: 2,
  bombDepth: 5,
};

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const frozen: number[] = [];
const gone: number[] = [];
const sizes: number[] = [];
let survivors = 0;
let notDone = 0;
let notFrozen = 0;

const bystanders = new ZooKeeper();
const keeper = new ZooKeeper();
try {
  const witnesses = [
    await bystanders.start({ plain: 30, setsid: 5, orphans: 5 }),
    await bystanders.start({ plain: 20 }, { detached: true }),
  ];
  const before = witnesses.map((zoo) => zoo.alive());
  const startMs = performance.now();
  for (let n = 0; n < trees; n += 1) {
    const zoo = await keeper.start(SIZE, { detached: n % 2 === 0 });
    const result = await ACTIONS.kill.run(
      zoo.target,
      { graceMs },
      {
        control,
        monotonicMs: () => performance.now(),
        resolve: () => ({ roots: [zoo.root], isMember: markerOf(zoo) }),
      },
    );
    const left = zoo.alive().length;
    survivors += left;
    sizes.push(result.processes.length);
    if (result.status !== 'done') {
      notDone += 1;
      say(`tree ${n}: ${result.detail}`);
    }
    if (result.frozenMs === undefined) notFrozen += 1;
    else frozen.push(result.frozenMs);
    if (result.goneMs !== undefined) gone.push(result.goneMs);
  }
  const lost = witnesses.reduce((sum, zoo, at) => {
    const now = new Set(zoo.alive());
    return sum + (before[at] ?? []).filter((pid) => !now.has(pid) || isStopped(pid)).length;
  }, 0);
  const at = (values: number[], part: number): string => {
    const sorted = values.toSorted((a, b) => a - b);
    return (sorted[Math.floor(part * (sorted.length - 1))] ?? NaN).toFixed(0);
  };
  say(
    `${trees} trees, ${sizes.reduce((sum, size) => sum + size, 0)} processes (p50 ${at(sizes, 0.5)}, most ${at(sizes, 1)} a tree), grace ${graceMs} ms, ${((performance.now() - startMs) / 1000).toFixed(0)} s, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1) ?? ''}`,
  );
  say(
    `frozen        p50 ${at(frozen, 0.5)} ms, p99 ${at(frozen, 0.99)} ms, worst ${at(frozen, 1)} ms, not in time ${notFrozen}`,
  );
  say(
    `gone          p50 ${at(gone, 0.5)} ms, p99 ${at(gone, 0.99)} ms, worst ${at(gone, 1)} ms, the grace included`,
  );
  say(`survivors     ${survivors}`);
  say(`not done      ${notDone}`);
  say(`bystanders    ${before.flat().length} watched, ${lost} touched`);
  if (survivors + lost + notDone > 0) process.exitCode = 1;
} finally {
  await keeper.clean();
  await bystanders.clean();
}

function isStopped(pid: number): boolean {
  return /\) [Tt]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
}
