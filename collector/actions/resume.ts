import type { ProcessOutcome } from '../contract/action.ts';
import { processId } from '../contract/process.ts';
import type { ControlAction } from './action.ts';
import { conclude, countOf, failedBy, prepare, sameIn } from './prepare.ts';

/** Lets a paused target go on. Each process is checked to be the one that was paused. */
export const resume: ControlAction = {
  id: 'resume',
  title: 'Resume',
  description: 'Lets paused processes go on.',
  destructive: false,
  async run(target, _options, deps) {
    const { control } = deps;
    if (control.cannotStop !== undefined)
      return { status: 'refused', detail: control.cannotStop, processes: [] };
    try {
      const prepared = await prepare(target, deps);
      if (prepared.kind === 'refused') return prepared.result;
      const { tree, resolved } = prepared;
      const outcomes = new Map<string, ProcessOutcome>();
      // Children first: a parent that goes on may look after them at once.
      for (const process of tree.update(await control.list()).toReversed()) {
        const id = processId(process);
        if (resolved.leave?.some((key) => sameIn(control)(key, process)) === true)
          outcomes.set(id, 'already-stopped');
        // A parent that waits in vfork(2) for its stopped child is blocked, with its own stop still to come.
        else if (process.state !== 'blocked' && !control.isStopped(process)) outcomes.set(id, 'running');
        else {
          const outcome = await control.signal(process, 'continue');
          outcomes.set(id, outcome === 'sent' ? 'resumed' : outcome === 'denied' ? 'refused' : 'gone');
        }
      }
      return conclude(
        prepared,
        outcomes,
        (counts) => {
          const resumed = counts.get('resumed') ?? 0;
          const left = counts.get('already-stopped') ?? 0;
          if (resumed === 0)
            return left === 0
              ? 'nothing was paused'
              : `nothing to resume: ${countOf(left)} stood still before the pause`;
          return `${countOf(resumed)} resumed${left === 0 ? '' : `, ${left} left as found before the pause`}`;
        },
        [],
        {},
      );
    } catch (error) {
      return failedBy(error);
    }
  },
};
