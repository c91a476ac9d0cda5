import { CircleCheck, KeyRound } from 'lucide-react';
import { useState } from 'react';
import type {
  AgentPrivileges,
  GrantUse,
  PrivilegeEdit,
  PrivilegePatch,
  Privileges,
} from '../../collector/contract/privileges.ts';
import { AgentLabel } from '../components/agent-mark.tsx';
import { Button } from '../components/button.tsx';
import { Confirm } from '../components/confirm.tsx';
import { CopyButton } from '../components/copy.tsx';
import { Diff } from '../components/diff.tsx';
import { ChoiceMenu } from '../components/filters.tsx';
import { More } from '../components/more.tsx';
import { Page } from '../components/page.tsx';
import { PathText } from '../components/path-text.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { say } from '../components/toast.tsx';
import { When } from '../components/when.tsx';
import { useAgentNames } from '../hooks/machine.tsx';
import { useCall, useChange } from '../hooks/use-call.ts';
import { useFilters } from '../hooks/use-filters.ts';
import { FILE_METHODS, useUndo } from '../hooks/use-undo.ts';
import { links } from '../links.ts';
import { agentName, modeWords } from '../words/names.ts';
import { compact, count, plural } from '../words/number.ts';

const DAY_MS = 86_400_000;

const VERDICTS = {
  used: { words: 'used', severity: 'ok' },
  unused: { words: 'not used', severity: 'informational' },
  wider: { words: 'wider than needed', severity: 'medium' },
  unknown: { words: 'not understood', severity: 'informational' },
} as const;

/** What agents may do beside what they did, and the smaller settings that would have been enough. */
export function PrivilegesPage() {
  const [filters, change] = useFilters();
  const names = useAgentNames();
  const query = useCall('privileges.get', {});
  const chosen = filters['agent'] ?? '';
  const [applied, setApplied] = useState<Applied>();
  const { undo, isPending } = useUndo();
  return (
    <Page
      title="Privileges"
      wide="lists"
      lead="What each agent may do without asking, beside what it did. What it never used, it does not need."
      actions={
        <ChoiceMenu
          label="Agent"
          value={chosen}
          choices={[
            { value: '', label: 'All agents' },
            ...(query.data?.agents ?? []).map(({ agentId }) => ({
              value: agentId,
              label: agentName(agentId, names),
            })),
          ]}
          onChange={(agent) => {
            change({ agent });
          }}
        />
      }
    >
      {applied !== undefined && (
        <div className="notice-bar" data-severity="ok" role="status">
          <CircleCheck size={16} aria-hidden />
          <div>
            <p className="strong">
              Changed <PathText path={applied.path} max={60} />
            </p>
            <p className="muted">
              The agent uses it from its next start. It can also be taken back later, in the activity.
            </p>
          </div>
          <Button
            disabled={isPending}
            onClick={() => {
              setApplied(undefined);
              undo(applied.auditSeq);
            }}
          >
            Undo
          </Button>
        </div>
      )}
      <Answer query={query}>
        {(data) => {
          const agents = data.agents.filter((agent) => chosen === '' || agent.agentId === chosen);
          return agents.length === 0 ? (
            <Empty icon={KeyRound} title="Nothing to compare yet">
              When an agent was at work, what it may do and what it did stand here side by side.
            </Empty>
          ) : (
            <>
              {agents.map((agent) => (
                <OneAgent key={agent.agentId} agent={agent} data={data} onApplied={setApplied} />
              ))}
              <p className="muted small section">
                This rests on {plural(data.toolCalls, 'call')} of the last{' '}
                {plural(Math.round((data.untilMs - data.sinceMs) / DAY_MS), 'day')}.
                {data.truncated && ' There were more.'}
              </p>
            </>
          );
        }}
      </Answer>
    </Page>
  );
}

/** A change that was made just now. */
interface Applied {
  readonly path: string;
  readonly auditSeq: number;
}

