import { Outlet, useParams } from '@tanstack/react-router';
import { KeyRound, Plug } from 'lucide-react';
import { useMemo } from 'react';
import type { Credential, McpServer } from '../../collector/contract/agent.ts';
import type { Severity } from '../../collector/contract/finding.ts';
import { SEVERITIES, severityRank } from '../../collector/contract/severity.ts';
import { AgentMark } from '../components/agent-mark.tsx';
import { ExportMenu } from '../components/export-menu.tsx';
import { SearchBox } from '../components/filters.tsx';
import { type Column, Grid } from '../components/grid.tsx';
import { Page, Section } from '../components/page.tsx';
import { PathText } from '../components/path-text.tsx';
import { SeverityMark } from '../components/severity.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { useCall } from '../hooks/use-call.ts';
import { useFilters } from '../hooks/use-filters.ts';
import { useNow } from '../hooks/use-now.ts';
import { links } from '../links.ts';
import { isAboutServer } from '../words/about.ts';
import { expiryWords, isReadableByOthers } from '../words/credential.ts';
import { credentialPlace, humanize, properName, SCOPE_WORDS } from '../words/names.ts';
import { compact, count } from '../words/number.ts';
import { duration } from '../words/time.ts';
import { visible } from '../words/visible.ts';
import { pinning, serverCalls, serverRuns } from '../words/server.ts';

/** @param worstOf the worst open finding about a server */
const serverColumns = (
  worstOf: (server: McpServer) => Severity | undefined,
): readonly Column<McpServer>[] => [
  {
    id: 'name',
    title: 'MCP server',
    value: (server) => server.name,
    show: (server) => (
      <span className="two-lines">
        <span className="strong">
          {visible(server.name)}
          {!server.enabled && <span className="badge">off</span>}
        </span>
        <span>
          <code title={serverRuns(server)}>{serverRuns(server)}</code>
        </span>
      </span>
    ),
    narrow: 'main',
  },
  {
    id: 'found',
    title: 'Worst finding',
    value: (server) => severityRank(worstOf(server) ?? 'informational'),
    show: (server) => {
      const worst = worstOf(server);
      return worst === undefined ? null : <SeverityMark severity={worst} />;
    },
    width: 112,
    optional: true,
  },
  {
    id: 'agents',
    title: 'Used by',
    value: (server) => server.agentIds.join(', '),
    show: (server) => <Agents ids={server.agentIds} />,
    width: 110,
  },
  {
    id: 'scope',
    title: 'Set for',
    value: (server) => SCOPE_WORDS[server.scope],
    width: 132,
    narrow: 'hide',
  },
  {
    id: 'pinned',
    title: 'Version',
    value: (server) => pinning(server).words,
    show: (server) => {
      const { words, severity, why } = pinning(server);
      return (
        <span className="badge" data-severity={severity} title={why}>
          {words}
        </span>
      );
    },
    width: 110,
  },
  {
    id: 'asks',
    title: 'Without asking',
    value: (server) => server.autoApproved?.length ?? 0,
    show: (server) => <Without server={server} />,
    width: 130,
    narrow: 'label',
    optional: true,
  },
  {
    id: 'keys',
    title: 'Credentials',
    value: (server) => server.credentialIds.length,
    show: (server) => (server.credentialIds.length === 0 ? '' : count(server.credentialIds.length)),
    align: 'right',
    width: 104,
    narrow: 'label',
    optional: true,
  },
  {
    id: 'calls',
    title: 'Calls',
    value: (server) => serverCalls(server),
    show: (server) =>
      serverCalls(server) === 0 ? <span className="muted">never</span> : compact(serverCalls(server)),
    align: 'right',
    width: 84,
    narrow: 'label',
  },
];

function Without({ server }: { readonly server: McpServer }) {
  const list = server.autoApproved ?? [];
  if (list.length === 0) return <span className="muted">nothing</span>;
  return (
    <span title={list.join(', ')}>{list.includes('*') ? 'everything' : `${count(list.length)} tools`}</span>
  );
}

function Agents({ ids }: { readonly ids: readonly string[] }) {
  if (ids.length === 0) return <span className="muted">nobody</span>;
  return (
    <span className="line tight marks" title={ids.join(', ')}>
      {ids.slice(0, 4).map((id) => (
        <AgentMark key={id} id={id} />
      ))}
      <span className="unseen">{ids.join(', ')}</span>
    </span>
  );
}

