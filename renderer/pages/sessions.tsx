import { SearchX, SquareTerminal } from 'lucide-react';
import { useMemo } from 'react';
import type { Severity } from '../../collector/contract/finding.ts';
import { severityRank } from '../../collector/contract/severity.ts';
import type { Session } from '../../collector/contract/stored.ts';
import { AgentLabel } from '../components/agent-mark.tsx';
import { ExportMenu } from '../components/export-menu.tsx';
import { Chips, ChoiceMenu, SearchBox } from '../components/filters.tsx';
import { type Column, Grid } from '../components/grid.tsx';
import { Page } from '../components/page.tsx';
import { SeverityMark } from '../components/severity.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { When } from '../components/when.tsx';
import { useCall } from '../hooks/use-call.ts';
import { type Filters, useFilters } from '../hooks/use-filters.ts';
import { useSessionTitle } from '../hooks/use-session-title.ts';
import { links } from '../links.ts';
import { SESSIONS_QUESTION } from '../transport/first.ts';
import { agentName, isUnattended, modeWords } from '../words/names.ts';
import { compact } from '../words/number.ts';
import { baseName } from '../words/path.ts';

/** A session with what other answers know about it. */
interface Row {
  readonly session: Session;
  readonly running: boolean;
  readonly worst: Severity | undefined;
}

const COLUMNS: readonly Column<Row>[] = [
  {
    id: 'project',
    title: 'Session',
    value: ({ session }) => projectOf(session),
    show: ({ session }) => (
      <span className="two-lines">
        <span>
          <Title session={session} />
        </span>
        <span title={session.nativeId}>
          {session.parentSessionId === undefined ? '' : 'sub-agent · '}
          {projectOf(session)}
          {session.gitBranch === undefined ? '' : ` · ${session.gitBranch}`}
          {session.permissionMode !== undefined && isUnattended(session.permissionMode) && (
            <span className="badge" data-severity="medium" title={modeWords(session.permissionMode)}>
              asks nobody
            </span>
          )}
        </span>
      </span>
    ),
    narrow: 'main',
  },
  {
    id: 'agent',
    title: 'Agent',
    value: ({ session }) => agentName(session.agentId),
    show: ({ session }) => <AgentLabel id={session.agentId} />,
    width: 176,
  },
  {
    id: 'who',
    title: 'Human',
    value: ({ session }) => session.actor.account ?? session.actor.user,
    show: ({ session }) => (
      <span title={session.actor.user}>{session.actor.account ?? session.actor.user}</span>
    ),
    width: 120,
    narrow: 'hide',
  },
  {
    id: 'model',
    title: 'Model',
    value: ({ session }) => session.models.join(', '),
    width: 132,
    narrow: 'hide',
    optional: true,
  },
  {
    id: 'calls',
    title: 'Calls',
    value: ({ session }) => session.counts.toolCalls,
    show: ({ session }) => (
      <span title={`${session.counts.toolErrors} failed, ${session.counts.mcpCalls} to MCP servers`}>
        {compact(session.counts.toolCalls)}
      </span>
    ),
    align: 'right',
    width: 64,
    narrow: 'label',
  },
  {
    id: 'worst',
    title: 'Worst finding',
    value: ({ worst }) => (worst === undefined ? undefined : severityRank(worst)),
    show: ({ worst }) => (worst === undefined ? null : <SeverityMark severity={worst} />),
    width: 112,
    optional: true,
  },
  {
    id: 'last',
    title: 'Last',
    value: ({ session }) => session.lastEventMs,
    show: ({ session }) => <When timeMs={session.lastEventMs} />,
    align: 'right',
    width: 112,
  },
];

/** Its first words, when they are kept; until then and otherwise its project. */
function Title({ session }: { readonly session: Session }) {
  const title = useSessionTitle(session) ?? `Session in ${projectOf(session)}`;
  return (
    <span className="strong" title={title}>
      {title}
    </span>
  );
}

function projectOf(session: Session): string {
  return baseName(session.repository ?? session.cwd ?? 'unknown folder').replace(/\.git$/, '');
}

