import { Outlet, useParams } from '@tanstack/react-router';
import { Bot, TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import type { AgentRecord } from '../../collector/contract/agent.ts';
import type { Severity } from '../../collector/contract/finding.ts';
import { SEVERITIES } from '../../collector/contract/severity.ts';
import { AgentLabel, AgentMark } from '../components/agent-mark.tsx';
import { ExportMenu } from '../components/export-menu.tsx';
import { type Column, Grid } from '../components/grid.tsx';
import { Page } from '../components/page.tsx';
import { SeverityShape } from '../components/severity.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { When } from '../components/when.tsx';
import { useCall } from '../hooks/use-call.ts';
import { useShortListKeys } from '../hooks/use-list-keys.ts';
import { links } from '../links.ts';
import { accountWords, kindWords, SANCTION_WORDS, versionOf } from '../words/agents.ts';
import { isUnattended, modeWords } from '../words/names.ts';
import { count, plural } from '../words/number.ts';

interface Row {
  readonly agent: AgentRecord;
  readonly servers: number;
  readonly assets: number;
  /** Open findings, and the worst of them. */
  readonly found: number;
  readonly worst: Severity | undefined;
}

const COLUMNS: readonly Column<Row>[] = [
  {
    id: 'name',
    title: 'Agent',
    value: ({ agent }) => agent.name,
    show: ({ agent }) => <AgentLabel id={agent.id} />,
    width: 184,
    narrow: 'main',
  },
  {
    id: 'state',
    title: 'State',
    value: ({ agent }) => (agent.running.length > 0 ? 'running' : 'installed'),
    show: ({ agent }) =>
      agent.running.length === 0 ? (
        <span className="muted">{kindWords(agent.kind)}</span>
      ) : (
        <span className="badge" data-severity="ok">
          running
        </span>
      ),
    width: 132,
  },
  {
    id: 'sanction',
    title: 'Allowed here',
    value: ({ agent }) => SANCTION_WORDS[agent.sanction].words,
    show: ({ agent }) => {
      const { words, severity } = SANCTION_WORDS[agent.sanction];
      return (
        <span className="badge" data-severity={severity}>
          {words}
        </span>
      );
    },
    width: 118,
  },
  { id: 'version', title: 'Version', value: ({ agent }) => versionOf(agent), width: 84, optional: true },
  {
    id: 'mode',
    title: 'Mode',
    value: ({ agent }) => agent.permissionMode,
    show: ({ agent }) =>
      agent.permissionMode === undefined ? null : (
        <span
          title={agent.permissionMode}
          className={isUnattended(agent.permissionMode) ? 'warn' : undefined}
        >
          {modeWords(agent.permissionMode)}
        </span>
      ),
  },
  {
    id: 'account',
    title: 'Account',
    value: ({ agent }) => accountWords(agent),
    width: 140,
    narrow: 'hide',
    optional: true,
  },
  {
    id: 'servers',
    title: 'MCP',
    value: ({ servers }) => servers,
    show: ({ servers }) => (servers === 0 ? '' : count(servers)),
    align: 'right',
    width: 64,
    narrow: 'label',
  },
  {
    id: 'assets',
    title: 'Skills',
    value: ({ assets }) => assets,
    show: ({ assets }) => (assets === 0 ? '' : count(assets)),
    align: 'right',
    width: 64,
    narrow: 'label',
  },
  {
    id: 'used',
    title: 'Last used',
    value: ({ agent }) => agent.lastUsedMs,
    show: ({ agent }) =>
      agent.lastUsedMs === undefined ? (
        <span className="muted">never seen</span>
      ) : (
        <When timeMs={agent.lastUsedMs} />
      ),
    align: 'right',
    width: 96,
  },
];

/** As many stand side by side with room to say something about each. */
const FEW = 8;

function AgentCards({ rows }: { readonly rows: readonly Row[] }) {
  const root = useShortListKeys(rows.length);
  return (
    <div ref={root}>
      <ul className="agent-cards">
        {rows.map((row, index) => (
          <AgentCard key={row.agent.id} row={row} index={index} />
        ))}
      </ul>
    </div>
  );
}

/** One agent in words: how free it is first, since that is what matters most. */
function AgentCard({ row, index }: { readonly row: Row; readonly index: number }) {
  const { agent, servers, assets, worst, found } = row;
  const { words, severity } = SANCTION_WORDS[agent.sanction];
  const free = agent.permissionMode !== undefined && isUnattended(agent.permissionMode);
  const version = versionOf(agent);
  return (
    <li className="card agent-card" data-index={index}>
      <div className="line tight">
        <AgentMark id={agent.id} />
        <a className="row-link strong cut agent-card-link" href={links.agent(agent.id)}>
          {agent.name}
        </a>
        <span className="muted small nowrap grow">{version}</span>
        {agent.running.length > 0 && (
          <span className="badge" data-severity="ok">
            running
          </span>
        )}
        {agent.sanction !== 'unknown' && (
          <span className="badge" data-severity={severity}>
            {words}
          </span>
        )}
      </div>
      <p className={free ? 'warn agent-mode' : 'agent-mode'} title={agent.permissionMode}>
        {free && <TriangleAlert size={14} aria-hidden />}
        {agent.permissionMode === undefined
          ? 'How freely it acts is not known'
          : capital(modeWords(agent.permissionMode))}
      </p>
      <p className="muted small">
        {[
          accountWords(agent),
          servers === 0 ? '' : plural(servers, 'MCP server'),
          assets === 0 ? '' : plural(assets, 'skill, hook or instruction', 'skills, hooks and instructions'),
        ]
          .filter((part) => part !== '')
          .join(' · ') || `${agent.vendor}, ${kindWords(agent.kind)}`}
      </p>
      <div className="line agent-card-foot small">
        {worst === undefined ? (
          <span className="muted">No open findings</span>
        ) : (
          <a
            className="badge badge-link"
            data-severity={worst}
            href={links.findings(`?agent=${encodeURIComponent(agent.id)}`)}
          >
            <SeverityShape severity={worst} size={10} />
            {plural(found, 'finding')}
          </a>
        )}
        <span className="grow" />
        <span className="muted">
          {agent.lastUsedMs === undefined ? 'Not used yet' : <When timeMs={agent.lastUsedMs} lead="Used " />}
        </span>
      </div>
    </li>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Every agent on this machine, how free it is, and what extends it. */
export function AgentsPage() {
  const { id } = useParams({ strict: false });
  const query = useCall('agents.list', {});
  const { data: servers } = useCall('mcpServers.list', {});
  const { data: assets } = useCall('assets.list', {});
  const { data: findings } = useCall('findings.list', { status: 'open', limit: 5_000 });
  const rows = useMemo(
    () =>
      (query.data ?? [])
        .map((agent) => {
          const own = findings?.filter(({ subject }) => subject.agentId === agent.id) ?? [];
          return {
            agent,
            servers: servers?.filter((server) => server.agentIds.includes(agent.id)).length ?? 0,
            assets: assets?.filter((asset) => asset.agentIds.includes(agent.id)).length ?? 0,
            found: own.length,
            worst: SEVERITIES.findLast((severity) => own.some((finding) => finding.severity === severity)),
          };
        })
        .sort((a, b) => (b.agent.lastUsedMs ?? 0) - (a.agent.lastUsedMs ?? 0)),
    [query.data, servers, assets, findings],
  );
  return (
    <Page
      title="Agents"
      wide="lists"
      lead="Coding agents found on this machine, and how freely each of them may act."
      actions={<ExportMenu name="agents" rows={rows} columns={COLUMNS} />}
    >
      <Answer query={query}>
        {() =>
          rows.length > 0 && rows.length <= FEW ? (
            <AgentCards rows={rows} />
          ) : (
            <Grid
              label="Agents"
              rows={rows}
              columns={COLUMNS}
              rowId={({ agent }) => agent.id}
              href={({ agent }) => links.agent(agent.id)}
              activeId={id}
              empty={
                <Empty icon={Bot} title="No agents yet">
                  Reeve found no coding agent on this machine. It looks again when one is installed.
                </Empty>
              }
            />
          )
        }
      </Answer>
      <Outlet />
    </Page>
  );
}
