import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ResolvedTarget } from '../../collector/actions/action.ts';
import { createLinuxControl, createMarkerTest } from '../../collector/actions/os/linux.ts';
import type { LiveProcess, ProcessControl } from '../../collector/actions/process-control.ts';
import type { ActionTarget } from '../../collector/contract/action.ts';

/** Real processes that behave badly. Every one carries `REEVE_ZOO=<id>`, by which it is found whatever it did. */
export interface Zoo {
  readonly id: string;
  readonly root: LiveProcess;
  readonly child: ChildProcess;
  readonly target: ActionTarget;
  /** Pids by the marker, independent of the code under test. */
  alive(): readonly number[];
}

export interface ZooSize {
  /** Ordinary ones, some layers deep. */
  readonly plain?: number;
  /** In sessions of their own. */
  readonly setsid?: number;
  /** Their parents have ended; handed to pid 1. */
  readonly orphans?: number;
  /** Both. */
  readonly daemons?: number;
  readonly ignoreTerm?: number;
  readonly stopped?: number;
  /** Start a short child all the time. */
  readonly breeders?: number;
  /** Fork a copy of themselves and end: another pid every few milliseconds, always an orphan. */
  readonly relays?: number;
  /** The same, in a new session every time. */
  readonly runaways?: number;
  /** Processes that double at once, from now on: 2^n - 1 in the end. At most 7. */
  readonly bombDepth?: number;
}

export const control: ProcessControl = await createLinuxControl({ ownPid: process.pid });
const LIVES_S = 300;

// Each lives LIVES_S at most, so that nothing stays behind whatever happens to the test.
const SCRIPTS = {
  // `kids N`: N sleepers in groups of ten below shells of their own.
  'kids.sh': `n=$1; while [ $n -gt 0 ]; do k=10; [ $n -lt 10 ] && k=$n
( i=1; while [ $i -lt $k ]; do sleep ${LIVES_S} & i=$((i+1)); done; wait ) & n=$((n-k)); done; wait`,
  'deaf.sh': `trap '' TERM HUP INT; sleep ${LIVES_S}; sleep ${LIVES_S}`,
  'still.sh': `kill -STOP $$; sleep ${LIVES_S}`,
  'breeder.sh': `trap '' TERM; t=$(($(date +%s)+${LIVES_S})); while [ $(date +%s) -lt $t ]; do sleep 0.01 & wait $!; done`,
  'relay.sh': `[ $(date +%s) -lt $1 ] || exit; sleep 0.005; sh "$0" $1 & exit`,
  'runaway.sh': `[ $(date +%s) -lt $1 ] || exit; sleep 0.005; setsid sh "$0" $1 & exit`,
  'bomb.sh': `trap '' TERM; if [ $1 -gt 1 ]; then sh "$0" $(($1-1)) & sh "$0" $(($1-1)) & fi; sleep ${LIVES_S}`,
} as const;

export class ZooKeeper {
  readonly #dir = mkdtempSync(join(tmpdir(), 'reeve-zoo-'));
  readonly #zoos: Zoo[] = [];
  #count = 0;

  constructor() {
    for (const [name, text] of Object.entries(SCRIPTS)) writeFileSync(join(this.#dir, name), text);
  }

  /** Starts a tree and waits until all of it is there. */
  async start(size: ZooSize, options: { detached?: boolean; uid?: number } = {}): Promise<Zoo> {
    const id = `${process.pid}-${(this.#count += 1)}-${Date.now()}`;
    const child = spawn('sh', ['-c', script(size)], {
      cwd: this.#dir,
      stdio: 'ignore',
      env: { PATH: process.env['PATH'], REEVE_ZOO: id },
      detached: options.detached ?? false,
      ...(options.uid !== undefined && { uid: options.uid, cwd: '/' }),
    });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    const root = (await control.list()).find((one) => one.pid === child.pid)!;
    const alive = (): readonly number[] => aliveWith(id);
    const { pid, startTimeMs } = root;
    const zoo = { id, root, child, alive, target: { kind: 'process', pid, startTimeMs } as const };
    this.#zoos.push(zoo);
    const wanted = expected(size);
    const untilMs = performance.now() + 20_000;
    // A bomb is not waited for: it goes off while it is killed.
    while (alive().length < wanted) {
      if (performance.now() > untilMs) throw new Error(`only ${alive().length} of ${wanted} came`);
      await wait(10);
    }
    return zoo;
  }

  /** Ends whatever is left of all trees, by marker, and says how many that were. */
  async clean(): Promise<number> {
    let left = 0;
    for (const zoo of this.#zoos.splice(0)) {
      for (let round = 0; ; round += 1) {
        const alive = zoo.alive();
        if (alive.length === 0) break;
        if (round === 0) left += alive.length;
        for (const pid of alive) killNow(pid);
        await wait(2);
      }
    }
    rmSync(this.#dir, { recursive: true, force: true });
    return left;
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return; // gone
  }
}

function expected(size: ZooSize): number {
  const { plain = 0, setsid = 0, orphans = 0, daemons = 0, ignoreTerm = 0, stopped = 0, breeders = 0 } = size;
  return 2 + plain + setsid + orphans + daemons + ignoreTerm * 2 + stopped + breeders;
}

function script(size: ZooSize): string {
  const times = (n: number | undefined, line: string): string[] => Array.from({ length: n ?? 0 }, () => line);
  const end = '$(($(date +%s)+60))';
  return [
    ...(size.plain === undefined ? [] : [`sh kids.sh ${size.plain - 1} &`]),
    ...times(size.setsid, `setsid sleep ${LIVES_S} &`),
    ...times(size.orphans, `sh -c 'sleep ${LIVES_S} &'`),
    ...times(size.daemons, `sh -c 'setsid sleep ${LIVES_S} &'`),
    ...times(size.ignoreTerm, 'sh deaf.sh &'),
    ...times(size.stopped, 'sh still.sh &'),
    ...times(size.breeders, 'sh breeder.sh &'),
    ...times(size.relays, `sh relay.sh ${end} &`),
    ...times(size.runaways, `sh runaway.sh ${end} &`),
    ...(size.bombDepth === undefined ? [] : [`sh bomb.sh ${Math.min(7, size.bombDepth)} &`]),
    `sleep ${LIVES_S} & wait`,
  ].join('\n');
}

/** Own reading of /proc, so that the code under test does not judge itself. Zombies have no environment left. */
function aliveWith(id: string): number[] {
  const wanted = `\0REEVE_ZOO=${id}\0`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return `\0${readFileSync(`/proc/${name}/environ`, 'latin1')}`.includes(wanted);
      } catch {
        return false; // gone
      }
    })
    .map(Number);
}

export function resolvedBy(zoo: Zoo, more: Partial<ResolvedTarget> = {}): () => ResolvedTarget {
  return () => ({ roots: [zoo.root], ...more });
}

export function markerOf(zoo: Zoo): (process: LiveProcess) => boolean {
  const hasMarker = createMarkerTest({ REEVE_ZOO: zoo.id });
  return (process) => hasMarker(process.pid);
}
