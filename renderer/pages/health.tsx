import { CircleCheck } from 'lucide-react';
import { severityRank } from '../../collector/contract/severity.ts';
import type { CollectorStatus } from '../../collector/contract/ipc.ts';
import { CopyJson } from '../components/copy.tsx';
import { Facts, Page, Section } from '../components/page.tsx';
import { PathText } from '../components/path-text.tsx';
import { SeverityShape } from '../components/severity.tsx';
import { Answer } from '../components/states.tsx';
import { When } from '../components/when.tsx';
import { useCall } from '../hooks/use-call.ts';
import { useNow } from '../hooks/use-now.ts';
import { SEVERITY_WORDS } from '../words/names.ts';
import { bytes, count, plural } from '../words/number.ts';
import { duration } from '../words/time.ts';

/** How Reeve itself is: what it cannot do well now and what to do about it. */
export function HealthPage() {
  const query = useCall('status.get', {});
  return (
    <Page
      title="Health"
      lead="How well Reeve works and sees here. “No findings” must never mean that it was blind."
      actions={query.data === undefined ? undefined : <CopyJson value={query.data} />}
    >
      <Answer query={query}>
        {(status) => (
          <>
            <Problems status={status} />
            <Section title="The collector">
              <div className="card card-body">
                <Collector status={status} />
              </div>
            </Section>
            <Sees />
          </>
        )}
      </Answer>
    </Page>
  );
}

function Problems({ status }: { readonly status: CollectorStatus }) {
  const items = [...status.health].sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
  if (items.length === 0)
    return (
      <div className="state" data-severity="ok">
        <div className="state-mark" aria-hidden>
          <CircleCheck size={22} />
        </div>
        <div>
          <p className="state-title">Everything works.</p>
          <p className="muted">Nothing stands in the way of watching.</p>
        </div>
      </div>
    );
  return (
    <ul className="card list">
      {items.map((item) => (
        <li key={`${item.code}${item.text}`} className="list-row">
          <span className="severity" data-severity={item.severity} title={SEVERITY_WORDS[item.severity]}>
            <SeverityShape severity={item.severity} size={14} />
            <span className="unseen">{SEVERITY_WORDS[item.severity]}</span>
          </span>
          <span className="grow wrap prose">{item.text}</span>
          <code className="muted small wide-only">{item.code}</code>
          {item.sinceMs !== undefined && (
            <span className="muted small">
              <When timeMs={item.sinceMs} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Collector({ status }: { readonly status: CollectorStatus }) {
  const now = useNow();
  return (
    <Facts
      items={[
        ['State', status.phase],
        ['Version', status.version],
        ['Running for', duration(Math.max(0, now - status.startedMs))],
        ['Process', String(status.pid)],
        [
          'Files',
          `${count(status.files.known)} followed${status.files.pending === 0 ? '' : `, ${count(status.files.pending)} still to be read`}`,
        ],
        ['Kept', `${plural(status.totals.events, 'event')} of ${plural(status.totals.sessions, 'session')}`],
        [
          'Store',
          <span key="s">
            {bytes(status.storeBytes)} in <PathText path={status.storePath} max={70} />
          </span>,
        ],
        ['Sending', `${status.reporting.mode}, ${plural(status.reporting.queued, 'record')} waiting`],
      ]}
    />
  );
}

/** Which of the three views on the machine work: logs, processes, network. */
function Sees() {
  const { data } = useCall('witnesses.get', {});
  if (data === undefined) return null;
  const { processes, network, attribution } = data;
  return (
    <Section title="What it sees">
      <div className="card card-body">
        <Facts
          items={[
            [
              'Processes',
              processes.source === 'events'
                ? 'every process, told by the kernel'
                : processes.source === 'polling'
                  ? `by looking at the list of processes several times a second${processes.reason === undefined ? '' : `: ${processes.reason}`}`
                  : `not watched${processes.reason === undefined ? '' : `: ${processes.reason}`}`,
            ],
            [
              'Agents',
              processes.agents === 0
                ? 'no agent runs now'
                : `${plural(processes.living, 'process', 'processes')} of ${plural(processes.agents, 'agent')} now`,
            ],
            [
              'Missed',
              processes.missed === 0
                ? undefined
                : `${count(processes.missed)} ended before they could be read`,
            ],
            [
              'Network',
              network.working
                ? `connections of agents${network.bytes ? ', with bytes' : ''}`
                : (network.reason ?? 'not watched'),
            ],
            [
              'Whose it was',
              attribution.processes === 0
                ? undefined
                : `${count(attribution.withSession)} of ${count(attribution.processes)} processes tied to a session, ${count(attribution.withToolCall)} to a call`,
            ],
          ]}
        />
      </div>
    </Section>
  );
}
