import { Lock, Send } from 'lucide-react';
import { advisedAction } from '../../collector/contract/advised.ts';
import type { Finding } from '../../collector/contract/finding.ts';
import type { CoverageItem, Overview, RunningSession } from '../../collector/contract/overview.ts';
import { ActivityStrip } from '../components/activity-strip.tsx';
import { ActionButtons } from '../components/action-buttons.tsx';
import { AgentMark } from '../components/agent-mark.tsx';
import { FindingRow } from '../components/finding-row.tsx';
import { Section, useTitle } from '../components/page.tsx';
import { SeverityShape } from '../components/severity.tsx';
import { Answer } from '../components/states.tsx';
import { When } from '../components/when.tsx';
import { useCall } from '../hooks/use-call.ts';
import { useShortListKeys } from '../hooks/use-list-keys.ts';
import { useSessionTitle } from '../hooks/use-session-title.ts';
import { links } from '../links.ts';
import { isUnattended } from '../words/names.ts';
import { count, plural } from '../words/number.ts';
import { type StateSentence, stateSentence } from '../words/state.ts';
import { useHome } from '../hooks/machine.tsx';
import { tildeText } from '../words/path.ts';
import { visible } from '../words/visible.ts';

/** Is anything wrong, and is it watching me: both answered before anything is scrolled. */
export function OverviewPage() {
  useTitle('Overview');
  const query = useCall('overview.get', {});
  return (
    <main className="page" id="page" tabIndex={-1} data-wide="lists">
      <h1 className="unseen">Overview</h1>
      <Answer query={query} lines={10}>
        {(overview) => <Everything overview={overview} />}
      </Answer>
    </main>
  );
}

function Everything({ overview }: { readonly overview: Overview }) {
  const sentence = stateSentence(overview);
  const open = Object.values(overview.findings.open).reduce((sum, n) => sum + n, 0);
  const root = useShortListKeys(overview.findings.worst.length + overview.sessions.running.length);
  const isQuiet =
    overview.approvals.waiting + overview.findings.worst.length + overview.sessions.running.length === 0;
  const lastDay = (
    <Section title="The last 24 hours" aside={plural(overview.sessions.recent, 'session')}>
      {overview.strip.buckets.some(({ events, findings }) => events + findings > 0) ? (
        <ActivityStrip strip={overview.strip} />
      ) : (
        <p className="muted">No agent was at work.</p>
      )}
    </Section>
  );
  return (
    <div ref={root}>
      <State sentence={sentence} overview={overview} />
      <div className="overview">
        <div>
          {overview.approvals.waiting > 0 && (
            <Section title="Waiting for your answer" aside={<a href={links.approvals()}>All approvals</a>}>
              <a className="card list-row" href={links.approvals()}>
                <span className="grow">
                  {plural(
                    overview.approvals.waiting,
                    'new or changed server, skill or hook',
                    'new or changed servers, skills and hooks',
                  )}{' '}
                  came to your agents. Say which of them you want.
                </span>
                <span className="muted">Decide</span>
              </a>
            </Section>
          )}
          {overview.findings.worst.length > 0 && (
            <Section
              title="Open findings"
              aside={<a href={links.findings()}>{open > 3 ? `All ${count(open)}` : 'All findings'}</a>}
            >
              <ul className="card list">
                {overview.findings.worst.map((finding, index) => (
                  <li key={finding.id} data-index={index} className="finding-line">
                    <FindingRow finding={finding} />
                    <Advised finding={finding} running={overview.sessions.running} />
                  </li>
                ))}
              </ul>
            </Section>
          )}
          {overview.sessions.running.length > 0 && (
            <Section title="Running now" aside={<a href={links.sessions()}>All sessions</a>}>
              <ul className="card list">
                {overview.sessions.running.map((session, index) => (
                  <li key={session.sessionId} data-index={overview.findings.worst.length + index}>
                    <Running session={session} />
                  </li>
                ))}
              </ul>
            </Section>
          )}
          {isQuiet && lastDay}
        </div>
        <div>
          {!isQuiet && lastDay}
          <Section title="What Reeve can see here">
            <ul className="coverage">
              {overview.coverage.map((item) => (
                <Coverage key={item.id} item={item} />
              ))}
            </ul>
          </Section>
        </div>
      </div>
    </div>
  );
}

/** Stopping or pausing the session of a finding, right here, where that is what is advised and can be done. */
function Advised({
  finding,
  running,
}: {
  readonly finding: Finding;
  readonly running: readonly RunningSession[];
}) {
  const advised = advisedAction(finding);
  const session = running.find(({ sessionId }) => sessionId === finding.sessionId);
  if (session === undefined || session.pids === 0 || (advised !== 'stop' && advised !== 'pause')) return null;
  return (
    <ActionButtons
      target={{ kind: 'session', id: session.sessionId }}
      name={`${session.agentName} in ${session.project}`}
      paused={session.paused}
      lead={advised === 'stop' || session.paused ? 'kill' : 'pause'}
    />
  );
}

