import { Outlet, useParams } from '@tanstack/react-router';
import { Bot } from 'lucide-react';
import { useMemo } from 'react';
import type { AgentRecord } from '../../collector/contract/agent.ts';
import { AgentLabel } from '../components/agent-mark.tsx';
import { ExportMenu } from '../components/export-menu.tsx';
import { type Column, Grid } from '../components/grid.tsx';
import { Page } from '../components/page.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { When } from '../components/when.tsx';
import { useCall } from '../hooks/use-call.ts';
import { links } from '../links.ts';
import { accountWords, kindWords, SANCTION_WORDS, versionOf } from '../words/agents.ts';
import { isUnattended, modeWords } from '../words/names.ts';
import { count } from '../words/number.ts';

interface Row {
  readonly agent: AgentRecord;
  readonly servers: number;
  readonly assets: number;
}

const COLUMNS: readonly Column<Row>[] = [
  {
    id: 'name',
    title: 'Agent',
    value: ({ agent }) => agent.name,
    show: ({ agent }) => <AgentLabel id={agent.id} />,
    width: '184px',
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
    width: '92px',
  },
  {
    id: 'sanction',
    title: 'Sanction',
    value: ({ agent }) => SANCTION_WORDS[agent.sanction].words,
    show: ({ agent }) => {
      const { words, severity } = SANCTION_WORDS[agent.sanction];
      return (
        <span className="badge" data-severity={severity}>
          {words}
        </span>
      );
    },
    width: '118px',
  },
  { id: 'version', title: 'Version', value: ({ agent }) => versionOf(agent), width: '84px' },
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
    width: '100px',
    narrow: 'hide',
  },
  {
    id: 'servers',
    title: 'MCP',
    value: ({ servers }) => servers,
    show: ({ servers }) => (servers === 0 ? '' : count(servers)),
    align: 'right',
    width: '64px',
    narrow: 'label',
  },
  {
    id: 'assets',
    title: 'Skills',
    value: ({ assets }) => assets,
    show: ({ assets }) => (assets === 0 ? '' : count(assets)),
    align: 'right',
    width: '64px',
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
    width: '96px',
  },
];

/** Every agent on this machine, how free it is, and what extends it. */
export function AgentsPage() {
  const { id } = useParams({ strict: false });
  const query = useCall('agents.list', {});
  const { data: servers } = useCall('mcpServers.list', {});
  const { data: assets } = useCall('assets.list', {});
  const rows = useMemo(
    () =>
      (query.data ?? [])
        .map((agent) => ({
          agent,
          servers: servers?.filter((server) => server.agentIds.includes(agent.id)).length ?? 0,
          assets: assets?.filter((asset) => asset.agentIds.includes(agent.id)).length ?? 0,
        }))
        .sort((a, b) => (b.agent.lastUsedMs ?? 0) - (a.agent.lastUsedMs ?? 0)),
    [query.data, servers, assets],
  );
  return (
    <Page
      title="Agents"
      lead="Coding agents found on this machine, and how freely each of them may act."
      actions={<ExportMenu name="agents" rows={rows} columns={COLUMNS} />}
    >
      <Answer query={query}>
        {() => (
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
        )}
      </Answer>
      <Outlet />
    </Page>
  );
}
