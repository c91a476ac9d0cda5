import type { ActionId, ActionResult, ActionTarget } from '../contract/action.ts';
import type { LiveProcess, ProcessControl } from './process-control.ts';
import type { ExactKey } from './process-tree.ts';

/** What a target stands for on this machine right now. */
export interface ResolvedTarget {
  /** The agent's own processes; everything below them belongs. */
  readonly roots: readonly ExactKey[];
  /** Seen below them at any time before; catches what was handed to another parent since. */
  readonly known?: readonly ExactKey[];
  /** Tells by an environment marker. Asked a few times per process, so it may read a file. */
  readonly isMember?: (process: LiveProcess) => boolean;
  /** `resume` leaves these as they are: they stood still before they were paused. */
  readonly leave?: readonly ExactKey[];
}

export interface ActionOptions {
  /** Only `kill`: how long to wait after asking. */
  readonly graceMs?: number;
}

/** What an action needs of the world; `collector.ts` or the command line gives it. */
export interface ActionDeps {
  readonly control: ProcessControl;
  /** Milliseconds that only ever grow. */
  readonly monotonicMs: () => number;
  /** Finds the processes behind a target; a process stands for itself when nobody says more. */
  readonly resolve: (target: ActionTarget) => ResolvedTarget | Promise<ResolvedTarget>;
}

/** One thing Reeve can do to the machine. The command line, the local API and the window read this. */
export interface ControlAction {
  readonly id: ActionId;
  readonly title: string;
  /** What it does, in one sentence for the person who is asked to confirm. */
  readonly description: string;
  /** Cannot be undone: ask first. */
  readonly destructive: boolean;
  /** Never throws for what processes do; a process table that cannot be read at all is `failed`. */
  run(target: ActionTarget, options: ActionOptions, deps: ActionDeps): Promise<ActionResult>;
}