function OneAgent({
  agent,
  data,
  onApplied,
}: {
  readonly agent: AgentPrivileges;
  readonly data: Privileges;
  readonly onApplied: (applied: Applied) => void;
}) {
  const servers = data.servers.filter((server) => server.agentIds.includes(agent.agentId));
  const patches = data.patches.filter((patch) => patch.agentId === agent.agentId);
  return (
    <section className="section privileges">
      <div className="section-head">
        <h2>
          <AgentLabel id={agent.agentId} />
        </h2>
        <div className="aside">
          {agent.permissionMode === undefined ? '' : `${modeWords(agent.permissionMode)} · `}
          {plural(agent.toolCalls, 'call')}
        </div>
      </div>
      <div className="two-columns">
        <div className="card card-body">
          <h3>What it may do without asking</h3>
          {agent.grants.length === 0 && servers.every((server) => server.autoApproved.length === 0) ? (
            <p className="muted">Nothing is granted in its settings.</p>
          ) : (
            <ul className="plain-list">
              {agent.grants.map((use) => (
                <Grant key={use.grant.id} use={use} />
              ))}
              {servers.map((server) =>
                server.autoApproved.map((tool) => (
                  <li
                    key={`${server.id}${tool}`}
                    className="line"
                    data-unused={server.unusedAutoApproved.includes(tool) ? '' : undefined}
                  >
                    <span className="grow wrap">
                      <code>{tool === '*' ? 'every tool' : tool}</code> of{' '}
                      <a href={links.server(server.id)}>{server.name}</a>
                    </span>
                    <span className="muted small">
                      {server.unusedAutoApproved.includes(tool) ? 'not used' : 'used'}
                    </span>
                  </li>
                )),
              )}
            </ul>
          )}
        </div>
        <div className="card card-body">
          <h3>What it did</h3>
          {agent.tools.length === 0 && servers.length === 0 ? (
            <p className="muted">Nothing in this time.</p>
          ) : (
            <ul className="plain-list">
              {agent.tools
                // Those of servers are counted with the servers below.
                .filter(({ name }) => !name.startsWith('mcp__'))
                .slice(0, 12)
                .map((tool) => (
                  <li key={tool.name} className="line">
                    <code className="grow cut">{tool.name}</code>
                    <span className="num">{compact(tool.calls)}</span>
                  </li>
                ))}
              {servers.map((server) => (
                <li
                  key={server.id}
                  className="line"
                  data-unused={server.verdict === 'unused' ? '' : undefined}
                >
                  <span className="grow cut">
                    MCP server <a href={links.server(server.id)}>{server.name}</a>
                  </span>
                  <span className="num">
                    {server.verdict === 'off' ? 'off' : server.calls === 0 ? 'never' : compact(server.calls)}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
      {patches.length > 0 && (
        <div className="advice-cards">
          {patches.map((patch) => (
            <Advice key={patch.id ?? patch.changes.join()} patch={patch} onApplied={onApplied} />
          ))}
        </div>
      )}
    </section>
  );
}

function Grant({ use }: { readonly use: GrantUse }) {
  const { words, severity } = VERDICTS[use.verdict];
  return (
    <li data-unused={use.verdict === 'unused' ? '' : undefined}>
      <span className="line">
        <code className="grow wrap" title={`${use.grant.path} ${use.grant.pointer}`}>
          {use.grant.rule}
        </code>
        {use.calls > 0 && <span className="num muted small">{count(use.calls)}×</span>}
        {use.lastUsedMs !== undefined && (
          <span className="muted small">
            <When timeMs={use.lastUsedMs} />
          </span>
        )}
        <span className="badge" data-severity={severity}>
          {words}
        </span>
      </span>
      {use.narrower.length > 0 && (
        <span className="muted small narrower">
          this would have been enough:{' '}
          {use.narrower.map((rule) => (
            <code key={rule} className="code-inline">
              {rule}
            </code>
          ))}
        </span>
      )}
    </li>
  );
}

/** A smaller setting: what it changes in words, then the change itself, made here or taken over by the person. */
function Advice({
  patch,
  onApplied,
}: {
  readonly patch: PrivilegePatch;
  readonly onApplied: (applied: Applied) => void;
}) {
  return (
    <div className="card card-body advice-card">
      <div className="line">
        <h3 className="grow">
          A smaller setting for <PathText path={patch.path} max={60} />
        </h3>
        {patch.diff !== undefined && <CopyButton text={patch.diff} label="Copy the change" />}
        <Apply patch={patch} onApplied={onApplied} />
      </div>
      {patch.edits === undefined || patch.edits.length < patch.changes.length ? (
        <ul className="bullets">
          {patch.changes.map((change) => (
            <li key={change}>{change}</li>
          ))}
        </ul>
      ) : (
        <BeforeAfter edits={patch.edits} />
      )}
      {patch.diff === undefined ? (
        <p className="muted small">
          The file holds secrets near the change, so the change is only told in words.
        </p>
      ) : (
        <More title="The change to the file">
          <Diff text={patch.diff} label={`Change to ${patch.path}`} />
        </More>
      )}
    </div>
  );
}

/** The very text that stands there now, and the text that would: nobody has to read a diff to know what changes. */
function BeforeAfter({ edits }: { readonly edits: readonly PrivilegeEdit[] }) {
  return (
    <ul className="before-after">
      {edits.map((edit) => (
        <li key={edit.before}>
          <p className="muted">
            {edit.kind === 'server'
              ? 'Take out this MCP server.'
              : edit.after.length === 0
                ? 'Take this permission away.'
                : 'Allow less than this.'}{' '}
            {edit.why}
          </p>
          <dl>
            <div data-sign="out">
              <dt>Now</dt>
              <dd>
                <code>{edit.before}</code>
              </dd>
            </div>
            <div data-sign={edit.after.length === 0 ? undefined : 'in'}>
              <dt>Then</dt>
              <dd>
                {edit.after.length === 0 ? (
                  <span className="muted">
                    {edit.kind === 'server' ? 'not set up any more' : 'it asks each time'}
                  </span>
                ) : (
                  edit.after.map((rule) => <code key={rule}>{rule}</code>)
                )}
              </dd>
            </div>
          </dl>
        </li>
      ))}
    </ul>
  );
}

/** Changes the agent's own file after a question; exactly this change of exactly the text that was shown. */
function Apply({
  patch,
  onApplied,
}: {
  readonly patch: PrivilegePatch;
  readonly onApplied: (applied: Applied) => void;
}) {
  const apply = useChange('privileges.apply', FILE_METHODS);
  const { id, sha256, path, changes } = patch;
  if (id === undefined || sha256 === undefined) return null;
  const run = async (): Promise<void> => {
    try {
      const { status, detail, auditSeq } = await apply.mutateAsync({ id, sha256 });
      if (status !== 'done') say('Nothing was changed', detail, 'critical');
      else if (auditSeq !== undefined) onApplied({ path, auditSeq });
    } catch (error) {
      say('Nothing was changed', error instanceof Error ? error.message : undefined, 'critical');
    }
  };
  return (
    <Confirm
      title="Change this file?"
      explain={() => Promise.resolve(`${changes.join(' ')} You can take it back.`)}
      confirm="Change it"
      onConfirm={run}
      trigger={
        <Button size="small" disabled={apply.isPending}>
          Apply…
        </Button>
      }
    />
  );
}
