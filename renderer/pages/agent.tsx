import { useNavigate, useParams } from '@tanstack/react-router';
import { Bot } from 'lucide-react';
import type { AgentRecord, Asset, McpServer } from '../../collector/contract/agent.ts';
import { AgentMark } from '../components/agent-mark.tsx';
import { CopyJson, Raw } from '../components/copy.tsx';
import { More } from '../components/more.tsx';
import { Facts } from '../components/page.tsx';
import { PathText } from '../components/path-text.tsx';
import { Sheet } from '../components/sheet.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { When } from '../components/when.tsx';
import { useCall } from '../hooks/use-call.ts';
import { useNow } from '../hooks/use-now.ts';
import { links } from '../links.ts';
import { accountWords, kindWords, SANCTION_WORDS } from '../words/agents.ts';
import { toJson } from '../words/export.ts';
import { humanize, modeWords, SCOPE_WORDS } from '../words/names.ts';
import { plural } from '../words/number.ts';
import { baseName } from '../words/path.ts';

const DAY = 86_400_000;

/** One agent: where it is, as whom it works, how free it is, what extends it, what changed lately. */
export function AgentSheet() {
  const { id = '' } = useParams({ strict: false });
  const navigate = useNavigate();
  const query = useCall('agents.list', {});
  const agent = query.data?.find((item) => item.id === id);
  return (
    <Sheet
      title={agent?.name ?? 'Agent'}
      above={
        agent === undefined ? undefined : (
          <>
            <AgentMark id={agent.id} />
            {agent.vendor}, {kindWords(agent.kind)}
          </>
        )
      }
      actions={agent === undefined ? undefined : <CopyJson value={agent} />}
      onClose={() => void navigate({ to: '/agents' })}
    >
      <Answer query={query}>
        {() =>
          agent === undefined ? (
            <Empty icon={Bot} title="This agent is not on this machine" />
          ) : (
            <OneAgent agent={agent} />
          )
        }
      </Answer>
    </Sheet>
  );
}

function OneAgent({ agent }: { readonly agent: AgentRecord }) {
  const { data: servers } = useCall('mcpServers.list', {});
  const { data: assets } = useCall('assets.list', {});
  const mine = assets?.filter((asset) => asset.agentIds.includes(agent.id)) ?? [];
  return (
    <div className="story">
      <section>
        <Facts
          items={[
            ['Allowed here', SANCTION_WORDS[agent.sanction].words],
            ['How freely', agent.permissionMode === undefined ? undefined : modeWords(agent.permissionMode)],
            ['Accounts', accountWords(agent)],
            [
              'Running',
              agent.running.length === 0 ? 'no' : plural(agent.running.length, 'process', 'processes'),
            ],
            [
              'First seen',
              agent.firstSeenMs === undefined ? undefined : <When key="f" timeMs={agent.firstSeenMs} />,
            ],
            [
              'Last used',
              agent.lastUsedMs === undefined ? undefined : <When key="l" timeMs={agent.lastUsedMs} />,
            ],
            ['Where', agent.where],
          ]}
        />
        <p className="line agent-links">
          <a href={`${links.sessions()}?agent=${encodeURIComponent(agent.id)}`}>Its sessions</a>
          <a href={links.findings(`?agent=${encodeURIComponent(agent.id)}`)}>Its findings</a>
          <a href={`${links.privileges()}?agent=${encodeURIComponent(agent.id)}`}>Its privileges</a>
        </p>
      </section>
      <section>
        <h3>Installed</h3>
        <ul className="plain-list">
          {agent.installs.map((install) => (
            <li key={install.path}>
              <PathText path={install.path} max={60} />{' '}
              <span className="muted">{install.version ?? install.method}</span>
            </li>
          ))}
          {agent.installs.length === 0 && <li className="muted">Only its settings were found.</li>}
        </ul>
      </section>
      <Servers servers={servers?.filter((server) => server.agentIds.includes(agent.id)) ?? []} />
      <Assets assets={mine} />
      <section>
        <h3>Settings files</h3>
        <ul className="plain-list">
          {agent.configFiles.map((file) => (
            <li key={file.path}>
              <PathText path={file.path} max={64} /> <span className="muted">{SCOPE_WORDS[file.scope]}</span>
            </li>
          ))}
        </ul>
        {Object.keys(agent.settings).length > 0 && (
          <More title="Settings of interest">
            <Raw text={toJson(agent.settings)} label="Settings of interest" />
          </More>
        )}
      </section>
    </div>
  );
}

function Servers({ servers }: { readonly servers: readonly McpServer[] }) {
  if (servers.length === 0) return null;
  return (
    <section>
      <h3>MCP servers</h3>
      <ul className="plain-list">
        {servers.map((server) => (
          <li key={server.id}>
            <a href={links.server(server.id)}>{server.name}</a>{' '}
            <span className="muted">
              {server.enabled ? '' : 'off, '}
              {server.usedTools.length === 0
                ? 'never used'
                : plural(server.usedTools.length, 'tool') + ' used'}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Skills, hooks and the rest, with what changed since yesterday first. */
function Assets({ assets }: { readonly assets: readonly Asset[] }) {
  const now = useNow();
  if (assets.length === 0) return null;
  const sorted = [...assets].sort((a, b) => (b.modifiedMs ?? 0) - (a.modifiedMs ?? 0));
  return (
    <section>
      <h3>Skills, hooks and instructions</h3>
      <ul className="plain-list">
        {sorted.map((asset) => (
          <li key={asset.id} className="line">
            <span className="muted asset-kind">{humanize(asset.kind)}</span>
            <span className="grow cut" title={asset.path}>
              <a href={links.asset(asset.id)}>{asset.name === '' ? baseName(asset.path) : asset.name}</a>
            </span>
            {asset.modifiedMs !== undefined && now - asset.modifiedMs < DAY && (
              <span className="badge" data-severity="low">
                changed since yesterday
              </span>
            )}
            {asset.modifiedMs !== undefined && (
              <span className="muted small">
                <When timeMs={asset.modifiedMs} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
