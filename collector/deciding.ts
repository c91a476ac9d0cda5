import { ResponseError } from 'vscode-jsonrpc/node';
import type { ActionActor } from './contract/action.ts';
import type { Actor } from './contract/event.ts';
import type { Tuning } from './contract/finding-life.ts';
import type { Finding } from './contract/finding.ts';
import type { Handlers, SequencedEvent } from './contract/ipc.ts';
import type { Clock } from './lib/clock.ts';
import { type Decided, type Decider, RefusedError } from './store/finding-life.ts';
import type { Store } from './store/store.ts';

export type DecidingMethod =
  | 'findings.acknowledge'
  | 'findings.reopen'
  | 'findings.suppress'
  | 'findings.feedback'
  | 'suppressions.remove'
  | 'tunings.remove';

export interface DecidingOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** The person in front of this machine. */
  readonly actor: Actor;
  /** Something was decided and written down: tell whoever follows. */
  readonly onDecided: (findings: readonly Finding[], events: readonly SequencedEvent[]) => void;
}

/** A request that was understood and is not done; the message says why. */
export const REFUSED = -32_010;

/** Methods with which people decide about findings. Everything is written down in the audit log. */
export function createDecidingHandlers(options: DecidingOptions): Pick<Handlers, DecidingMethod> {
  const { store, clock } = options;
  const by = (via: ActionActor['via']): Decider => deciderOf(options.actor, via, clock.nowMs());
  const told = <T extends Decided | undefined>(decided: T): T => {
    if (decided !== undefined) options.onDecided(decided.findings, [eventOf(decided)]);
    return decided;
  };
  return {
    'findings.acknowledge': ({ id, note, via }) =>
      told(store.life.acknowledge(id, note, by(via)))?.findings[0] ?? null,
    'findings.reopen': ({ id, note, via }) => told(store.life.reopen(id, note, by(via)))?.findings[0] ?? null,
    'findings.suppress': ({ scope, reason, expiresMs, via }) => {
      const wanted = { scope, reason, ...(expiresMs !== undefined && { expiresMs }) };
      try {
        const { suppression } = told(store.life.suppress(wanted, by(via)));
        return { suppression, hidden: suppression.hidden };
      } catch (error) {
        throw error instanceof RefusedError ? new ResponseError(REFUSED, error.message) : error;
      }
    },
    'findings.feedback': ({ id, verdict, note, via }) => {
      const said = { verdict, ...(note !== undefined && { note }) };
      const judged = told(store.life.feedback(id, said, by(via)));
      if (judged === undefined) return null;
      const { finding, tuning } = judged;
      return { finding, tuning, effect: effectOf(finding, tuning) };
    },
    'suppressions.remove': ({ id, via }) => {
      const ended = told(store.life.endSuppression(id, by(via)));
      return { removed: ended !== undefined, reopened: shown(ended?.findings ?? []) };
    },
    'tunings.remove': ({ id, via }) => ({
      removed: told(store.life.forgetTuning(id, by(via))) !== undefined,
    }),
  };
}

/** Ends the suppressions whose time is over. To be called from time to time; cheap when there are none. */
export function expireSuppressions(options: DecidingOptions): void {
  const by: Decider = { actor: { user: 'reeve', via: 'policy' }, timeMs: options.clock.nowMs() };
  for (const decided of options.store.life.expire(by))
    options.onDecided(decided.findings, [eventOf(decided)]);
}

export function deciderOf({ user, uid }: Actor, via: ActionActor['via'], timeMs: number): Decider {
  return { actor: { user, via, ...(uid !== undefined && { uid }) }, timeMs };
}

function eventOf({ recorded }: Decided): SequencedEvent {
  return { seq: recorded.seq, event: recorded.event };
}

function shown(findings: readonly Finding[]): number {
  return findings.filter((finding) => finding.status !== 'suppressed').length;
}

/** What feedback does from now on, in a sentence. */
function effectOf(finding: Finding, { steps, verdict }: Tuning): string {
  if (verdict === 'useful') return 'Findings like this one are shown with their own severity from now on.';
  if (finding.tuned === undefined) {
    return finding.severity === 'critical'
      ? 'It is acknowledged. Critical findings are never lowered: the next one like it is shown as critical again.'
      : 'It is acknowledged. Findings like this one are low already and stay so.';
  }
  const more =
    steps < 2 ? ' Saying it once more lowers them by one more.' : ' This is as far as feedback lowers them.';
  return `The same rule on the same subject in the same project is shown as ${finding.severity} instead of ${finding.tuned.from} from now on.${more}`;
}
