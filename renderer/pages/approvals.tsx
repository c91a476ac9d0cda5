import { HandHelping } from 'lucide-react';
import { useMemo } from 'react';
import type { ApprovalItem } from '../../collector/contract/approval.ts';
import type { Finding } from '../../collector/contract/finding.ts';
import { severityRank } from '../../collector/contract/severity.ts';
import { AgentMark } from '../components/agent-mark.tsx';
import { Button } from '../components/button.tsx';
import { Confirm } from '../components/confirm.tsx';
import { ExportMenu } from '../components/export-menu.tsx';
import { ChoiceMenu } from '../components/filters.tsx';
import type { Column } from '../components/grid.tsx';
import { SeverityShape } from '../components/severity.tsx';
import { Page, Section } from '../components/page.tsx';
import { PathText } from '../components/path-text.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { When } from '../components/when.tsx';
import { useAgentNames, useHome } from '../hooks/machine.tsx';
import { useCall } from '../hooks/use-call.ts';
import { type Decide, useDecide } from '../hooks/use-decide.ts';
import { useShortListKeys } from '../hooks/use-list-keys.ts';
import { useFilters } from '../hooks/use-filters.ts';
import { links } from '../links.ts';
import { isAboutAsset, isAboutServer } from '../words/about.ts';
import { agentName } from '../words/names.ts';
import { tildeText } from '../words/path.ts';
import { approvalSentence, isWaiting, kindOf, listed } from '../words/approval.ts';
import { count, plural } from '../words/number.ts';
import { visible } from '../words/visible.ts';

const COLUMNS: readonly Column<ApprovalItem>[] = [
  { id: 'kind', title: 'Kind', value: (item) => item.kind },
  { id: 'name', title: 'Name', value: (item) => item.name },
  { id: 'agents', title: 'Agents', value: (item) => item.agentIds.join(', ') },
  { id: 'state', title: 'State', value: (item) => item.state },
  { id: 'detail', title: 'What it is', value: (item) => item.detail },
  { id: 'path', title: 'Comes from', value: (item) => item.path },
  { id: 'by', title: 'Decided by', value: (item) => item.decidedBy },
];

/** What came to the agents and nobody has said yes or no to; then what was here already, and what was decided. */
export function ApprovalsPage() {
  const [filters, change] = useFilters();
  const query = useCall('approvals.list', {});
  const all = useMemo(() => query.data ?? [], [query.data]);
  const show = filters['show'] ?? '';
  const waiting = all.filter((item) => isWaiting(item) && !item.before);
  const before = all.filter((item) => isWaiting(item) && item.before);
  const decided = all.filter((item) => !isWaiting(item));
  const decide = useDecide();
  const root = useShortListKeys(show === 'decided' ? decided.length : waiting.length + before.length);
  return (
    <Page
      title="Approvals"
      lead="Servers, skills, plugins and hooks extend what your agents can do. A yes or no holds for exactly what is there; a change asks again."
      actions={
        <>
          <ChoiceMenu
            label="Show"
            value={show}
            choices={[
              { value: '', label: 'Waiting', count: waiting.length + before.length },
              { value: 'decided', label: 'Decided', count: decided.length },
            ]}
            onChange={(next) => {
              change({ show: next });
            }}
          />
          <ExportMenu name="approvals" rows={all} columns={COLUMNS} />
        </>
      }
    >
      <div ref={root}>
        <Answer query={query}>
          {() =>
            show === 'decided' ? (
              decided.length === 0 ? (
                <Empty icon={HandHelping} title="Nothing was decided yet" />
              ) : (
                <QuietItems items={decided} onDecide={decide} />
              )
            ) : waiting.length + before.length === 0 ? (
              <Empty icon={HandHelping} title="Nothing waits for you">
                When a server, skill or hook comes to an agent, or changes, you are asked here.
              </Empty>
            ) : (
              <>
                {waiting.length > 0 && <Items items={waiting} onDecide={decide} />}
                {before.length > 0 && (
                  <Section title="Here before Reeve" aside={<ApproveAll items={before} onDecide={decide} />}>
                    <p className="muted section-lead">
                      These were on this machine when Reeve first looked. There is no hurry: everything works
                      without your answer.
                    </p>
                    <QuietItems items={before} onDecide={decide} from={waiting.length} />
                  </Section>
                )}
              </>
            )
          }
        </Answer>
      </div>
    </Page>
  );
}

