import { useMemo, useState } from 'react';
import type { SentPayload } from '../../collector/contract/sent.ts';
import { toJson } from '../words/export.ts';
import { plural } from '../words/number.ts';
import { readableAttributes, readableRecord } from '../words/sent-fields.ts';
import { Choice } from './choice.tsx';
import { Raw } from './copy.tsx';
import { More } from './more.tsx';

/** What leaves, first as a person reads it, and one click away to the letter. Both are the whole of it. */
export function Payload({ payload, label }: { readonly payload: SentPayload; readonly label: string }) {
  const record = useMemo(() => readableRecord(payload.body), [payload.body]);
  const attributes = useMemo(() => readableAttributes(payload.attributes), [payload.attributes]);
  const [chosen, setChosen] = useState<'readable' | 'exact'>();
  // What is no record cannot be read out: then there is only the text itself.
  const shown = record === undefined ? 'exact' : (chosen ?? 'readable');
  return (
    <div className="payload">
      {record !== undefined && (
        <div className="chips" role="group" aria-label="Show as">
          <Choice
            names={{ readable: 'To read', exact: 'Exactly, as JSON' }}
            chosen={shown}
            onChoose={setChosen}
          />
        </div>
      )}
      {shown === 'readable' && record !== undefined ? (
        <>
          <p>
            <span className="strong">{record.kind}.</span>{' '}
            <span className="muted">
              {plural(record.count + attributes.length, 'value')}, all of them below.
            </span>
          </p>
          <div className="payload-groups">
            {[...record.groups, { title: 'Beside it, for sorting', fields: attributes }].map((group) => (
              <section key={group.title}>
                <h4>{group.title}</h4>
                <dl className="facts small-facts">
                  {group.fields.map(({ path, label: name, value }) => (
                    <div key={path} className="facts-pair">
                      <dt title={path}>{name}</dt>
                      <dd className="wrap">{value === '' ? <span className="muted">empty</span> : value}</dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </div>
        </>
      ) : (
        <>
          <Raw text={pretty(payload.body)} label={label} />
          <More title="To the letter, on one line">
            <Raw text={payload.body} label={`${label}, to the letter`} />
          </More>
          <More title="What stands beside it">
            <Raw text={toJson(payload.attributes)} label={`${label}, beside it`} />
          </More>
        </>
      )}
    </div>
  );
}

/** JSON on lines of its own; anything else as it is. */
function pretty(body: string): string {
  try {
    return toJson(JSON.parse(body));
  } catch {
    return body; // Not JSON: shown as it left.
  }
}
