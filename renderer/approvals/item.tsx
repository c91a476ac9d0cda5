import type { ApprovalItem } from '../../collector/contract/approval.ts';
import type { Finding } from '../../collector/contract/finding.ts';
import { AgentMark } from '../components/agent-mark.tsx';
import { Button } from '../components/button.tsx';
import { PathText } from '../components/path-text.tsx';
import { SeverityShape } from '../components/severity.tsx';
import { When } from '../components/when.tsx';
import { useAgentNames, useHome } from '../hooks/machine.tsx';
import type { Decide } from '../hooks/use-decide.ts';
import { useDoubt } from '../hooks/use-doubt.ts';
import { links } from '../links.ts';
import { approvalSentence, isWaiting, kindOf, listed } from '../words/approval.ts';
import { agentName } from '../words/names.ts';
import { tildeText } from '../words/path.ts';
import { visible } from '../words/visible.ts';

/** An item in one line. */
export function QuietItem({
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
      {doubt !== undefined && <DoubtLink finding={doubt} />}
      {item.decidedBy !== undefined && item.decidedMs !== undefined && (
        <span className="muted small">
          {item.decidedBy}, <When timeMs={item.decidedMs} />
        </span>
      )}
      <Buttons item={item} onDecide={onDecide} quiet />
    </li>
  );
}

/** An item that waits for an answer, with what it was and what it is now. */
export function Item({
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
            <DoubtLink finding={doubt} />
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

/** The worst that was found about it. */
function DoubtLink({ finding }: { readonly finding: Finding }) {
  return (
    <a className="badge badge-link" data-severity={finding.severity} href={links.finding(finding.id)}>
      <SeverityShape severity={finding.severity} size={10} />
      {finding.title}
    </a>
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