/** Every run of every agent; those that run now stand on top. */
export function SessionsPage() {
  const [filters, change] = useFilters();
  const query = useCall('sessions.list', SESSIONS_QUESTION);
  const { data: overview } = useCall('overview.get', {});
  const { data: found } = useCall('findings.bySession', {});
  const everything = useMemo(() => {
    const runs = new Set(overview?.sessions.running.map((session) => session.sessionId));
    const worst = new Map(found?.map((one) => [one.sessionId, one.worst]));
    return (query.data ?? [])
      .map((session) => ({ session, running: runs.has(session.id), worst: worst.get(session.id) }))
      .sort((a, b) => Number(b.running) - Number(a.running) || b.session.lastEventMs - a.session.lastEventMs);
  }, [query.data, overview, found]);
  const rows = useMemo(() => everything.filter((row) => fits(row, filters)), [everything, filters]);
  const kind = filters['kind'];
  const running = everything.filter((row) => row.running).length;
  const marked = everything.filter((row) => row.worst !== undefined).length;
  const helped = everything.some(({ session }) => session.parentSessionId !== undefined);
  const agents = [...new Set(query.data?.map((session) => session.agentId))].sort();
  const humans = new Set(query.data?.map(({ actor }) => actor.account ?? actor.user));
  // One name in every row is no news.
  const columns = humans.size > 1 ? COLUMNS : COLUMNS.filter(({ id }) => id !== 'who');
  return (
    <Page
      title="Sessions"
      wide="lists"
      lead="One row for each run of an agent. Open one to see everything it did."
      actions={<ExportMenu name="sessions" rows={rows} columns={COLUMNS} />}
    >
      <div className="toolbar">
        <SearchBox
          label="Find in sessions"
          value={filters['q'] ?? ''}
          onChange={(q) => {
            change({ q });
          }}
        />
        <Chips
          label="Which sessions"
          value={kind === undefined ? [] : [kind]}
          choices={[
            { value: 'running', label: 'Running now', count: running },
            { value: 'found', label: 'With findings', count: marked },
          ]}
          onChange={(next) => {
            change({ kind: next.at(-1) });
          }}
        />
        <div className="end">
          <ChoiceMenu
            label="Agent"
            value={filters['agent'] ?? ''}
            choices={[
              { value: '', label: 'All agents' },
              ...agents.map((agent) => ({ value: agent, label: agentName(agent) })),
            ]}
            onChange={(agent) => {
              change({ agent });
            }}
          />
          {helped && (
            <ChoiceMenu
              label="Sub-agents"
              value={filters['sub'] ?? ''}
              choices={[
                { value: '', label: 'With sub-agents' },
                { value: 'no', label: 'Without sub-agents' },
              ]}
              onChange={(sub) => {
                change({ sub });
              }}
            />
          )}
        </div>
      </div>
      <Answer query={query}>
        {(all) => (
          <Grid
            label="Sessions"
            rows={rows}
            columns={columns}
            rowId={({ session }) => session.id}
            href={({ session }) => links.session(session.id)}
            group={({ running }) => (running ? 'Running now' : 'Before')}
            empty={
              all.length === 0 ? (
                <Empty icon={SquareTerminal} title="No sessions yet">
                  When an agent works on this machine, its session appears here, live.
                </Empty>
              ) : (
                <Empty icon={SearchX} title="No session has all of this">
                  Take a filter away to see more.
                </Empty>
              )
            }
          />
        )}
      </Answer>
    </Page>
  );
}

function fits({ session, running, worst }: Row, { q, agent, kind, sub }: Filters): boolean {
  if (agent !== undefined && session.agentId !== agent) return false;
  if (sub === 'no' && session.parentSessionId !== undefined) return false;
  if (kind === 'running' && !running) return false;
  if (kind === 'found' && worst === undefined) return false;
  if (q === undefined) return true;
  const text = [
    session.title,
    session.cwd,
    session.repository,
    session.gitBranch,
    session.nativeId,
    session.agentId,
    ...session.models,
  ]
    .join(' ')
    .toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
