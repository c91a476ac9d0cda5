import { useNavigate, useParams } from '@tanstack/react-router';
import { CircleOff, SquareTerminal } from 'lucide-react';
import { useState } from 'react';
import { advisedAction, isAboutAct } from '../../collector/contract/advised.ts';
import type { Finding } from '../../collector/contract/finding.ts';
import type { FindingDetail } from '../../collector/contract/finding-life.ts';
import type { RunningSession } from '../../collector/contract/overview.ts';
import { ActionButtons } from '../components/action-buttons.tsx';
import { AgentLabel } from '../components/agent-mark.tsx';
import { CopyJson } from '../components/copy.tsx';
import { FindingActions } from '../components/finding-actions.tsx';
import { More } from '../components/more.tsx';
import { Facts, useTitle } from '../components/page.tsx';
import { PathText } from '../components/path-text.tsx';
import { Sentence } from '../components/sentence.tsx';
import { SeverityMark } from '../components/severity.tsx';
import { Sheet } from '../components/sheet.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { type Removable, TakeOut } from '../components/take-out.tsx';
import { When } from '../components/when.tsx';
import { useCall } from '../hooks/use-call.ts';
import { useFilters } from '../hooks/use-filters.ts';
import { useHome } from '../hooks/machine.tsx';
import { links } from '../links.ts';
import { assetOf, serverOf } from '../words/about.ts';
import { agentName, STATUS_WORDS } from '../words/names.ts';
import { tildeText } from '../words/path.ts';

/** One finding as a story: what happened, why it matters, how sure, the evidence, and what can be done. */
export function FindingSheet() {
  const { id = '' } = useParams({ strict: false });
  const [filters] = useFilters();
  const navigate = useNavigate();
  const query = useCall('findings.explain', { id });
  const finding = query.data?.finding;
  return (
    <Sheet
      title={finding?.title ?? 'Finding'}
      above={finding === undefined ? undefined : <Above finding={finding} />}
      actions={query.data === undefined ? undefined : <CopyJson value={query.data} />}
      onClose={() => void navigate({ to: '/findings', search: filters })}
      foot={query.data === undefined || query.data === null ? undefined : <Foot detail={query.data} />}
    >
      {query.data === null ? (
        <Empty icon={CircleOff} title="There is no such finding">
          It may have been removed, or the address is not right.
        </Empty>
      ) : (
        <Answer query={query}>{(detail) => <Story detail={detail} />}</Answer>
      )}
    </Sheet>
  );
}

function Above({ finding }: { readonly finding: Finding }) {
  useTitle(finding.title);
  return (
    <>
      <SeverityMark severity={finding.severity} />
      {finding.status !== 'open' && <span className="badge">{STATUS_WORDS[finding.status]}</span>}
      <span>
        <When timeMs={finding.lastSeenMs} />
      </span>
      {finding.count > 1 && <span>seen {finding.count} times</span>}
    </>
  );
}

