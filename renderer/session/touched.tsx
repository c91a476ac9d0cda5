import { FolderOpen } from 'lucide-react';
import type { Reachable, Touched as TouchedItem } from '../../collector/contract/graph.ts';
import { TOUCH_GROUPS } from '../../collector/contract/touch-groups.ts';
import { SEVERITIES } from '../../collector/contract/severity.ts';
import { More } from '../components/more.tsx';
import { Section } from '../components/page.tsx';
import { PathText } from '../components/path-text.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { SeverityShape } from '../components/severity.tsx';
import { When } from '../components/when.tsx';
import { useCall } from '../hooks/use-call.ts';
import { useHome } from '../hooks/machine.tsx';
import { links } from '../links.ts';
import { ACCESS_WORDS, kindsInWords, TOUCH_WORDS } from '../words/names.ts';
import { count, plural } from '../words/number.ts';
import { tildeText } from '../words/path.ts';

const FIRST = 12;

/** All that a session reached, by kind, each with the way to the event; then what it could have reached. */
export function Touched({ sessionId }: { readonly sessionId: string }) {
  const query = useCall('graph.get', { sessionId });
  if (query.data === null) return <Nothing />;
  return (
    <Answer query={query}>
      {({ blast }) =>
        blast.touched.length === 0 ? (
          <Nothing />
        ) : (
          <>
            <p className="muted">
              All of this was seen in what the session did.
              {blast.deniedCalls > 0 &&
                ` ${plural(blast.deniedCalls, 'call')} refused, which touched nothing.`}
            </p>
            {TOUCH_GROUPS.map((group) => {
              const items = blast.touched.filter((item) => item.group === group);
              if (items.length === 0) return null;
              const all = blast.groups[group] ?? items.length;
              return (
                <Section key={group} title={TOUCH_WORDS[group]} aside={count(all)}>
                  <Items items={items} />
                  {all > items.length && (
                    <p className="muted small">
                      {count(all - items.length)} more are in the events, not listed here.
                    </p>
                  )}
                </Section>
              );
            })}
            <CouldReach items={blast.couldReach} />
          </>
        )
      }
    </Answer>
  );
}

function Nothing() {
  return (
    <Empty icon={FolderOpen} title="It touched nothing yet">
      Files, hosts, accounts and everything else it reaches will stand here.
    </Empty>
  );
}

function Items({ items }: { readonly items: readonly TouchedItem[] }) {
  const rest = items.slice(FIRST);
  return (
    <>
      <ul className="card list">
        {items.slice(0, FIRST).map((item) => (
          <Item key={item.value} item={item} />
        ))}
      </ul>
      {rest.length > 0 && (
        <More title={`${count(rest.length)} more`}>
          <ul className="card list">
            {rest.map((item) => (
              <Item key={item.value} item={item} />
            ))}
          </ul>
        </More>
      )}
    </>
  );
}

function Item({ item }: { readonly item: TouchedItem }) {
  const eventId = item.eventIds[0];
  const sessionId = item.sessionIds[0];
  const path = <PathText path={item.value} max={90} />;
  const { data } = useCall('findings.list', {
    status: 'open',
    ...(sessionId !== undefined && { sessionId }),
  });
  const worst =
    item.findings.length === 0
      ? undefined
      : (SEVERITIES.findLast((severity) =>
          data?.some((finding) => finding.severity === severity && item.findings.includes(finding.ruleId)),
        ) ?? 'medium');
  return (
    <li className="list-row touched-row">
      <span className="grow cut">
        {eventId === undefined || sessionId === undefined ? (
          path
        ) : (
          <a href={links.event(sessionId, eventId)}>{path}</a>
        )}
      </span>
      {worst !== undefined && (
        <span className="badge" data-severity={worst}>
          <SeverityShape severity={worst} size={10} />
          {plural(item.findings.length, 'finding')}
        </span>
      )}
      <span className="muted small nowrap wide-only touched-access">
        {item.access.map((access) => ACCESS_WORDS[access]).join(', ')}
      </span>
      <span className="muted small num nowrap touched-count">{item.count}×</span>
      <span className="muted small wide-only">
        <When timeMs={item.lastMs} />
      </span>
    </li>
  );
}

/** Possibilities, never said as fact. */
function CouldReach({ items }: { readonly items: readonly Reachable[] }) {
  const home = useHome();
  if (items.length === 0) return null;
  return (
    <Section title="What it could have reached" aside="possible, not seen">
      <ul className="card list">
        {items.map((item) => (
          <li key={`${item.from}${item.could}`} className="list-row">
            <span className="grow wrap">
              {kindsInWords(item.could)}{' '}
              <span className="muted">with {kindsInWords(tildeText(item.from, home))}</span>
              <span className="muted small block">{tildeText(item.why, home)}</span>
            </span>
            {item.production === true && (
              <span className="badge" data-severity="high">
                production
              </span>
            )}
            {item.used && <span className="badge">used</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
