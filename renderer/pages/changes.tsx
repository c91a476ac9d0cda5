import { History, SearchX } from 'lucide-react';
import { useMemo } from 'react';
import type { ApprovalItem } from '../../collector/contract/approval.ts';
import type { InventoryChange } from '../../collector/contract/inventory-change.ts';
import { AgentMark } from '../components/agent-mark.tsx';
import { Button } from '../components/button.tsx';
import { ExportMenu } from '../components/export-menu.tsx';
import { Chips, ChoiceMenu, SearchBox } from '../components/filters.tsx';
import type { Column } from '../components/grid.tsx';
import { More } from '../components/more.tsx';
import { Page, Section } from '../components/page.tsx';
import { PathText } from '../components/path-text.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { When } from '../components/when.tsx';
import { useAgentNames, useHome } from '../hooks/machine.tsx';
import { useCall } from '../hooks/use-call.ts';
import { useDecide } from '../hooks/use-decide.ts';
import { useFilters } from '../hooks/use-filters.ts';
import { useShortListKeys } from '../hooks/use-list-keys.ts';
import { useNow } from '../hooks/use-now.ts';
import { links } from '../links.ts';
import { isWaiting } from '../words/approval.ts';
import {
  CHANGE_LOOKS,
  changedFields,
  changeSubject,
  dayName,
  kindOfChange,
  nameOfChange,
} from '../words/change.ts';
import { agentName } from '../words/names.ts';
import { count, plural } from '../words/number.ts';
import { tildeText } from '../words/path.ts';

const LIMIT = 2_000;
/** Rows that are drawn; the filters and the export reach the others. */
const FIRST = 200;

const COLUMNS: readonly Column<InventoryChange>[] = [
  { id: 'time', title: 'Time', value: (change) => new Date(change.timeMs).toISOString() },
  { id: 'change', title: 'What', value: (change) => change.change },
  { id: 'kind', title: 'Kind', value: (change) => change.kind },
  { id: 'name', title: 'Name', value: (change) => change.name },
  { id: 'path', title: 'Place', value: (change) => change.path },
  { id: 'fields', title: 'Different', value: (change) => change.fields.map(({ field }) => field).join(', ') },
  { id: 'by', title: 'By', value: (change) => change.by?.agentId },
  { id: 'session', title: 'Session', value: (change) => change.by?.sessionId },
];

/** What came to this machine, changed on it and went, since Reeve knows it: which, when, and by whom where that is known. */
export function ChangesPage() {
  const [filters, change] = useFilters();
  const query = useCall('inventory.changes', { limit: LIMIT });
  const all = useMemo(() => query.data ?? [], [query.data]);
  const rows = useMemo(() => all.filter((one) => fits(one, filters)), [all, filters]);
  const now = useNow();
  const days = useMemo(() => byDay(rows.slice(0, FIRST), now), [rows, now]);
  const chosen = filters['change']?.split(',') ?? [];
  const kinds = [...new Set(all.map(({ kind }) => kind))];
  const root = useShortListKeys(Math.min(rows.length, FIRST));
  return (
    <Page
      title="Changes"
      lead="Agents, servers, skills, hooks, credentials and models that came to this machine, changed or went since Reeve knows it."
      actions={<ExportMenu name="changes" rows={rows} columns={COLUMNS} />}
    >
      {all.length > 0 && (
        <div className="toolbar">
          <SearchBox
            label="Find in changes"
            value={filters['q'] ?? ''}
            onChange={(q) => {
              change({ q });
            }}
          />
          <Chips
            label="What happened"
            value={chosen}
            choices={(['added', 'changed', 'gone', 'back'] as const)
              .map((value) => ({
                value,
                label: CHANGE_LOOKS[value].chip,
                count: all.filter((one) => one.change === value).length,
              }))
              .filter(({ value, count: n }) => n > 0 || chosen.includes(value))}
            onChange={(value) => {
              change({ change: value.join(',') });
            }}
          />
          <div className="end">
            <ChoiceMenu
              label="Kind"
              value={filters['kind'] ?? ''}
              choices={[
                { value: '', label: 'Everything' },
                ...kinds.map((kind) => ({ value: kind, label: kindOfChange(kind) })),
              ]}
              onChange={(kind) => {
                change({ kind });
              }}
            />
          </div>
        </div>
      )}
      <div ref={root}>
        <Answer query={query}>
          {() =>
            all.length === 0 ? (
              <Empty icon={History} title="Nothing changed yet">
                What was here when Reeve first looked is in Agents and in MCP &amp; credentials. What comes,
                changes or goes from now on stands here, with who did it where that is known.
              </Empty>
            ) : rows.length === 0 ? (
              <Empty icon={SearchX} title="No change has all of this">
                Take a filter away to see more.
              </Empty>
            ) : (
              <>
                {days.map((day) => (
                  <Section key={day.name} title={day.name} aside={plural(day.rows.length, 'change')}>
                    <ul className="card list">
                      {day.rows.map(({ row, index }) => (
                        <Row key={row.seq} row={row} index={index} />
                      ))}
                    </ul>
                  </Section>
                ))}
                {rows.length > FIRST && (
                  <p className="muted small section-lead">
                    {count(rows.length - FIRST)} older ones are in the export, and found by the filters.
                  </p>
                )}
              </>
            )
          }
        </Answer>
      </div>
    </Page>
  );
}

