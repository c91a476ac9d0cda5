import {
  type ActedProcess,
  type ActionResult,
  type ActionTarget,
  MAX_ACTED_PROCESSES,
  processKeyOf,
  type ProcessOutcome,
} from '../contract/action.ts';
import { isSameProcess, processId } from '../contract/process.ts';
import type { ActionDeps, ResolvedTarget } from './action.ts';
import type { LiveProcess, ProcessControl } from './process-control.ts';
import { ancestorsOf, type ExactKey, ProcessTree } from './process-tree.ts';

/** A target that may be acted on. */
export interface Prepared {
  readonly kind: 'ready';
  readonly tree: ProcessTree;
  readonly resolved: ResolvedTarget;
  /** Roots that must be left alone, and why. */
  readonly refused: readonly { readonly process: ActedProcess; readonly why: string }[];
}

export type Preparation = Prepared | { readonly kind: 'refused'; readonly result: ActionResult };

/**
 * Finds the processes behind a target and refuses what must not be touched: pid 1, Reeve and what runs it, kernel
 * threads, other users' processes, a pid that is another process now. Nothing is changed here. Of several roots,
 * those that may be acted on remain.
 */
export async function prepare(target: ActionTarget, deps: ActionDeps): Promise<Preparation> {
  const { control } = deps;
  const resolved = await deps.resolve(target);
  const processes = await control.list();
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const protectedPids = new Set([0, 1, ...ancestorsOf(control.ownPid, processes)]);
  const roots: ExactKey[] = [];
  const refused: { process: ActedProcess; why: string }[] = [];
  let gone = 0;
  for (const root of resolved.roots) {
    const live = byPid.get(root.pid);
    const why = await whyNot(root, live, protectedPids, control);
    if (why === undefined) roots.push(root);
    else if (live === undefined) gone += 1;
    else refused.push({ process: acted(live, 'refused'), why });
  }
  const first = refused[0];
  const known = (resolved.known ?? []).filter((key) => !protectedPids.has(key.pid));
  const { isMember } = resolved;
  const tree = new ProcessTree({
    roots,
    known,
    protectedPids,
    isSame: sameIn(control),
    ...(isMember !== undefined && { isMember }),
  });
  // Nothing of the roots may be left, and yet what they started: that is what `known` and the marker are for.
  if (roots.length === 0 && (target.kind === 'process' || tree.update(processes).length === 0)) {
    const why = first?.why ?? (gone > 0 ? gonePhrase(resolved.roots) : 'nothing runs there');
    return {
      kind: 'refused',
      result: { status: 'refused', detail: sentence(why), processes: refused.map((one) => one.process) },
    };
  }
  return { kind: 'ready', tree, resolved, refused };
}

async function whyNot(
  root: ExactKey,
  live: LiveProcess | undefined,
  protectedPids: ReadonlySet<number>,
  control: ProcessControl,
): Promise<string | undefined> {
  const { pid } = root;
  if (pid <= 1) return 'process 1 keeps the whole machine running';
  if (pid === control.ownPid) return 'that is Reeve itself';
  if (protectedPids.has(pid))
    return `process ${pid} runs Reeve itself (its terminal, shell or service manager)`;
  if (live === undefined || live.state === 'ended') return `process ${pid} has ended`;
  if (live.kernel === true) return `process ${pid} is part of the kernel`;
  if (!sameIn(control)(root, live))
    return `process ${pid} is not the one that was meant: it started at another time`;
  const probe = await control.signal(live, 'probe');
  if (probe === 'denied') return `process ${pid} (${live.name}) belongs to another user`;
  if (probe === 'gone' || probe === 'moved') return `process ${pid} has ended`;
  return undefined;
}

/** How two keys are compared on this machine. */
export function sameIn(control: ProcessControl): (a: ExactKey, b: ExactKey) => boolean {
  return (a, b) => control.isSame?.(a, b) ?? isSameProcess(a, b);
}

function gonePhrase(roots: readonly ExactKey[]): string {
  const [only, another] = roots;
  return only !== undefined && another === undefined
    ? `process ${only.pid} has ended`
    : 'its processes have ended';
}

export function acted(process: LiveProcess, outcome: ProcessOutcome): ActedProcess {
  return { ...processKeyOf(process), name: process.name, outcome };
}

/** What an action would touch, and whether it would be refused. Changes nothing. */
export async function preview(target: ActionTarget, deps: ActionDeps): Promise<ActionResult> {
  try {
    const prepared = await prepare(target, deps);
    if (prepared.kind === 'refused') return prepared.result;
    prepared.tree.update(await deps.control.list());
    const outcomes = new Map<string, ProcessOutcome>();
    for (const { process, ended } of prepared.tree.members) {
      const running = process.state === 'stopped' ? 'already-stopped' : 'running';
      outcomes.set(processId(process), ended ? 'gone' : running);
    }
    return conclude(prepared, outcomes, () => countOf(outcomes.size), [], {});
  } catch (error) {
    return failedBy(error);
  }
}

/** Puts a result together: what was asked for and did not happen makes it `failed`. */
export function conclude(
  prepared: Prepared,
  outcomes: ReadonlyMap<string, ProcessOutcome>,
  done: (counts: ReadonlyMap<ProcessOutcome, number>) => string,
  problems: readonly string[],
  times: Pick<ActionResult, 'frozenMs' | 'goneMs'>,
): ActionResult {
  const listed = prepared.tree.members.map(({ process }) =>
    acted(process, outcomes.get(processId(process)) ?? 'gone'),
  );
  const counts = new Map<ProcessOutcome, number>();
  for (const { outcome } of listed) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const trouble = [...prepared.refused.map((one) => `${one.why} and was left alone`), ...problems];
  const others = counts.get('refused') ?? 0;
  if (others > 0) trouble.push(`${countOf(others)} of another user could not be touched`);
  const left = counts.get('survived') ?? 0;
  if (left > 0) trouble.push(`${countOf(left)} would not obey`);
  // What went wrong must not be cut off.
  const processes = [...prepared.refused.map((one) => one.process), ...listed].sort(
    (a, b) => rank(a) - rank(b),
  );
  const more = processes.length - MAX_ACTED_PROCESSES;
  return {
    status: trouble.length === 0 ? 'done' : 'failed',
    detail: [done(counts), ...trouble, ...(more > 0 ? [`${more} more are not listed`] : [])]
      .map(sentence)
      .join(' '),
    processes: processes.slice(0, MAX_ACTED_PROCESSES),
    ...times,
  };
}

/** What only passed by while we looked is worth the least. */
function rank({ outcome }: ActedProcess): number {
  if (outcome === 'refused' || outcome === 'survived') return 0;
  return outcome === 'gone' ? 2 : 1;
}

export function countOf(n: number): string {
  return n === 1 ? '1 process' : `${n} processes`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** The process table could not be read, or something as basic. */
export function failedBy(error: unknown): ActionResult {
  const why = error instanceof Error ? error.message : 'unknown error';
  return { status: 'failed', detail: sentence(`the process table could not be read: ${why}`), processes: [] };
}
