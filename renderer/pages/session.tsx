import { Tabs } from '@base-ui/react/tabs';
import { useParams } from '@tanstack/react-router';
import { ChevronRight, SquareTerminal } from 'lucide-react';
import { lazy, type ReactNode, Suspense } from 'react';
import type { Session } from '../../collector/contract/stored.ts';
import { SEVERITIES } from '../../collector/contract/severity.ts';
import { ActionButtons } from '../components/action-buttons.tsx';
import { AgentMark } from '../components/agent-mark.tsx';
import { CopyJson } from '../components/copy.tsx';
import { Page } from '../components/page.tsx';
import { PathText } from '../components/path-text.tsx';
import { SeverityShape } from '../components/severity.tsx';
import { Answer, Empty, Loading } from '../components/states.tsx';
import { When } from '../components/when.tsx';
import { useAgentNames } from '../hooks/machine.tsx';
import { useCall } from '../hooks/use-call.ts';
import { useFilters } from '../hooks/use-filters.ts';
import { useNow } from '../hooks/use-now.ts';
import { useSessionTitle } from '../hooks/use-session-title.ts';
import { links } from '../links.ts';
import { Processes } from '../session/processes.tsx';
import { Touched } from '../session/touched.tsx';
import { Timeline } from '../timeline/timeline.tsx';
import { agentName, modeWords } from '../words/names.ts';
import { compact, plural } from '../words/number.ts';
import { baseName } from '../words/path.ts';
import { duration } from '../words/time.ts';

const GraphView = lazy(() =>
  import('../session/graph.tsx').then((module) => ({ default: module.GraphView })),
);

const TABS = [
  { value: '', label: 'Timeline' },
  { value: 'touched', label: 'What it touched' },
  { value: 'processes', label: 'Processes' },
  { value: 'graph', label: 'Graph' },
] as const;

/** One run of an agent: who stands behind it, all it did, what it touched, what runs, and how it hangs together. */
export function SessionPage() {
  const { id = '' } = useParams({ strict: false });
  const query = useCall('sessions.get', { id });
  if (query.data === null)
    return (
      <Page title="Session">
        <Empty icon={SquareTerminal} title="This session is not kept any more">
          Sessions older than what Settings say are removed. Findings about them stay.
        </Empty>
      </Page>
    );
  return (
    <Answer query={query} lines={12}>
      {(session) => <OneSession session={session} />}
    </Answer>
  );
}

function OneSession({ session }: { readonly session: Session }) {
  const [filters, change] = useFilters();
  const names = useAgentNames();
  const { data: overview } = useCall('overview.get', {});
  const running = overview?.sessions.running.find((item) => item.sessionId === session.id);
  const tab = filters['tab'] ?? '';
  const project = baseName(session.repository ?? session.cwd ?? 'an unknown folder').replace(/\.git$/, '');
  const name = `${agentName(session.agentId, names)} in ${project}`;
  const title = useSessionTitle(session);
  const { data: findings } = useCall('findings.list', { sessionId: session.id, status: 'open' });
  const found = findings ?? [];
  const worst = SEVERITIES.findLast((severity) => found.some((finding) => finding.severity === severity));
  return (
    <Page
      title={title ?? name}
      wide="always"
      lead={<Identity session={session} project={project} />}
      actions={
        <>
          {found.length > 0 && worst !== undefined && (
            <a
              className="badge badge-link"
              data-severity={worst}
              href={links.findings(`?session=${encodeURIComponent(session.id)}`)}
            >
              <SeverityShape severity={worst} size={10} />
              {plural(found.length, 'finding')}
            </a>
          )}
          <CopyJson value={session} />
          {running !== undefined && running.pids > 0 && (
            <ActionButtons
              target={{ kind: 'session', id: session.id }}
              name={name}
              paused={running.paused}
              size="normal"
              lead={worst === 'critical' ? 'kill' : worst === 'high' ? 'pause' : undefined}
            />
          )}
        </>
      }
    >
      <SessionFacts session={session} running={running !== undefined} />
      <Tabs.Root
        value={tab}
        onValueChange={(value: unknown) => {
          change({ tab: String(value) });
        }}
      >
        <Tabs.List className="tabs-list">
          {TABS.map((item) => (
            <Tabs.Tab key={item.value} value={item.value} className="tab">
              {item.label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="" className="tab-panel">
          <Timeline sessionId={session.id} />
        </Tabs.Panel>
        <Tabs.Panel value="touched" className="tab-panel">
          <Touched sessionId={session.id} />
        </Tabs.Panel>
        <Tabs.Panel value="processes" className="tab-panel">
          <Processes sessionId={session.id} />
        </Tabs.Panel>
        <Tabs.Panel value="graph" className="tab-panel">
          <Suspense fallback={<Loading />}>
            <GraphView sessionId={session.id} />
          </Suspense>
        </Tabs.Panel>
      </Tabs.Root>
    </Page>
  );
}

/** Human › account › agent › session it was started from. */
function Identity({ session, project }: { readonly session: Session; readonly project: string }) {
  const { actor, agentId, parentSessionId, agentVersion } = session;
  const names = useAgentNames();
  const steps: readonly ReactNode[] = [
    actor.user,
    ...(actor.account === undefined ? [] : [actor.account]),
    <span key="agent" className="line tight">
      <AgentMark id={agentId} />
      <a href={links.agent(agentId)}>{agentName(agentId, names)}</a> {agentVersion} in {project}
    </span>,
    ...(parentSessionId === undefined
      ? []
      : [
          <a key="parent" href={links.session(parentSessionId)}>
            started by another session
          </a>,
        ]),
  ];
  return (
    <span className="identity">
      {steps.map((step, index) => (
        <span key={index} className="line tight">
          {index > 0 && <ChevronRight size={13} aria-hidden />}
          {step}
        </span>
      ))}
    </span>
  );
}

function SessionFacts({ session, running }: { readonly session: Session; readonly running: boolean }) {
  const now = useNow();
  const tokens =
    session.tokens.input + session.tokens.output + session.tokens.cacheRead + session.tokens.cacheWrite;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [running ? 'Running for' : 'Lasted', duration((running ? now : session.lastEventMs) - session.startedMs)],
    ['Last seen', <When key="last" timeMs={session.lastEventMs} />],
    [
      'Calls',
      `${compact(session.counts.toolCalls)}${session.counts.toolErrors === 0 ? '' : `, ${session.counts.toolErrors} failed`}`,
    ],
    [
      'Sub-agents',
      session.counts.subagents === 0 ? undefined : plural(session.counts.subagents, 'sub-agent'),
    ],
    ['Model', session.models.join(', ')],
    ['Mode', session.permissionMode === undefined ? undefined : modeWords(session.permissionMode)],
    ['Tokens', tokens === 0 ? undefined : compact(tokens)],
    ['Folder', session.cwd === undefined ? undefined : <PathText key="cwd" path={session.cwd} max={40} />],
    ['Branch', session.gitBranch],
  ];
  return (
    <dl className="fact-line">
      {facts
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
