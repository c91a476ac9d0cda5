import { useId, useState } from 'react';
import type { Finding } from '../../collector/contract/finding.ts';
import type { SuppressionScope } from '../../collector/contract/finding-life.ts';
import { FINDING_METHODS, useCall, useChange } from '../hooks/use-call.ts';
import { useNow } from '../hooks/use-now.ts';
import { baseName } from '../words/path.ts';
import { plural } from '../words/number.ts';
import { Button } from './button.tsx';
import { say } from './toast.tsx';

const DAY = 86_400_000;
const TERMS = [
  { label: 'for a week', days: 7 },
  { label: 'for 30 days', days: 30 },
  { label: 'for 90 days', days: 90 },
  { label: 'until I say otherwise', days: undefined },
] as const;

/** Hides findings like this one: how wide, why, for how long; and says first how many that are. */
export function SuppressForm({
  finding,
  onDone,
}: {
  readonly finding: Finding;
  readonly onDone: () => void;
}) {
  const scopes = scopesOf(finding);
  const [choice, setChoice] = useState(0);
  const [term, setTerm] = useState(1);
  const [reason, setReason] = useState('');
  const name = useId();
  const now = useNow();
  const scope = scopes[choice]?.scope ?? { ruleId: finding.ruleId };
  const { data: preview } = useCall('findings.suppressPreview', { scope }, { keep: true });
  const suppress = useChange('findings.suppress', FINDING_METHODS);
  return (
    <form
      className="stack suppress"
      onSubmit={(event) => {
        event.preventDefault();
        const days = TERMS[term]?.days;
        suppress.mutate(
          { scope, reason: reason.trim(), ...(days !== undefined && { expiresMs: now + days * DAY }) },
          {
            onSuccess: ({ hidden }) => {
              say(
                'Hidden',
                `${plural(hidden, 'finding')}. You find them again under the state "Hidden".`,
                'ok',
              );
              onDone();
            },
            onError: (error) => {
              say('This could not be done', error.message, 'critical');
            },
          },
        );
      }}
    >
      <fieldset>
        <legend className="strong">Hide</legend>
        {scopes.map((item, index) => (
          <label key={item.words} className="choice">
            <input
              type="radio"
              name={name}
              checked={index === choice}
              onChange={() => {
                setChoice(index);
              }}
            />
            <span className="wrap">{item.words}</span>
          </label>
        ))}
      </fieldset>
      <p className="muted small" role="status">
        {preview === undefined ? 'Counting…' : previewWords(preview.count, preview.criticalKept)}
      </p>
      <div className="line">
        <input
          className="input grow"
          placeholder="Why is this fine?"
          aria-label="Why is this fine?"
          required
          maxLength={1_000}
          value={reason}
          onChange={({ target }) => {
            setReason(target.value);
          }}
        />
        <select
          className="select"
          aria-label="For how long"
          value={term}
          onChange={({ target }) => {
            setTerm(Number(target.value));
          }}
        >
          {TERMS.map((item, index) => (
            <option key={item.label} value={index}>
              {item.label}
            </option>
          ))}
        </select>
      </div>
      <div className="line">
        <Button look="primary" type="submit" disabled={reason.trim() === '' || suppress.isPending}>
          Hide
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  );
}

function previewWords(count: number, criticalKept: number): string {
  const kept =
    criticalKept === 0 ? '' : ` ${plural(criticalKept, 'critical one')} would stay, since no rule is named.`;
  return `Hides ${plural(count, 'open finding')}, and those to come.${kept}`;
}

/** From narrow to wide. */
function scopesOf(finding: Finding): readonly { readonly words: string; readonly scope: SuppressionScope }[] {
  const { ruleId, subject } = finding;
  return [
    { words: `This, about ${subject.value}`, scope: { ruleId, subject: subject.value } },
    ...(subject.cwd === undefined
      ? []
      : [
          {
            words: `"${finding.title}" everywhere in ${baseName(subject.cwd)}`,
            scope: { ruleId, project: subject.cwd },
          },
        ]),
    { words: `"${finding.title}" everywhere`, scope: { ruleId } },
  ];
}
