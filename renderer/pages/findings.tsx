import { Outlet, useParams } from '@tanstack/react-router';
import { ScanSearch, SearchX } from 'lucide-react';
import { useMemo } from 'react';
import type { Finding } from '../../collector/contract/finding.ts';
import { SEVERITIES, severityRank } from '../../collector/contract/severity.ts';
import { AgentLabel } from '../components/agent-mark.tsx';
import { ExportMenu } from '../components/export-menu.tsx';
import { Chips, ChoiceMenu, SearchBox } from '../components/filters.tsx';
import { type Column, Grid } from '../components/grid.tsx';
import { Page } from '../components/page.tsx';
import { SeverityMark } from '../components/severity.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { When } from '../components/when.tsx';
import { useAgentNames, useHome } from '../hooks/machine.tsx';
import { useCall } from '../hooks/use-call.ts';
import { type Filters, useFilters } from '../hooks/use-filters.ts';
import { links, searchText } from '../links.ts';
import { findingsQuestion } from '../transport/first.ts';
import { byIncident } from '../words/incident.ts';
import { agentName, SEVERITY_WORDS, STATUS_WORDS } from '../words/names.ts';
import { count } from '../words/number.ts';
import { tildeText } from '../words/path.ts';
import { factOf } from '../words/subject.ts';

const COLUMNS: readonly Column<Finding>[] = [
  {
    id: 'severity',
    title: 'Severity',
    value: (finding) => severityRank(finding.severity),
    show: (finding) => <SeverityMark severity={finding.severity} />,
    width: 104,
  },
  {
    id: 'title',
    title: 'What',
    value: (finding) => finding.title,
    show: (finding) => (
      <span className="two-lines">
        <span className="strong" title={finding.title}>
          {finding.title}
        </span>
        <Fact finding={finding} />
      </span>
    ),
    narrow: 'main',
  },
  {
    id: 'agent',
    title: 'Agent',
    value: (finding) => finding.subject.agentId,
    show: (finding) =>
      finding.subject.agentId === undefined ? null : <AgentLabel id={finding.subject.agentId} />,
    width: 172,
  },
  {
    id: 'count',
    title: 'Seen',
    value: (finding) => (finding.count > 1 ? finding.count : undefined),
    show: (finding) => (finding.count > 1 ? `${count(finding.count)}×` : null),
    align: 'right',
    width: 72,
    optional: true,
  },
  {
    id: 'last',
    title: 'Last',
    value: (finding) => finding.lastSeenMs,
    show: (finding) => <When timeMs={finding.lastSeenMs} />,
    align: 'right',
    width: 112,
  },
];

/** The case itself: what it is about stands in the heading and in the title already. */
function Fact({ finding }: { readonly finding: Finding }) {
  const home = useHome();
  return <span title={tildeText(finding.subject.value, home)}>{factOf(finding, home)}</span>;
}

/** Everything that was not right, worst first; what is shown stands in the address. */
export function FindingsPage() {
  const [filters, change] = useFilters();
  const { id } = useParams({ strict: false });
  const question = findingsQuestion(filters['status']);
  const query = useCall('findings.list', question, { keep: true });
  const names = useAgentNames();
  const incidents = useMemo(
    () => byIncident(query.data?.filter((finding) => fits(finding, filters)) ?? [], names),
    [query.data, filters, names],
  );
  const rows = incidents.findings;
  const chosen = filters['severity']?.split(',') ?? [];
  const agents = [...new Set(query.data?.flatMap((finding) => finding.subject.agentId ?? []))].sort();
  return (
    <Page
      title="Findings"
      wide="lists"
      lead="What agents did, or are set up to do, that should not be so. What belongs to one session stands together."
      actions={<ExportMenu name="findings" rows={rows} columns={COLUMNS} />}
    >
      <div className="toolbar">
        <SearchBox
          label="Find in findings"
          value={filters['q'] ?? ''}
          onChange={(q) => {
            change({ q });
          }}
        />
        <Chips
          label="Severity"
          value={chosen}
          choices={[...SEVERITIES]
            .reverse()
            .map((severity) => ({
              value: severity,
              label: SEVERITY_WORDS[severity],
              count: query.data?.filter((finding) => finding.severity === severity).length ?? 0,
            }))
            .filter(({ value, count: n }) => n > 0 || chosen.includes(value))}
          onChange={(value) => {
            change({ severity: value.join(',') });
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
          <ChoiceMenu
            label="State"
            value={filters['status'] ?? ''}
            choices={[
              { value: '', label: STATUS_WORDS.open },
              { value: 'acknowledged', label: STATUS_WORDS.acknowledged },
              { value: 'suppressed', label: STATUS_WORDS.suppressed },
              { value: 'resolved', label: STATUS_WORDS.resolved },
              { value: 'all', label: 'All' },
            ]}
            onChange={(next) => {
              change({ status: next });
            }}
          />
        </div>
      </div>
      <Answer query={query}>
        {(all) => (
          <Grid
            label="Findings"
            rows={rows}
            columns={COLUMNS}
            rowId={(finding) => finding.id}
            href={(finding) => links.finding(finding.id, searchText(filters))}
            activeId={id}
            group={incidents.nameOf}
            empty={
              all.length === 0 ? (
                <Empty icon={ScanSearch} title={question.status === 'open' ? 'Nothing to look at' : 'None'}>
                  {question.status === 'open'
                    ? 'No open findings. New ones appear here as they are found.'
                    : 'There are no findings in this state.'}
                </Empty>
              ) : (
                <Empty icon={SearchX} title="No finding has all of this">
                  Take a filter away to see more.
                </Empty>
              )
            }
          />
        )}
      </Answer>
      <Outlet />
    </Page>
  );
}

function fits(finding: Finding, filters: Filters): boolean {
  const { q, severity, agent, session } = filters;
  if (severity !== undefined && !severity.split(',').includes(finding.severity)) return false;
  if (agent !== undefined && finding.subject.agentId !== agent) return false;
  if (session !== undefined && finding.sessionId !== session) return false;
  if (q === undefined) return true;
  const text = `${finding.title} ${finding.why} ${finding.subject.value} ${finding.ruleId} ${finding.ruleCode}`;
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.toLowerCase().includes(word));
}
