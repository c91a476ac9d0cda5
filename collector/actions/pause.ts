import type { ProcessOutcome } from '../contract/action.ts';
import { processId } from '../contract/process.ts';
import type { ControlAction } from './action.ts';
import { freeze } from './freeze.ts';
import { conclude, countOf, failedBy, prepare } from './prepare.ts';

/** A tree that is not frozen by then is fighting back; the result says so. */
const FREEZE_LIMIT_MS = 5_000;

/** Stops every process of a target where it stands; `resume` lets them go on. */
export const pause: ControlAction = {
  id: 'pause',
  title: 'Pause',
  description: 'Stops all processes where they stand. Nothing is lost; resume lets them go on.',
  destructive: false,
  async run(target, _options, deps) {
    const { control } = deps;
    if (control.cannotStop !== undefined)
      return { status: 'refused', detail: control.cannotStop, processes: [] };
    try {
      const prepared = await prepare(target, deps);
      if (prepared.kind === 'refused') return prepared.result;
      const { tree } = prepared;
      const { frozen, frozenMs, stopped, already, denied } = await freeze(
        tree,
        control,
        deps.monotonicMs,
        FREEZE_LIMIT_MS,
      );
      const outcomes = new Map<string, ProcessOutcome>();
      for (const { process, ended } of tree.members) {
        const id = processId(process);
        if (ended) outcomes.set(id, 'gone');
        else if (denied.has(id)) outcomes.set(id, 'refused');
        else if (already.has(id)) outcomes.set(id, 'already-stopped');
        else outcomes.set(id, stopped.has(id) && process.state !== 'running' ? 'paused' : 'survived');
      }
      return conclude(
        prepared,
        outcomes,
        (counts) => doneText(counts.get('paused') ?? 0, counts.get('already-stopped') ?? 0),
        frozen ? [] : ['new processes appeared faster than they could be stopped; kill ends them'],
        { frozenMs },
      );
    } catch (error) {
      return failedBy(error);
    }
  },
};

function doneText(paused: number, already: number): string {
  return `${countOf(paused)} paused${already === 0 ? '' : `, ${already} stood still before`}`;
}