function credentialColumns(nowMs: number): readonly Column<Credential>[] {
  return [
    {
      id: 'kind',
      title: 'Credential',
      value: (credential) => `${credential.provider} ${credential.kind}`,
      show: (credential) => (
        <span className="two-lines">
          <span className="strong">
            {humanize(credential.kind)}
            {credential.principal !== undefined && <span className="muted"> of {credential.principal}</span>}
          </span>
          <span>
            <PathText path={credentialPlace(credential.location)} max={60} />
          </span>
        </span>
      ),
      narrow: 'main',
    },
    {
      id: 'provider',
      title: 'Provider',
      value: (credential) => properName(credential.provider),
      width: 130,
    },
    {
      id: 'stored',
      title: 'Stored',
      value: (credential) => (credential.plaintext ? 'plain text' : 'protected'),
      show: (credential) => (
        <span
          className="badge"
          data-severity={credential.plaintext ? (isReadableByOthers(credential) ? 'high' : 'medium') : 'ok'}
          title={credential.fileMode === undefined ? undefined : `File mode ${credential.fileMode}`}
        >
          {credential.plaintext ? 'plain text' : 'protected'}
        </span>
      ),
      width: 110,
    },
    {
      id: 'age',
      title: 'Age',
      value: (credential) => credential.ageMs,
      show: (credential) =>
        credential.ageMs === undefined ? null : duration(credential.ageMs).split(' ').slice(0, 2).join(' '),
      align: 'right',
      width: 84,
      narrow: 'label',
      optional: true,
    },
    {
      id: 'expires',
      title: 'Expires',
      value: (credential) => credential.expiresMs,
      optional: true,
      show: (credential) => expiryWords(credential, nowMs) ?? null,
      align: 'right',
      width: 124,
      narrow: 'label',
    },
    {
      id: 'agents',
      title: 'Used by',
      value: (credential) => credential.usedBy.agentIds.join(', '),
      show: (credential) => <Agents ids={credential.usedBy.agentIds} />,
      width: 110,
    },
  ];
}

/** What extends the agents, and the keys they hold: two tables that lead to each other. Never a value. */
export function ConnectionsPage() {
  const [filters, change] = useFilters();
  const { id } = useParams({ strict: false });
  const now = useNow();
  const servers = useCall('mcpServers.list', {});
  const credentials = useCall('credentials.list', {});
  const words = (filters['q'] ?? '').toLowerCase();
  const serverRows = useMemo(
    () =>
      (servers.data ?? [])
        .filter((server) =>
          `${server.name} ${serverRuns(server)} ${server.agentIds.join(' ')}`.toLowerCase().includes(words),
        )
        .sort((a, b) => serverCalls(b) - serverCalls(a) || a.name.localeCompare(b.name)),
    [servers.data, words],
  );
  const credentialRows = useMemo(
    () =>
      (credentials.data ?? []).filter((credential) =>
        `${credential.kind} ${credential.provider} ${credential.principal ?? ''} ${credential.location.path}`
          .toLowerCase()
          .includes(words),
      ),
    [credentials.data, words],
  );
  const columns = useMemo(() => credentialColumns(now), [now]);
  const { data: findings } = useCall('findings.list', { status: 'open', limit: 1_000 });
  const servingColumns = useMemo(
    () =>
      serverColumns((server) => {
        const about = findings?.filter((finding) => isAboutServer(finding, server)) ?? [];
        return SEVERITIES.findLast((severity) => about.some((finding) => finding.severity === severity));
      }),
    [findings],
  );
  return (
    <Page
      title="MCP & credentials"
      wide="lists"
      lead="Servers that give agents more tools, and keys that agents and servers hold. Values of keys are never shown, stored or sent."
    >
      <div className="toolbar">
        <SearchBox
          label="Find here"
          value={filters['q'] ?? ''}
          onChange={(q) => {
            change({ q });
          }}
        />
      </div>
      <Section
        title="MCP servers"
        aside={<ExportMenu name="mcp-servers" rows={serverRows} columns={servingColumns} />}
      >
        <Answer query={servers}>
          {() => (
            <Grid
              label="MCP servers"
              rows={serverRows}
              columns={servingColumns}
              rowId={(server) => server.id}
              href={(server) => links.server(server.id)}
              activeId={id}
              empty={
                <Empty icon={Plug} title="No MCP servers">
                  None of the agents here is set up to use one.
                </Empty>
              }
            />
          )}
        </Answer>
      </Section>
      <Section
        title="Credentials"
        aside={<ExportMenu name="credentials" rows={credentialRows} columns={columns} />}
      >
        <Answer query={credentials}>
          {() => (
            <Grid
              label="Credentials"
              rows={credentialRows}
              columns={columns}
              rowId={(credential) => credential.id}
              href={(credential) => links.credential(credential.id)}
              activeId={id}
              empty={
                <Empty icon={KeyRound} title="No credentials found">
                  Keys in files of agents and their servers would stand here, by kind and place.
                </Empty>
              }
            />
          )}
        </Answer>
      </Section>
      <Outlet />
    </Page>
  );
}
