import { Check, EyeOff, RotateCcw, ThumbsUp } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Finding } from '../../collector/contract/finding.ts';
import { FINDING_METHODS, useChange } from '../hooks/use-call.ts';
import { Button } from './button.tsx';
import { SuppressForm } from './suppress-form.tsx';
import { say } from './toast.tsx';

/**
 * What a person may say about a finding. All of it can be taken back, so nothing asks twice. Where something is advised
 * (`lead`), that comes first, and saying something keeps quiet beside it.
 */
export function FindingActions({
  finding,
  lead,
}: {
  readonly finding: Finding;
  /** What is advised, as a button. */
  readonly lead?: ReactNode;
}) {
  const look = lead === undefined ? 'plain' : 'quiet';
  const [hiding, setHiding] = useState(false);
  const acknowledge = useChange('findings.acknowledge', FINDING_METHODS);
  const reopen = useChange('findings.reopen', FINDING_METHODS);
  const feedback = useChange('findings.feedback', FINDING_METHODS);
  const removeSuppression = useChange('suppressions.remove', FINDING_METHODS);
  const failed = (error: Error): void => {
    say('This could not be done', error.message, 'critical');
  };
  const undo = {
    onSuccess: () => {
      say('Open again', finding.title);
    },
    onError: failed,
  };
  if (hiding)
    return (
      <SuppressForm
        finding={finding}
        onDone={() => {
          setHiding(false);
        }}
      />
    );
  return (
    <>
      {lead !== undefined && <span className="foot-lead">{lead}</span>}
      {finding.status === 'open' ? (
        <Button
          look={look}
          icon={Check}
          disabled={acknowledge.isPending}
          onClick={() => {
            acknowledge.mutate(
              { id: finding.id },
              {
                onSuccess: () => {
                  say('Acknowledged', 'It opens again when it gets worse.', 'ok');
                },
                onError: failed,
              },
            );
          }}
        >
          Acknowledge
        </Button>
      ) : (
        <Button
          look={look}
          icon={RotateCcw}
          onClick={() => {
            if (finding.suppressionId === undefined) reopen.mutate({ id: finding.id }, undo);
            else removeSuppression.mutate({ id: finding.suppressionId }, undo);
          }}
        >
          {finding.suppressionId === undefined ? 'Open again' : 'Show again'}
        </Button>
      )}
      <Button
        look={look}
        icon={ThumbsUp}
        disabled={feedback.isPending}
        title="Findings like this will be quieter"
        onClick={() => {
          feedback.mutate(
            { id: finding.id, verdict: 'fine' },
            {
              onSuccess: (answer) => {
                say('Thank you', answer?.effect, 'ok');
              },
              onError: failed,
            },
          );
        }}
      >
        This is fine
      </Button>
      {finding.status !== 'suppressed' && (
        <Button
          look={look}
          icon={EyeOff}
          onClick={() => {
            setHiding(true);
          }}
        >
          Hide…
        </Button>
      )}
    </>
  );
}
