import { CircleGauge } from 'lucide-react';
import type { BaselineEntry, Dimension } from '../../collector/contract/baseline.ts';
import { AgentLabel } from '../components/agent-mark.tsx';
import { Button } from '../components/button.tsx';
import { Confirm } from '../components/confirm.tsx';
import { HourBand } from '../components/hour-band.tsx';
import { More } from '../components/more.tsx';
import { Page, Section } from '../components/page.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { say } from '../components/toast.tsx';
import { When } from '../components/when.tsx';
import { useHome } from '../hooks/machine.tsx';
import { useCall, useChange } from '../hooks/use-call.ts';
import { count, plural } from '../words/number.ts';
import { baseName, tildeText } from '../words/path.ts';

const DIMENSION_WORDS: Readonly<Record<Dimension, string>> = {
  tool: 'Tools',
  'mcp-server': 'MCP servers',
  'mcp-tool': 'Tools of MCP servers',
  subagent: 'Sub-agents',
  program: 'Programs',
  host: 'Hosts',
  repository: 'Repositories',
  path: 'Kinds of files',
  credential: 'Credentials',
  model: 'Models',
  account: 'Accounts',
  mode: 'Modes',
  sequence: 'What follows what',
};

/** The same for one of them. */
const ONE_WORDS: Readonly<Record<Dimension, string>> = {
  tool: 'tool',
  'mcp-server': 'MCP server',
  'mcp-tool': 'tool of an MCP server',
  subagent: 'sub-agent',
  program: 'program',
  host: 'host',
  repository: 'repository',
  path: 'kind of file',
  credential: 'credential',
  model: 'model',
  account: 'account',
  mode: 'mode',
  sequence: 'order of steps',
};

const SHOWN: readonly Dimension[] = [
  'tool',
  'program',
  'host',
  'path',
  'mcp-server',
  'repository',
  'credential',
  'model',
];

/** What is usual for each agent in each project, so that a person can see what Reeve judges by. */
export function BaselinePage() {
  const query = useCall('baseline.list', {});
  return (
    <Page
      title="Baseline"
      lead="What is normal here, learned from what agents do on this machine. Reeve tells when something is new and rare. None of this leaves the machine."
    >
      <Answer query={query}>
        {(entries) =>
          entries.length === 0 ? (
            <Empty icon={CircleGauge} title="Nothing was learned yet">
              After an agent has worked for some days, what is normal for it stands here.
            </Empty>
          ) : (
            <Entries entries={entries} />
          )
        }
      </Answer>
    </Page>
  );
}

/** What is known well comes first, with all of it; what is still learned says little. */
function Entries({ entries }: { readonly entries: readonly BaselineEntry[] }) {
  const known = entries.filter(({ state }) => state !== 'learning');
  const learning = entries.filter(({ state }) => state === 'learning');
  const list = (some: readonly BaselineEntry[]) =>
    some.map((entry) => (
      <Entry key={`${entry.scope}${entry.agentId}${entry.name}${entry.user}`} entry={entry} />
    ));
  return (
    <>
      {known.length > 0 && <div className="stack baselines">{list(known)}</div>}
      {learning.length > 0 && (
        <Section title="Still learning" aside={plural(learning.length, 'place')}>
          <p className="muted section-lead prose">
            Too little was seen here to tell what is unusual, so nothing is told yet. Everything else Reeve
            looks for is found from the first minute.
          </p>
          <div className="card list">{list(learning)}</div>
        </Section>
      )}
    </>
  );
}

const STATES = {
  learning: { words: 'still learning', severity: 'informational' },
  ready: { words: 'knows what is usual', severity: 'ok' },
  paused: { words: 'paused', severity: 'informational' },
} as const;