/** All of them but those that something serious was found about: these are looked at one by one. */
function ApproveAll({
  items,
  onDecide,
}: {
  readonly items: readonly ApprovalItem[];
  readonly onDecide: Decide;
}) {
  const doubtOf = useDoubt();
  const fine = items.filter((item) => doubtOf(item) === undefined);
  const left = items.length - fine.length;
  if (fine.length < 2) return null;
  return (
    <Confirm
      title={`Approve ${count(fine.length)} things at once?`}
      look="primary"
      explain={() =>
        Promise.resolve(
          `${listed(fine.map(({ name }) => name))}. Reeve stays silent about each until it changes.${
            left === 0
              ? ''
              : ` ${plural(left, 'other')} with open findings ${left === 1 ? 'is' : 'are'} left for you.`
          }`,
        )
      }
      confirm="Approve"
      onConfirm={() => {
        onDecide(fine, 'approve');
        return Promise.resolve();
      }}
      trigger={
        <Button size="small">
          Approve {left === 0 ? `all ${count(fine.length)}` : `${count(fine.length)} without findings`}…
        </Button>
      }
    />
  );
}

const SERIOUS = severityRank('high');

/** The worst open finding about an item, from high on; undefined when there is none. */
function useDoubt(): (item: ApprovalItem) => Finding | undefined {
  const { data: findings } = useCall('findings.list', { status: 'open', limit: 1_000 });
  const { data: servers } = useCall('mcpServers.list', {});
  const { data: assets } = useCall('assets.list', {});
  return useMemo(() => {
    const serious = (findings ?? [])
      .filter(({ severity }) => severityRank(severity) >= SERIOUS)
      .sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
    return (item) => {
      const server = servers?.find(({ id }) => id === item.id);
      if (server !== undefined) return serious.find((finding) => isAboutServer(finding, server));
      const asset = assets?.find(({ id }) => id === item.id);
      return asset === undefined ? undefined : serious.find((finding) => isAboutAsset(finding, asset));
    };
  }, [findings, servers, assets]);
}

function Items({ items, onDecide }: { readonly items: readonly ApprovalItem[]; readonly onDecide: Decide }) {
  return (
    <ul className="stack approvals">
      {items.map((item, index) => (
        <Item key={item.id} item={item} onDecide={onDecide} index={index} />
      ))}
    </ul>
  );
}

/** What waits for nobody: one line each. */
function QuietItems({
  items,
  onDecide,
  from = 0,
}: {
  readonly items: readonly ApprovalItem[];
  readonly onDecide: Decide;
  /** Rows of the page above these. */
  readonly from?: number;
}) {
  return (
    <ul className="card list">
      {items.map((item, index) => (
        <QuietItem key={item.id} item={item} onDecide={onDecide} index={from + index} />
      ))}
    </ul>
  );
}

function QuietItem({
  item,
  onDecide,
  index,
}: {
  readonly item: ApprovalItem;
  readonly onDecide: Decide;
  readonly index: number;
}) {
  const names = useAgentNames();
  const home = useHome();
  const doubt = useDoubt()(item);
  const agents = item.kind === 'agent' ? [] : item.agentIds.map((id) => agentName(id, names));
  return (
    <li className="approval-row" data-index={index}>
      <span className="grow two-lines">
        <span className="approval-name">
          <span className="strong cut">{visible(item.name)}</span>
          <span className="muted small cut">
            {kindOf(item)}
            {agents.length > 0 && ` of ${listed(agents)}`}
          </span>
          {item.state === 'denied' && (
            <span className="badge" data-severity="medium">
              denied
            </span>
          )}
          {item.gone && <span className="badge">not here any more</span>}
        </span>
        <code className="cut" title={item.detail}>
          {tildeText(item.detail === '' ? (item.path ?? '') : item.detail, home)}
        </code>
      </span>
      {doubt !== undefined && (
        <a className="badge badge-link" data-severity={doubt.severity} href={links.finding(doubt.id)}>
          <SeverityShape severity={doubt.severity} size={10} />
          {doubt.title}
        </a>
      )}
      {item.decidedBy !== undefined && item.decidedMs !== undefined && (
        <span className="muted small">
          {item.decidedBy}, <When timeMs={item.decidedMs} />
        </span>
      )}
      <Buttons item={item} onDecide={onDecide} quiet />
    </li>
  );
}