function Row({ row, index }: { readonly row: InventoryChange; readonly index: number }) {
  const look = CHANGE_LOOKS[row.change];
  const { data: assets } = useCall('assets.list', {});
  const kind = changeSubject(row, assets ?? []);
  const href = linkOfChange(row);
  const fields = changedFields(row);
  return (
    <li className="change-row" data-index={index}>
      <span className="badge change-badge" data-severity={look.severity}>
        {look.words}
      </span>
      <div className="grow">
        <p className="wrap">
          {href === undefined ? (
            <span className="strong">{nameOfChange(row)}</span>
          ) : (
            <a className="row-link strong" href={href}>
              {nameOfChange(row)}
            </a>
          )}{' '}
          <span className="muted">{kind}</span>
        </p>
        {row.path !== undefined && (
          <p>
            <PathText path={row.path} max={64} />
          </p>
        )}
        <By row={row} />
        {fields.length > 0 && (
          <More title={<span className="small">{`What is different: ${listOf(fields)}`}</span>}>
            <Fields fields={fields} />
          </More>
        )}
      </div>
      <Decide row={row} />
      <span className="muted small row-when">
        <When timeMs={row.timeMs} />
      </span>
    </li>
  );
}

function listOf(fields: ReturnType<typeof changedFields>): string {
  const names = fields.slice(0, 3).map(({ label }) => label.toLowerCase());
  return fields.length > 3 ? `${names.join(', ')} and ${fields.length - 3} more` : names.join(', ');
}

function Fields({ fields }: { readonly fields: ReturnType<typeof changedFields> }) {
  const home = useHome();
  return (
    <div className="before-after">
      {fields.map(({ field, label, before, after }) => (
        <div key={field}>
          <p className="muted small">{label}</p>
          <dl>
            {before !== undefined && (
              <div data-sign="out">
                <dt>Before</dt>
                <dd>
                  <code>{tildeText(before, home)}</code>
                </dd>
              </div>
            )}
            {after !== undefined && (
              <div data-sign="in">
                <dt>{before === undefined ? 'New' : 'Now'}</dt>
                <dd>
                  <code>{tildeText(after, home)}</code>
                </dd>
              </div>
            )}
          </dl>
        </div>
      ))}
    </div>
  );
}

/** Who did it, as sure as the logs are. */
function By({ row }: { readonly row: InventoryChange }) {
  const names = useAgentNames();
  const { by } = row;
  if (by === undefined) return null;
  return (
    <p className="line tight muted small">
      <AgentMark id={by.agentId} />
      <span className="wrap">
        {by.confidence === 'high' ? 'by' : 'probably by'} {agentName(by.agentId, names)}, with{' '}
        <a href={links.event(by.sessionId, by.eventId)}>{by.tool}</a>
      </span>
    </p>
  );
}

/** Yes or no to what came or changed, where somebody still has to say it. */
function Decide({ row }: { readonly row: InventoryChange }) {
  const { data } = useCall('approvals.list', {});
  const decide = useDecide();
  if (row.change === 'gone') return null;
  const item = data?.find(({ id }) => id === row.id || id === `agent:${row.id}`);
  if (item === undefined) return null;
  if (!isWaiting(item)) return <Decided item={item} />;
  return (
    <span className="line tight">
      <Button
        size="small"
        aria-label={`Approve ${item.name}`}
        title="It is wanted; Reeve stays silent until it changes"
        onClick={() => {
          decide([item], 'approve');
        }}
      >
        Approve
      </Button>
      <Button
        size="small"
        look="quiet"
        aria-label={`Deny ${item.name}`}
        title="It is not wanted; the decision is kept, removing it is up to you"
        onClick={() => {
          decide([item], 'deny');
        }}
      >
        Deny
      </Button>
    </span>
  );
}

function Decided({ item }: { readonly item: ApprovalItem }) {
  return (
    <span className="badge" data-severity={item.state === 'denied' ? 'medium' : undefined}>
      {item.state}
    </span>
  );
}

interface Day {
  readonly name: string;
  readonly rows: readonly { readonly row: InventoryChange; readonly index: number }[];
}

function byDay(rows: readonly InventoryChange[], nowMs: number): readonly Day[] {
  const days = new Map<string, { row: InventoryChange; index: number }[]>();
  for (const [index, row] of rows.entries()) {
    const name = dayName(row.timeMs, nowMs);
    const day = days.get(name);
    if (day === undefined) days.set(name, [{ row, index }]);
    else day.push({ row, index });
  }
  return [...days].map(([name, list]) => ({ name, rows: list }));
}

function fits(row: InventoryChange, filters: Readonly<Record<string, string | undefined>>): boolean {
  const { q, change, kind } = filters;
  if (change !== undefined && !change.split(',').includes(row.change)) return false;
  if (kind !== undefined && row.kind !== kind) return false;
  if (q === undefined) return true;
  const text = `${row.name} ${row.path ?? ''} ${row.by?.agentId ?? ''}`.toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Where it is shown. What is gone has a page as well, which says so and may put it back. */
function linkOfChange({ kind, id }: InventoryChange): string | undefined {
  switch (kind) {
    case 'agent':
      return links.agent(id);
    case 'mcp-server':
      return links.server(id);
    case 'credential':
      return links.credential(id);
    case 'asset':
      return links.asset(id);
    case 'model':
      return undefined;
  }
}
