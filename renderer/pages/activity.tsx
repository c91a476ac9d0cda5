import { Activity, BadgeCheck, CircleAlert, SearchX, Undo2 } from 'lucide-react';
import { useMemo } from 'react';
import type { AuditRecord } from '../../collector/contract/action.ts';
import { Button } from '../components/button.tsx';
import { Copies } from '../components/copies.tsx';
import { CopyJson } from '../components/copy.tsx';
import { ExportMenu } from '../components/export-menu.tsx';
import { SearchBox } from '../components/filters.tsx';
import type { Column } from '../components/grid.tsx';
import { More } from '../components/more.tsx';
import { Facts, Page } from '../components/page.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { When } from '../components/when.tsx';
import { useHome } from '../hooks/machine.tsx';
import { useCall } from '../hooks/use-call.ts';
import { useFilters } from '../hooks/use-filters.ts';
import { useUndo } from '../hooks/use-undo.ts';
import { auditWords, RESULT_LOOKS, VIA_WORDS } from '../words/audit.ts';
import { count, plural } from '../words/number.ts';
import { tildeText } from '../words/path.ts';
import { exactTime } from '../words/time.ts';

const LIMIT = 10_000;
const FIRST = 300;

/** Older ones are taken back from the command line. */
const UNDOABLE = 200;

const COLUMNS: readonly Column<AuditRecord>[] = [
  { id: 'seq', title: 'Number', value: (record) => record.seq },
  { id: 'time', title: 'Time', value: (record) => new Date(record.timeMs).toISOString() },
  { id: 'who', title: 'Who', value: (record) => record.actor.user },
  { id: 'via', title: 'By', value: (record) => record.actor.via },
  { id: 'action', title: 'Action', value: (record) => record.action },
  { id: 'target', title: 'Target', value: (record) => auditWords(record).target },
  { id: 'result', title: 'Result', value: (record) => record.result.status },
  { id: 'detail', title: 'Detail', value: (record) => record.result.detail },
  { id: 'reason', title: 'Reason', value: (record) => record.reason },
  { id: 'hash', title: 'Hash', value: (record) => record.hash },
];

/** Everything Reeve itself did and who asked for it; each row fixes all rows before it. */
export function ActivityPage() {
  const [filters, change] = useFilters();
  const query = useCall('audit.list', { limit: LIMIT });
  const { data: undoables } = useCall('actions.undoable', { limit: UNDOABLE });
  const undoable = useMemo(
    () => new Map(undoables?.map(({ auditSeq, undo }) => [auditSeq, undo])),
    [undoables],
  );
  const words = (filters['q'] ?? '').toLowerCase();
  const rows = useMemo(
    () =>
      (query.data ?? [])
        .filter((record) => JSON.stringify(record).toLowerCase().includes(words))
        .sort((a, b) => b.seq - a.seq),
    [query.data, words],
  );
  return (
    <Page
      title="Activity"
      lead="What Reeve itself did on this machine, and who asked for it."
      actions={
        <>
          <Chain />
          <ExportMenu name="activity" rows={rows} columns={COLUMNS} />
        </>
      }
    >
      {(query.data?.length ?? 0) > 0 && (
        <div className="toolbar">
          <SearchBox
            label="Find in activity"
            value={filters['q'] ?? ''}
            onChange={(q) => {
              change({ q });
            }}
          />
        </div>
      )}
      <Answer query={query}>
        {() =>
          rows.length === 0 && words !== '' ? (
            <Empty icon={SearchX} title="Nothing of this is in the activity">
              Search for something else to see more.
            </Empty>
          ) : rows.length === 0 ? (
            <Empty icon={Activity} title="Reeve has done nothing yet">
              It only watches until somebody asks it to act. Every pause, kill and decision is listed here
              then.
            </Empty>
          ) : (
            <>
              <ol className="card list activity">
                {rows.slice(0, FIRST).map((record) => (
                  <Row key={record.seq} record={record} undo={undoable.get(record.seq)} />
                ))}
              </ol>
              {rows.length > FIRST && (
                <p className="muted small section-lead">
                  {plural(rows.length - FIRST, 'older row')} are in the export.
                </p>
              )}
            </>
          )
        }
      </Answer>
      <Copies />
    </Page>
  );
}

/** Whether the rows are what they were when they were written. */
function Chain() {
  const { data } = useCall('audit.verify', {});
  // Nothing to verify is nothing to be proud of.
  if (data === undefined || (data.ok && data.rows === 0)) return null;
  return data.ok ? (
    <span
      className="badge chain"
      data-severity="ok"
      title={
        data.head === undefined ? undefined : `Each row holds the hash of the one before. Last: ${data.head}`
      }
    >
      <BadgeCheck size={14} aria-hidden />
      {plural(data.rows, 'row')} verified
    </span>
  ) : (
    <span className="badge chain" data-severity="critical" title={data.broken?.reason}>
      <CircleAlert size={14} aria-hidden />
      Broken at row {data.broken?.seq}
    </span>
  );
}

function Row({
  record,
  undo: effect,
}: {
  readonly record: AuditRecord;
  /** What taking it back would do; undefined where that cannot be. */
  readonly undo: string | undefined;
}) {
  const { undo, isPending } = useUndo();
  const { who, verb, after, target, kind } = auditWords(record);
  const home = useHome();
  const result = RESULT_LOOKS[record.result.status];
  return (
    <li className="activity-row">
      <div className="grow">
        <p className="wrap">
          <span className="strong">{who}</span> {verb} {kind ?? <code>{tildeText(target, home)}</code>}{' '}
          {after}
          {record.reason !== undefined && <span className="muted"> because: {record.reason}</span>}
        </p>
        <p className="muted small wrap">{tildeText(record.result.detail, home)}</p>
        <More title={<span className="small">Details</span>}>
          <Facts
            items={[
              ['Number', count(record.seq)],
              ['Time', exactTime(record.timeMs)],
              ['Asked by', `${record.actor.user}, ${VIA_WORDS[record.actor.via]}`],
              [
                'Processes',
                record.result.processes.length === 0 ? undefined : count(record.result.processes.length),
              ],
              ['Hash', <code key="h">{record.hash}</code>],
            ]}
          />
          <CopyJson value={record} />
        </More>
      </div>
      {effect !== undefined && (
        <Button
          size="small"
          look="quiet"
          icon={Undo2}
          disabled={isPending}
          title={effect}
          onClick={() => {
            undo(record.seq);
          }}
        >
          Undo
        </Button>
      )}
      {record.result.status !== 'done' && (
        <span className="badge" data-severity={result.severity}>
          {result.words}
        </span>
      )}
      <span className="muted small">
        <When timeMs={record.timeMs} />
      </span>
    </li>
  );
}