function State({ sentence, overview }: { readonly sentence: StateSentence; readonly overview: Overview }) {
  return (
    <div className="state" data-severity={sentence.tone}>
      <div className="state-mark" aria-hidden>
        {sentence.tone === 'ok' ? (
          <svg width="22" height="22" viewBox="0 0 22 22">
            <path
              d="m6 11.500 3.400 3.400L16 8"
              fill="none"
              stroke="currentColor"
              strokeWidth="2.200"
              strokeLinecap="round"
              strokeLinejoin="round"
            />
          </svg>
        ) : (
          <SeverityShape severity={sentence.tone} size={18} />
        )}
      </div>
      <div className="grow">
        <p className="state-title">{sentence.title}</p>
        <p className="muted">{sentence.detail}</p>
        <p className="state-promise">
          {overview.sending.on ? <Send size={13} aria-hidden /> : <Lock size={13} aria-hidden />}
          <a href={links.sent()}>{promise(overview.sending)}</a>
        </p>
        {overview.phase === 'reading' && overview.files.known > 0 && (
          <progress
            className="progress"
            aria-label="History read"
            max={overview.files.known}
            value={overview.files.known - overview.files.pending}
          />
        )}
      </div>
    </div>
  );
}

/** Is it watching me: what leaves the machine, in a sentence. */
function promise(sending: Overview['sending']): string {
  if (!sending.on) return 'Nothing that Reeve sees leaves this machine.';
  if (sending.mode === 'minimal') return 'Only findings and counts leave this machine.';
  if (sending.mode === 'metadata')
    return 'Your words and files stay here. What agents did is told to your company.';
  return 'Your company receives everything that agents did here, with the words.';
}

function Running({ session }: { readonly session: RunningSession }) {
  const home = useHome();
  const call = session.lastCall;
  return (
    <div className="list-row running">
      <AgentMark id={session.agentId} />
      <div className="grow two-lines">
        <span>
          <SessionName session={session} />
          {session.permissionMode !== undefined && isUnattended(session.permissionMode) && (
            <span className="badge" data-severity="medium">
              asks nobody
            </span>
          )}
          {session.paused && (
            <span className="badge" data-severity="low">
              paused
            </span>
          )}
        </span>
        <span>
          {call === undefined ? (
            'has done nothing yet'
          ) : (
            <a
              className="quiet"
              href={links.event(session.sessionId, call.eventId)}
              title={visible(`${call.verb} ${call.object} ${call.rest ?? ''}`.trim())}
            >
              {call.verb} <code>{tildeText(call.object, home)}</code> {call.rest}
            </a>
          )}
        </span>
      </div>
      {session.worst !== undefined && (
        <a
          className="badge badge-link"
          data-severity={session.worst}
          href={links.findings(`?session=${encodeURIComponent(session.sessionId)}`)}
        >
          <SeverityShape severity={session.worst} size={10} />
          {plural(session.openFindings, 'finding')}
        </a>
      )}
      <span className="muted small nowrap wide-only row-when">
        <When timeMs={session.lastEventMs} />
      </span>
      {session.pids > 0 && (
        <ActionButtons
          target={{ kind: 'session', id: session.sessionId }}
          name={`${session.agentName} in ${session.project}`}
          paused={session.paused}
        />
      )}
    </div>
  );
}

/** What it is about, when its first words are kept; whose it is and where in any case. */
function SessionName({ session }: { readonly session: RunningSession }) {
  const title = useSessionTitle({
    id: session.sessionId,
    ...(session.title !== undefined && { title: session.title }),
  });
  const href = links.session(session.sessionId);
  return title === undefined ? (
    <>
      <a className="row-link strong" href={href}>
        {session.agentName}
      </a>{' '}
      in <span title={session.cwd}>{visible(session.project)}</span>
    </>
  ) : (
    <>
      <a className="row-link strong" href={href} title={title}>
        {title}
      </a>{' '}
      <span className="muted small" title={session.cwd}>
        {session.agentName} in {visible(session.project)}
      </span>
    </>
  );
}

const COVERAGE_LOOKS = {
  sees: { words: 'Sees', severity: 'ok' },
  partly: { words: 'Partly', severity: 'low' },
  blind: { words: 'Cannot see', severity: 'medium' },
  off: { words: 'Off', severity: 'informational' },
} as const;

function Coverage({ item }: { readonly item: CoverageItem }) {
  const { words, severity } = COVERAGE_LOOKS[item.state];
  return (
    <li className="coverage-item">
      <span
        className="dot"
        data-severity={severity}
        data-hollow={item.state === 'sees' ? undefined : ''}
        aria-hidden
      />
      <div>
        <p>
          <span className="strong">{item.title}</span> <span className="muted small">{words}</span>
        </p>
        <p className="muted">{item.text}</p>
      </div>
    </li>
  );
}
