import { setTimeout as wait } from 'node:timers/promises';
import { processId } from '../contract/process.ts';
import { chase, look } from './look.ts';
import type { LiveProcess, ProcessControl } from './process-control.ts';
import type { ProcessTree } from './process-tree.ts';

/** Looks without anything new or moving before the tree counts as frozen: one could fall between two steps. */
const CALM_LOOKS = 2;
export interface Frozen {
  /** False: the time was up, and something may still run. */
  readonly frozen: boolean;
  readonly frozenMs: number;
  /** Stopped by us. */
  readonly stopped: ReadonlySet<string>;
  /** Stood still at the first look. */
  readonly already: ReadonlySet<string>;
  /** Another user's. */
  readonly denied: ReadonlySet<string>;
}

/**
 * Stops a tree that may be fighting back: from the root down, again and again, until nothing new appears and nothing
 * moves in two looks running.
 *
 * Why this ends: what is stopped cannot fork. Against what is born meanwhile there are two means. A fork costs the
 * tree more (150 µs and up) than following the newest pids costs us (20 µs each), so every step leaves fewer. And once
 * one verified process of a group stands still, the whole group is stopped by one call, which the kernel also applies
 * to forks in flight; hundreds of runnable processes can keep us from the processor, but one call needs no second turn.
 */
export async function freeze(
  tree: ProcessTree,
  control: ProcessControl,
  monotonicMs: () => number,
  limitMs: number,
): Promise<Frozen> {
  const startMs = monotonicMs();
  const stopped = new Set<string>();
  const already = new Set<string>();
  const denied = new Set<string>();
  const stop = async (process: LiveProcess): Promise<void> => {
    const outcome = await control.signal(process, 'stop');
    if (outcome === 'sent') stopped.add(processId(process));
    else if (outcome === 'denied') denied.add(processId(process));
  };
  let calm = 0;
  let before = -1;
  for (let first = true; ; first = false) {
    const { all, live, mark } = await look(tree, control);
    const moving = live.filter((process) => {
      const id = processId(process);
      if (denied.has(id)) return false;
      if (!control.isStopped(process)) return process.state !== 'blocked' || !stopped.has(id);
      if (!stopped.has(id)) {
        // Found standing still: at the first look not our doing, later born into a group we had stopped.
        if (first) already.add(id);
        else stopped.add(id);
      }
      return false;
    });
    stopGroups(all, live, moving, control);
    for (const process of moving) await stop(process);
    const settled = await chase(tree, control, mark, stop);
    calm = settled && moving.length === 0 && tree.members.length === before ? calm + 1 : 0;
    before = tree.members.length;
    const frozenMs = monotonicMs() - startMs;
    if (calm === CALM_LOOKS || frozenMs > limitMs) {
      return { frozen: calm === CALM_LOOKS, frozenMs, stopped, already, denied };
    }
    // Lets the stopped ones reach their stop, and our own program breathe.
    await wait(moving.length === 0 ? 0 : 1);
  }
}

/** Only groups that are ours alone, and only when a stopped member pins the number. */
function stopGroups(
  all: readonly LiveProcess[],
  live: readonly LiveProcess[],
  moving: readonly LiveProcess[],
  control: ProcessControl,
): void {
  if (control.stopGroup === undefined) return;
  const members = new Set(live.map((process) => process.pid));
  const pinned = new Set(
    live.filter((process) => process.state === 'stopped').map((process) => process.groupId),
  );
  const wanted = new Set(moving.map((process) => process.groupId).filter((group) => pinned.has(group)));
  if (wanted.size === 0) return;
  for (const process of all) {
    if (process.state !== 'ended' && !members.has(process.pid)) wanted.delete(process.groupId);
  }
  for (const group of wanted) if (group !== undefined && group > 1) control.stopGroup(group);
}
