import type { ApprovalItem } from '../../collector/contract/approval.ts';
import { say } from '../components/toast.tsx';
import { decisionSummary } from '../words/approval.ts';
import { plural } from '../words/number.ts';
import { useChange } from './use-call.ts';

export type Decide = (items: readonly ApprovalItem[], decision: 'approve' | 'deny' | 'reset') => void;

/** Sends what was seen along, so that nothing that changed meanwhile is approved unseen. */
export function useDecide(): Decide {
  const change = useChange('approvals.decide', [
    'approvals.list',
    'overview.get',
    'audit.list',
    'findings.list',
  ]);
  return (items, decision) => {
    change.mutate(
      {
        ids: items.map((item) => item.id),
        decision,
        sha256: Object.fromEntries(
          items.flatMap(({ id, sha256 }) => (sha256 === undefined ? [] : [[id, sha256]])),
        ),
      },
      {
        onSuccess: ({ decided, skipped }) => {
          const [first] = skipped;
          say(
            decisionSummary(decision, decided.length),
            first === undefined ? undefined : `${plural(skipped.length, 'item')} left alone: ${first.reason}`,
            first === undefined ? 'ok' : 'info',
          );
        },
        onError: (error) => {
          say('This could not be done', error.message, 'critical');
        },
      },
    );
  };
}
