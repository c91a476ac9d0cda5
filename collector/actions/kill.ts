import { setTimeout as wait } from 'node:timers/promises';
import type { ProcessOutcome } from '../contract/action.ts';
import { processId } from '../contract/process.ts';
import type { ActionDeps, ControlAction } from './action.ts';
import { freeze } from './freeze.ts';
import { chase, look } from './look.ts';
import { conclude, countOf, failedBy, prepare } from './prepare.ts';
import type { LiveProcess, ProcessSignal } from './process-control.ts';
import type { ProcessTree } from './process-tree.ts';

export const DEFAULT_GRACE_MS = 3_000;
/** Far over what even a racing tree needs; then we go on and end what is there. */
const FREEZE_LIMIT_MS = 2_000;
/** Between looks during the grace. Short, because a tree that breeds now must be caught early. */
const GRACE_LOOK_MS = 20;
/** What asks to be ended may start a few helpers to clean up; what starts more is not cleaning up. */
const MAX_NEW_IN_GRACE = 32;
/** A process stuck in a dead file system does not end even by force; after this we say so. */
const KILL_LIMIT_MS = 10_000;
/** Looks without anything left before it counts as proved. */
const CLEAN_LOOKS = 2;

/**
 * Ends every process of a target and proves it: freeze, ask (TERM), let go on and wait, freeze again, end by force
 * (KILL), look until nothing is left.
 */
export const kill: ControlAction = {
  id: 'kill',
  title: 'Kill',
  description: 'Ends all processes, those that hide or ignore it included. Unsaved work in them is lost.',
  destructive: true,
  async run(target, options, deps) {
    const graceMs = options.graceMs ?? DEFAULT_GRACE_MS;
    try {
      const prepared = await prepare(target, deps);
      if (prepared.kind === 'refused') return prepared.result;
      const startMs = deps.monotonicMs();
      const { tree } = prepared;
      const denied = new Set<string>();
      const asked = new Set<string>();
      let frozenMs: number | undefined;
      if (deps.control.cannotStop === undefined) {
        const first = await freeze(tree, deps.control, deps.monotonicMs, FREEZE_LIMIT_MS);
        if (first.frozen) frozenMs = first.frozenMs;
        for (const id of first.denied) denied.add(id);
        if (graceMs > 0) await ask(tree, deps, graceMs, asked);
      }
      const forced = await end(tree, deps, denied);
      const goneMs = forced.clean ? deps.monotonicMs() - startMs : undefined;
      const outcomes = new Map<string, ProcessOutcome>();
      for (const { process, ended } of tree.members) {
        const id = processId(process);
        if (denied.has(id)) outcomes.set(id, ended ? 'gone' : 'refused');
        else if (!ended) outcomes.set(id, 'survived');
        else outcomes.set(id, forced.killed.has(id) ? 'killed' : asked.has(id) ? 'terminated' : 'gone');
      }
      return conclude(
        prepared,
        outcomes,
        (counts) => {
          const killed = counts.get('killed') ?? 0;
          const terminated = counts.get('terminated') ?? 0;
          return `${countOf(killed + terminated + (counts.get('gone') ?? 0))} ended, ${killed} of them by force`;
        },
        [],
        { ...(frozenMs !== undefined && { frozenMs }), ...(goneMs !== undefined && { goneMs }) },
      );
    } catch (error) {
      return failedBy(error);
    }
  },
};

/** Asks all, lets them go on, and waits until they ended, the time is up, or the tree grows again. */
async function ask(tree: ProcessTree, deps: ActionDeps, graceMs: number, asked: Set<string>): Promise<void> {
  const { control, monotonicMs } = deps;
  const untilMs = monotonicMs() + graceMs;
  const members = tree.update(await control.list());
  for (const id of await signalAll(members, 'terminate', deps)) asked.add(id);
  // A stopped process keeps the request until it goes on; all have it before the first can react.
  await signalAll(members.toReversed(), 'continue', deps);
  const limit = tree.members.length + MAX_NEW_IN_GRACE;
  while (monotonicMs() < untilMs) {
    await wait(Math.min(GRACE_LOOK_MS, Math.max(1, untilMs - monotonicMs())));
    if (tree.update(await control.list()).length === 0 || tree.members.length > limit) return;
  }
}

/** Ends by force what is left, until two looks in a row find nothing. */
async function end(
  tree: ProcessTree,
  deps: ActionDeps,
  denied: Set<string>,
): Promise<{ clean: boolean; killed: ReadonlySet<string> }> {
  const { control, monotonicMs } = deps;
  const killed = new Set<string>();
  const untilMs = monotonicMs() + KILL_LIMIT_MS;
  // What was asked before may have changed its environment since.
  tree.askAgain();
  for (let clean = 0; ;) {
    const { live, mark } = await look(tree, control);
    const left = live.filter((process) => !denied.has(processId(process)));
    const settled = await chase(tree, control, mark, (process) => {
      left.push(process);
    });
    clean = settled && left.length === 0 ? clean + 1 : 0;
    if (clean === CLEAN_LOOKS) return { clean: denied.size === 0, killed };
    if (monotonicMs() > untilMs) return { clean: false, killed };
    const fresh = left.filter((process) => !killed.has(processId(process)));
    if (fresh.length > 0 && control.cannotStop === undefined) {
      // Frozen first, so that none can fork while the others are ended one by one.
      for (const id of (await freeze(tree, control, monotonicMs, FREEZE_LIMIT_MS)).denied) denied.add(id);
      for (const id of await signalAll(tree.update(await control.list()), 'kill', deps, denied))
        killed.add(id);
    } else for (const id of await signalAll(left, 'kill', deps, denied)) killed.add(id);
    await wait(left.length === 0 ? 0 : 2);
  }
}

/** @returns those it was sent to; `denied` gains those of other users */
async function signalAll(
  processes: readonly LiveProcess[],
  signal: ProcessSignal,
  { control }: ActionDeps,
  denied?: Set<string>,
): Promise<string[]> {
  const sent: string[] = [];
  const many = signal === 'kill' ? await control.killMany?.(processes) : undefined;
  for (const [at, process] of processes.entries()) {
    const outcome = many?.[at] ?? (await control.signal(process, signal));
    if (outcome === 'sent') sent.push(processId(process));
    else if (outcome === 'denied') denied?.add(processId(process));
  }
  return sent;
}