function Entry({ entry }: { readonly entry: BaselineEntry }) {
  const { words, severity } = STATES[entry.state];
  const where = entry.scope === 'project' ? baseName(entry.name) : 'all projects';
  const { runs, toolCalls, activeDays, firstMs } = entry.history;
  return (
    <section
      className={entry.state === 'learning' ? 'baseline baseline-row' : 'card baseline'}
      aria-label={`${entry.agentId} in ${where}`}
    >
      <div className="line">
        <AgentLabel id={entry.agentId} />
        <h2 title={entry.name}>in {where}</h2>
        {entry.state !== 'learning' && (
          <span className="badge" data-severity={severity}>
            {words}
          </span>
        )}
        <span className="grow" />
        <EntryActions entry={entry} where={where} />
      </div>
      <p className="muted small">
        {plural(runs, 'session')} with {plural(toolCalls, 'call')} on {plural(activeDays, 'day')}, since{' '}
        <When timeMs={firstMs} />.
      </p>
      {entry.state === 'learning' ? (
        <More title="What was seen so far">
          <Known entry={entry} />
        </More>
      ) : (
        <>
          <div className="baseline-parts">
            <div>
              <h3>Calls per hour of the day</h3>
              <HourBand hours={entry.volume.hours} />
            </div>
            <div>
              <h3>New this week</h3>
              <News items={entry.newThisWeek} />
            </div>
          </div>
          <Known entry={entry} />
        </>
      )}
    </section>
  );
}

function News({ items }: { readonly items: BaselineEntry['newThisWeek'] }) {
  const home = useHome();
  if (items.length === 0) return <p className="muted">Nothing new.</p>;
  return (
    <ul className="plain-list">
      {items.slice(0, 8).map((item) => (
        <li key={`${item.dimension}${item.value}${item.timeMs}`} className="line">
          <code className="grow cut" title={item.value}>
            {tildeText(item.value, home)}
          </code>
          <span className="muted small nowrap">
            {ONE_WORDS[item.dimension]}
            {item.newTo === 'here' && ', known elsewhere'}
          </span>
          <span className="muted small">
            <When timeMs={item.timeMs} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What is used, most used first, by kind. */
function Known({ entry }: { readonly entry: BaselineEntry }) {
  const home = useHome();
  return (
    <div className="dimensions">
      {SHOWN.map((name) => {
        const dimension = entry.dimensions.find((item) => item.dimension === name);
        if (dimension === undefined || dimension.known === 0) return null;
        return (
          <div key={name}>
            <h3>
              {DIMENSION_WORDS[name]} <span className="muted num">{count(dimension.known)}</span>
            </h3>
            <ul className="shares">
              {dimension.top.slice(0, 6).map((share) => (
                <li key={share.value} title={`${share.value}: in ${plural(share.runs, 'session')}`}>
                  <span
                    className="share-bar"
                    style={{ width: `${Math.max(1, share.share * 100).toFixed(1)}%` }}
                  />
                  <code className="cut">{tildeText(share.value, home)}</code>
                  <span className="muted small num">{Math.round(share.share * 100)} %</span>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </div>
  );
}

function EntryActions({ entry, where }: { readonly entry: BaselineEntry; readonly where: string }) {
  const pause = useChange('baseline.pause', ['baseline.list', 'audit.list']);
  const reset = useChange('baseline.reset', ['baseline.list', 'audit.list']);
  const target = { agentId: entry.agentId, ...(entry.scope === 'project' && { project: entry.name }) };
  const paused = entry.state === 'paused';
  return (
    <span className="line tight">
      <Button
        size="small"
        look="quiet"
        disabled={pause.isPending}
        onClick={() => {
          pause.mutate(
            { ...target, paused: !paused },
            {
              onError: (error) => {
                say('This could not be done', error.message, 'critical');
              },
            },
          );
        }}
      >
        {paused ? 'Learn again' : 'Pause learning'}
      </Button>
      <Confirm
        title={`Forget what is usual in ${where}?`}
        explain={() =>
          Promise.resolve(
            `What was learned from ${plural(entry.history.runs, 'session')} is gone for good. Reeve learns anew and tells nothing unusual here for some days.`,
          )
        }
        confirm="Forget"
        onConfirm={async () => {
          try {
            await reset.mutateAsync(target);
            say('Forgotten', 'Learning begins anew.', 'ok');
          } catch (error) {
            say('This could not be done', error instanceof Error ? error.message : undefined, 'critical');
          }
        }}
        trigger={
          <Button size="small" look="quiet">
            Forget…
          </Button>
        }
      />
    </span>
  );
}