function Story({ detail }: { readonly detail: FindingDetail }) {
  const home = useHome();
  const { finding, story, rule } = detail;
  return (
    <div className="story">
      <section>
        <h3>What happened</h3>
        <p className="prose wrap">{tildeText(story.whatHappened, home)}</p>
      </section>
      <section>
        <h3>Why it matters</h3>
        <p className="prose">{tildeText(story.whyItMatters, home)}</p>
      </section>
      <section>
        <h3>How sure we are</h3>
        <p className="prose">{tildeText(story.howSure, home)}</p>
        {story.harmlessWhen.length > 0 && (
          <>
            <p className="muted small harmless-lead">Harmless reasons for it</p>
            <ul className="bullets">
              {story.harmlessWhen.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
          </>
        )}
      </section>
      <section>
        <h3>Evidence</h3>
        <Evidence detail={detail} />
      </section>
      <section>
        <h3>What you can do</h3>
        <p className="prose">{tildeText(story.whatToDo, home)}</p>
        <p className="prose advice">{tildeText(story.whatWeWouldDo, home)}</p>
        {finding.sessionId !== undefined && <SessionState sessionId={finding.sessionId} />}
      </section>
      <section className="story-end">
        <Facts
          items={[
            ['About', <PathText key="about" path={finding.subject.value} max={64} />],
            [
              'Agent',
              finding.subject.agentId === undefined ? undefined : (
                <AgentLabel key="agent" id={finding.subject.agentId} />
              ),
            ],
            [
              'Session',
              finding.sessionId === undefined ? undefined : (
                <a key="session" href={links.session(finding.sessionId)}>
                  Open the session
                </a>
              ),
            ],
            ['First seen', <When key="first" timeMs={finding.firstSeenMs} />],
            ['Decided', finding.decision === undefined ? undefined : decided(finding.decision)],
            ['Rule', `${finding.ruleCode} ${finding.ruleId}`],
          ]}
        />
        <More title="Controls and taxonomies">
          <Facts
            items={[
              ['MITRE ATT&CK', finding.taxonomies.attack.join(', ')],
              ['MITRE ATLAS', finding.taxonomies.atlas.join(', ')],
              ['OWASP Agentic', finding.taxonomies.owasp.join(', ')],
              ...byFramework(finding.controls),
            ]}
          />
          {rule !== undefined && rule.references.length > 0 && (
            <>
              <p className="muted small harmless-lead">Read more</p>
              <ul className="bullets wrap">
                {rule.references.map((reference) => (
                  <li key={reference}>{reference}</li>
                ))}
              </ul>
            </>
          )}
        </More>
      </section>
    </div>
  );
}

function decided({ verb, by, note, timeMs }: NonNullable<Finding['decision']>) {
  const words = {
    acknowledged: 'acknowledged',
    reopened: 'opened again',
    fine: 'said that it is fine',
    useful: 'said that it is useful',
  };
  return (
    <>
      {by} {words[verb]} <When timeMs={timeMs} />
      {note !== undefined && `: ${note}`}
    </>
  );
}

/** `SOC 2: CC6.8`, `SOC 2: CC7.1` → one entry for SOC 2. */
function byFramework(controls: readonly string[]): readonly (readonly [string, string])[] {
  const groups = new Map<string, string[]>();
  for (const control of controls) {
    const at = control.indexOf(': ');
    const name = at < 0 ? 'Other' : control.slice(0, at);
    groups.set(name, [...(groups.get(name) ?? []), control.slice(at < 0 ? 0 : at + 2)]);
  }
  return [...groups].map(([name, ids]) => [name, ids.join(', ')] as const);
}

const FIRST_EVIDENCE = 8;

/** The events, in order, each a way to its place in the session; or the place in a file. */
function Evidence({ detail }: { readonly detail: FindingDetail }) {
  const [all, setAll] = useState(false);
  const places = new Map(detail.events.map((event) => [event.eventId, event]));
  const evidence = detail.finding.evidence;
  return (
    <ol className="evidence">
      {(all ? evidence : evidence.slice(0, FIRST_EVIDENCE)).map((item, index) => (
        <li key={index}>
          {item.eventId === undefined ? (
            <span>
              {item.path !== undefined && <PathText path={item.path} max={70} />}
              {item.line !== undefined && <span className="muted"> line {item.line}</span>}
            </span>
          ) : (
            <EvidenceEvent eventId={item.eventId} known={places.has(item.eventId)} />
          )}
          {item.excerpt !== undefined && !places.has(item.eventId ?? '') && (
            <code className="excerpt">{item.excerpt}</code>
          )}
        </li>
      ))}
      {!all && evidence.length > FIRST_EVIDENCE && (
        <li>
          <button
            type="button"
            className="button"
            data-size="small"
            onClick={() => {
              setAll(true);
            }}
          >
            Show all {evidence.length}
          </button>
        </li>
      )}
    </ol>
  );
}

function EvidenceEvent({ eventId, known }: { readonly eventId: string; readonly known: boolean }) {
  const { data } = useCall('events.get', { id: eventId }, { enabled: known });
  if (!known) return <span className="muted">An event that is not kept any more</span>;
  if (data === undefined || data === null) return <span className="muted">…</span>;
  return (
    <a href={links.event(data.event.sessionId, eventId)}>
      {agentName(data.event.agentId)} <Sentence event={data.event} max={60} />
    </a>
  );
}

/** What is advised leads; what a person may say about it stands beside that, quietly. */
function Foot({ detail }: { readonly detail: FindingDetail }) {
  const { finding } = detail;
  const removable = useRemovable(finding);
  const running = useRunning(finding.sessionId);
  const advised = advisedAction(finding);
  const isAct = isAboutAct(finding.subject);
  const stop =
    running === undefined || running.pids === 0 ? undefined : (
      <ActionButtons
        target={{ kind: 'session', id: running.sessionId }}
        name={`${agentName(finding.subject.agentId ?? running.agentId)} in ${running.project}`}
        paused={running.paused}
        size="normal"
        lead={advised === 'stop' || running.paused ? 'kill' : 'pause'}
      />
    );
  const first = detail.events[0];
  const see =
    isAct && first !== undefined ? (
      <a className="button" data-look="primary" href={links.event(first.sessionId, first.eventId)}>
        <SquareTerminal size={15} aria-hidden />
        {advised === 'stop' || advised === 'pause' ? 'See what it did' : 'Read the events'}
      </a>
    ) : undefined;
  const takeOut =
    removable === undefined ? undefined : (
      <TakeOut what={removable} look={advised === 'change' ? 'danger' : 'danger-quiet'} />
    );
  // The first that there is, of what fits the advice.
  const [lead, rest] =
    advised === 'stop' || advised === 'pause'
      ? [stop ?? see, takeOut]
      : advised === 'change'
        ? [takeOut, undefined]
        : advised === 'look'
          ? [see, takeOut]
          : [undefined, takeOut];
  return (
    <FindingActions
      finding={finding}
      lead={
        lead === undefined && rest === undefined ? undefined : (
          <>
            {lead}
            {rest}
          </>
        )
      }
    />
  );
}

/** The server, skill or hook the finding is about, when it can be taken out of use. */
function useRemovable(finding: Finding): Removable | undefined {
  const { data: servers } = useCall('mcpServers.list', {});
  const { data: assets } = useCall('assets.list', {});
  const server = serverOf(finding, servers ?? []);
  if (server !== undefined && server.scope !== 'managed')
    return { kind: 'mcpServer', id: server.id, name: server.name };
  const asset = assetOf(finding, assets ?? []);
  if (asset === undefined || asset.scope === 'managed') return undefined;
  return { kind: asset.kind === 'hook' ? 'hook' : 'skill', id: asset.id, name: asset.name };
}

function useRunning(sessionId: string | undefined): RunningSession | undefined {
  const { data } = useCall('overview.get', {});
  return data?.sessions.running.find((session) => session.sessionId === sessionId);
}

/** Why there is nothing to stop, when there is not. */
function SessionState({ sessionId }: { readonly sessionId: string }) {
  const running = useRunning(sessionId);
  if (running === undefined) return <p className="muted">The session does not run any more.</p>;
  return running.pids === 0 ? (
    <p className="muted prose">
      Its processes cannot be told apart here, so Reeve cannot stop it. Stop it where you started it.
    </p>
  ) : null;
}
