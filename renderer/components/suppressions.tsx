import type { Suppression, Tuning } from '../../collector/contract/finding-life.ts';
import { FINDING_METHODS, useCall, useChange } from '../hooks/use-call.ts';
import { useNow } from '../hooks/use-now.ts';
import { plural } from '../words/number.ts';
import { ago } from '../words/time.ts';
import { Button } from './button.tsx';
import { Section } from './page.tsx';
import { say } from './toast.tsx';
import { When } from './when.tsx';

/** What people told Reeve to hide or to take less seriously; each can be taken back. */
export function Suppressions() {
  const { data: hidden } = useCall('suppressions.list', {});
  const { data: tuned } = useCall('tunings.list', {});
  if ((hidden?.length ?? 0) + (tuned?.length ?? 0) === 0) return null;
  return (
    <Section title="What you told Reeve about findings">
      <ul className="card list">
        {hidden?.map((item) => (
          <Hidden key={item.id} item={item} />
        ))}
        {tuned?.map((item) => (
          <Tuned key={item.id} item={item} />
        ))}
      </ul>
    </Section>
  );
}

function Hidden({ item }: { readonly item: Suppression }) {
  const now = useNow();
  const remove = useChange('suppressions.remove', FINDING_METHODS);
  const { ruleId, subject, pathPrefix, project } = item.scope;
  return (
    <li className="setting">
      <div className="grow">
        <p className="wrap">
          Hidden:{' '}
          <code>
            {[ruleId, subject, pathPrefix, project].filter((part) => part !== undefined).join(' · ')}
          </code>
        </p>
        <p className="muted small wrap">
          “{item.reason}”, {item.createdBy} <When timeMs={item.createdMs} />,{' '}
          {item.expiresMs === undefined ? 'until taken back' : `ends ${ago(item.expiresMs, now)}`}, hides{' '}
          {plural(item.hidden, 'finding')}
        </p>
      </div>
      <Button
        size="small"
        onClick={() => {
          remove.mutate(
            { id: item.id },
            {
              onSuccess: ({ reopened }) => {
                say('Shown again', plural(reopened, 'finding'), 'ok');
              },
            },
          );
        }}
      >
        Show again
      </Button>
    </li>
  );
}

function Tuned({ item }: { readonly item: Tuning }) {
  const remove = useChange('tunings.remove', FINDING_METHODS);
  return (
    <li className="setting">
      <div className="grow">
        <p className="wrap">
          {item.verdict === 'fine' ? 'Said to be fine' : 'Said to be useful'}: <code>{item.ruleId}</code> on{' '}
          <code>{item.subject}</code>
        </p>
        <p className="muted small">
          {item.steps === 0 ? 'Shown as it is' : `Shown ${plural(item.steps, 'step')} lower`},{' '}
          {item.changedBy} <When timeMs={item.changedMs} />
        </p>
      </div>
      <Button
        size="small"
        onClick={() => {
          remove.mutate({ id: item.id });
        }}
      >
        Take back
      </Button>
    </li>
  );
}
