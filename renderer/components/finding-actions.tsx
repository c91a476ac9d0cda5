import { Check, EyeOff, RotateCcw, ThumbsUp } from 'lucide-react';
import { useState } from 'react';
import type { Finding } from '../../collector/contract/finding.ts';
import { FINDING_METHODS, useChange } from '../hooks/use-call.ts';
import { Button } from './button.tsx';
import { SuppressForm } from './suppress-form.tsx';
import { say } from './toast.tsx';

/** What a person may say about a finding. All of it can be taken back, so nothing asks twice. */
export function FindingActions({ finding }: { readonly finding: Finding }) {
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
      {finding.status === 'open' ? (
        <Button
          look="primary"
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