function Item({
  item,
  onDecide,
  index,
}: {
  readonly item: ApprovalItem;
  readonly onDecide: Decide;
  readonly index: number;
}) {
  const names = useAgentNames();
  const home = useHome();
  const agents = item.agentIds.map((id) => agentName(id, names));
  const doubt = useDoubt()(item);
  return (
    <li className="card approval" data-index={index}>
      <div className="grow stack">
        <p className="approval-title">
          {item.agentIds.slice(0, 3).map((id) => (
            <AgentMark key={id} id={id} />
          ))}
          <span className="strong wrap">{approvalSentence(item, agents)}</span>
        </p>
        {doubt !== undefined && (
          <p>
            <a className="badge badge-link" data-severity={doubt.severity} href={links.finding(doubt.id)}>
              <SeverityShape severity={doubt.severity} size={10} />
              {doubt.title}
            </a>
          </p>
        )}
        {item.state === 'changed' &&
        item.decidedDetail !== undefined &&
        item.decidedDetail !== item.detail ? (
          <dl className="before-after-pair">
            <div data-sign="out">
              <dt>{item.decision === 'deny' ? 'Denied was' : 'Approved was'}</dt>
              <dd>
                <code>{tildeText(item.decidedDetail, home)}</code>
              </dd>
            </div>
            <div data-sign="in">
              <dt>Now it is</dt>
              <dd>
                <code>{tildeText(item.detail, home)}</code>
              </dd>
            </div>
          </dl>
        ) : (
          item.detail !== '' && <code className="excerpt wrap">{tildeText(item.detail, home)}</code>
        )}
        {item.state === 'changed' && (item.decidedDetail ?? item.detail) === item.detail && (
          <p className="muted">
            It goes by the same name and place as before, but its content is another one.
          </p>
        )}
        <p className="muted small line">
          {item.path !== undefined && <PathText path={item.path} max={70} />}
          {item.gone && <span>not here any more</span>}
          {item.decidedBy === undefined ? (
            <span>
              <When timeMs={item.changedMs ?? item.firstSeenMs} />
            </span>
          ) : (
            <span>
              decided by {item.decidedBy} {item.decidedMs !== undefined && <When timeMs={item.decidedMs} />}
            </span>
          )}
        </p>
      </div>
      <Buttons item={item} onDecide={onDecide} />
    </li>
  );
}

function Buttons({
  item,
  onDecide,
  quiet = false,
}: {
  readonly item: ApprovalItem;
  readonly onDecide: Decide;
  readonly quiet?: boolean;
}) {
  const small = quiet ? { size: 'small' as const } : {};
  return (
    <div className="line tight approval-buttons">
      {item.state !== 'approved' && (
        <Button
          {...small}
          look={quiet || !isWaiting(item) ? 'plain' : 'primary'}
          aria-label={`Approve ${item.name}`}
          title="It is wanted; Reeve stays silent until it changes"
          onClick={() => {
            onDecide([item], 'approve');
          }}
        >
          Approve
        </Button>
      )}
      {item.state !== 'denied' && (
        <Button
          {...small}
          look={quiet ? 'quiet' : 'plain'}
          aria-label={`Deny ${item.name}`}
          title="It is not wanted; the decision is kept, removing it is up to you"
          onClick={() => {
            onDecide([item], 'deny');
          }}
        >
          Deny
        </Button>
      )}
      {!isWaiting(item) && (
        <Button
          {...small}
          look="quiet"
          aria-label={`Ask again about ${item.name}`}
          onClick={() => {
            onDecide([item], 'reset');
          }}
        >
          Ask again
        </Button>
      )}
    </div>
  );
}
