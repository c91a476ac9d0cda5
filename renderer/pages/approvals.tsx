import { HandHelping } from 'lucide-react';
import { useMemo } from 'react';
import type { ApprovalItem } from '../../collector/contract/approval.ts';
import { Item, QuietItem } from '../approvals/item.tsx';
import { Button } from '../components/button.tsx';
import { Confirm } from '../components/confirm.tsx';
import { ExportMenu } from '../components/export-menu.tsx';
import { ChoiceMenu } from '../components/filters.tsx';
import type { Column } from '../components/grid.tsx';
import { Page, Section } from '../components/page.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { useCall } from '../hooks/use-call.ts';
import { type Decide, useDecide } from '../hooks/use-decide.ts';
import { useDoubt } from '../hooks/use-doubt.ts';
import { useShortListKeys } from '../hooks/use-list-keys.ts';
import { useFilters } from '../hooks/use-filters.ts';
import { isWaiting, listed } from '../words/approval.ts';
import { count, plural } from '../words/number.ts';

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
