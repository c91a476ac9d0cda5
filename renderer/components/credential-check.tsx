import { ShieldQuestion } from 'lucide-react';
import { useState } from 'react';
import type { Credential } from '../../collector/contract/agent.ts';
import type { CheckResult } from '../../collector/contract/credential-check.ts';
import { useCall, useChange } from '../hooks/use-call.ts';
import { links } from '../links.ts';
import { properName } from '../words/names.ts';
import { Button } from './button.tsx';
import { Confirm } from './confirm.tsx';
import { Facts } from './page.tsx';
import { say } from './toast.tsx';
import { When } from './when.tsx';

type Answered = Extract<CheckResult, { kind: 'answer' }>['answer'];

const STATES: Readonly<Record<Answered['state'], { readonly words: string; readonly severity: string }>> = {
  live: { words: 'It works', severity: 'medium' },
  dead: { words: 'It does not work any more', severity: 'ok' },
  unknown: { words: 'Not known', severity: 'informational' },
};

/**
 * Asks the provider whose a credential is, when a person says so. Before that nothing leaves: what would be asked of whom
 * is worked out here.
 */
export function CredentialCheck({ credential }: { readonly credential: Credential }) {
  const { data: plan } = useCall('credentials.check', { id: credential.id });
  const check = useChange('credentials.check', ['audit.list', 'audit.verify']);
  const [answer, setAnswer] = useState<Answered>();
  if (plan === undefined || plan.kind === 'answer') return null;
  const host = plan.kind === 'refused' ? plan.needsHost : undefined;
  const provider = properName(plan.kind === 'would-ask' ? plan.provider : credential.provider);
  const where = plan.kind === 'would-ask' ? plan.url : (host ?? '');
  const run = async (): Promise<void> => {
    try {
      const result = await check.mutateAsync({
        id: credential.id,
        confirmed: true,
        ...(host !== undefined && { host }),
      });
      if (result.kind === 'answer') setAnswer(result.answer);
      else
        say('It was not asked', result.kind === 'refused' ? sentence(result.reason) : undefined, 'critical');
    } catch (error) {
      say('It was not asked', error instanceof Error ? error.message : undefined, 'critical');
    }
  };
  return (
    <section>
      <h3>Does it still work?</h3>
      {plan.kind === 'refused' && host === undefined ? (
        <Refused reason={plan.reason} />
      ) : (
        <>
          <p className="prose">
            Reeve can ask {provider} whose it is and what it may do. For that the value itself is sent to{' '}
            <code>{where}</code>, this once and nowhere else. Nothing was sent so far.
          </p>
          <div className="line story-actions">
            <Confirm
              title={`Send this credential to ${hostOf(where)}?`}
              explain={() =>
                Promise.resolve(
                  `${host === undefined ? '' : `Companies run ${provider} themselves, too. Say yes only when this one is of ${host}. `}Its value is read from its file and sent to ${hostOf(where)} over an encrypted connection. The question and the answer are written into the activity, the value is not.`,
                )
              }
              look="primary"
              align="start"
              confirm={`Ask ${hostOf(where)}`}
              onConfirm={run}
              trigger={
                <Button icon={ShieldQuestion} disabled={check.isPending}>
                  {check.isPending ? 'Asking…' : `Ask ${provider}…`}
                </Button>
              }
            />
          </div>
        </>
      )}
      {answer !== undefined && (
        <div role="status" className="card card-body check-answer">
          <Facts
            items={[
              [
                'Answer',
                <span key="s" className="badge" data-severity={STATES[answer.state].severity}>
                  {STATES[answer.state].words}
                </span>,
              ],
              ['It is of', answer.principal],
              ['It may', answer.scopes === undefined ? undefined : answer.scopes.join(', ') || 'nothing'],
              [
                'Expires',
                answer.expiresMs === undefined ? undefined : <When key="e" timeMs={answer.expiresMs} />,
              ],
              ['Told as well', answer.detail],
            ]}
          />
        </div>
      )}
    </section>
  );
}

function Refused({ reason }: { readonly reason: string }) {
  return reason.includes('credentials.allowChecks') ? (
    <p className="prose muted">
      Checks are switched off here, so Reeve asks nobody.{' '}
      <a href={`${links.settings()}?q=credentials.allowChecks`}>See the setting</a>
    </p>
  ) : (
    <p className="prose muted">Reeve cannot find out: {reason}.</p>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
