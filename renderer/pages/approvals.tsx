import { HandHelping } from 'lucide-react';
import { useMemo } from 'react';
import type { ApprovalItem } from '../../collector/contract/approval.ts';
import { AgentMark } from '../components/agent-mark.tsx';
import { Button } from '../components/button.tsx';
import { ExportMenu } from '../components/export-menu.tsx';
import { ChoiceMenu } from '../components/filters.tsx';
import type { Column } from '../components/grid.tsx';
import { Page, Section } from '../components/page.tsx';
import { PathText } from '../components/path-text.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { say } from '../components/toast.tsx';
import { When } from '../components/when.tsx';
import { useAgentNames, useHome } from '../hooks/machine.tsx';
import { useCall, useChange } from '../hooks/use-call.ts';
import { useFilters } from '../hooks/use-filters.ts';
import { agentName } from '../words/names.ts';
import { tildeText } from '../words/path.ts';
import { approvalSentence, decisionSummary } from '../words/approval.ts';
import { plural } from '../words/number.ts';

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
  const waiting = all.filter((item) => isOpen(item) && !item.before);
  const before = all.filter((item) => isOpen(item) && item.before);
  const decided = all.filter((item) => !isOpen(item));
  const decide = useDecide();
  return (
    <Page
      title="Approvals"
      lead="New servers, skills, plugins and hooks extend what your agents can do. A decision holds for exactly what was there; a change asks again."
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
                <Section
                  title="Here before Reeve"
                  aside={
                    <Button
                      size="small"
                      onClick={() => {
                        decide(before, 'approve');
                      }}
                    >
                      Approve all {before.length}
                    </Button>
                  }
                >
                  <p className="muted section-lead">
                    These were on this machine when Reeve first looked. There is no hurry.
                  </p>
                  <QuietItems items={before} onDecide={decide} />
                </Section>
              )}
            </>
          )
        }
      </Answer>
    </Page>
  );
}

function isOpen(item: ApprovalItem): boolean {
  return item.state === 'new' || item.state === 'changed';
}

type Decide = (items: readonly ApprovalItem[], decision: 'approve' | 'deny' | 'reset') => void;

/** Sends what was seen along, so that nothing that changed meanwhile is approved unseen. */
function useDecide(): Decide {
  const change = useChange('approvals.decide', [
    'approvals.list',
    'overview.get',
    'audit.list',
    'findings.list',
  ]);
  return (items, decision) => {
    change.mutate(
      {
        ids: items.map((item) => item.id),
        decision,
        sha256: Object.fromEntries(
          items.flatMap(({ id, sha256 }) => (sha256 === undefined ? [] : [[id, sha256]])),
        ),
      },
      {
        onSuccess: ({ decided, skipped }) => {
          const [first] = skipped;
          say(
            decisionSummary(decision, decided.length),
            first === undefined ? undefined : `${plural(skipped.length, 'item')} left alone: ${first.reason}`,
            first === undefined ? 'ok' : 'info',
          );
        },
        onError: (error) => {
          say('This could not be done', error.message, 'critical');
        },
      },
    );
  };
}

function Items({ items, onDecide }: { readonly items: readonly ApprovalItem[]; readonly onDecide: Decide }) {
  return (
    <ul className="stack approvals">
      {items.map((item) => (
        <Item key={item.id} item={item} onDecide={onDecide} />
      ))}
    </ul>
  );
}

/** What waits for nobody: one line each. */
function QuietItems({
  items,
  onDecide,
}: {
  readonly items: readonly ApprovalItem[];
  readonly onDecide: Decide;
}) {
  const names = useAgentNames();
  const home = useHome();
  return (
    <ul className="card list">
      {items.map((item) => (
        <li key={item.id} className="approval-row">
          <span className="grow two-lines">
            <span className="cut">
              {approvalSentence(
                item,
                item.agentIds.map((id) => agentName(id, names)),
              )}
              {item.state === 'approved' && (
                <span className="badge" data-severity="ok">
                  approved
                </span>
              )}
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
          {item.decidedBy !== undefined && item.decidedMs !== undefined && (
            <span className="muted small">
              {item.decidedBy}, <When timeMs={item.decidedMs} />
            </span>
          )}
          <Buttons item={item} onDecide={onDecide} quiet />
        </li>
      ))}
    </ul>
  );
}

function Item({ item, onDecide }: { readonly item: ApprovalItem; readonly onDecide: Decide }) {
  const names = useAgentNames();
  const home = useHome();
  const agents = item.agentIds.map((id) => agentName(id, names));
  return (
    <li className="card approval">
      <div className="grow stack">
        <p className="approval-title">
          {item.agentIds.slice(0, 3).map((id) => (
            <AgentMark key={id} id={id} />
          ))}
          <span className="strong wrap">{approvalSentence(item, agents)}</span>
        </p>
        {item.detail !== '' && <code className="excerpt wrap">{tildeText(item.detail, home)}</code>}
        <p className="muted small line">
          {item.path !== undefined && <PathText path={item.path} max={70} />}
          {item.state === 'changed' && <span>changed since it was decided</span>}
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
          look={quiet || !isOpen(item) ? 'plain' : 'primary'}
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
          aria-label={`Deny ${item.name}`}
          title="It is not wanted; the decision is kept, removing it is up to you"
          onClick={() => {
            onDecide([item], 'deny');
          }}
        >
          Deny
        </Button>
      )}
      {!isOpen(item) && (
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
