import { Outlet, useParams } from '@tanstack/react-router';
import { Lock, Send, ShieldCheck } from 'lucide-react';
import { useMemo } from 'react';
import type { SentRecord, SentStats } from '../../collector/contract/sent.ts';
import { ExportMenu } from '../components/export-menu.tsx';
import { type Column, Grid } from '../components/grid.tsx';
import { Page, Section } from '../components/page.tsx';
import { SentExample } from '../components/sent-example.tsx';
import { Answer, Empty } from '../components/states.tsx';
import { When } from '../components/when.tsx';
import { useCall } from '../hooks/use-call.ts';
import { links } from '../links.ts';
import { bytes, count, plural } from '../words/number.ts';
import { MODE_WORDS, sendingSentence } from '../words/sending.ts';

const STATUS_LOOKS: Readonly<Record<string, string>> = {
  accepted: 'ok',
  rejected: 'high',
  failed: 'medium',
};

const COLUMNS: readonly Column<SentRecord>[] = [
  {
    id: 'name',
    title: 'Record',
    value: (record) => record.name,
    show: (record) => <code>{record.name}</code>,
    narrow: 'main',
  },
  { id: 'mode', title: 'Mode', value: (record) => record.mode, width: 110 },
  {
    id: 'status',
    title: 'Receiver',
    value: (record) => record.status,
    show: (record) => (
      <span className="badge" data-severity={STATUS_LOOKS[record.status]} title={record.reason}>
        {record.status}
      </span>
    ),
    width: 120,
  },
  {
    id: 'bytes',
    title: 'Size',
    value: (record) => record.bytes,
    show: (record) => bytes(record.bytes),
    align: 'right',
    width: 100,
  },
  {
    id: 'time',
    title: 'Sent',
    value: (record) => record.timeMs,
    show: (record) => <When timeMs={record.timeMs} />,
    align: 'right',
    width: 116,
  },
];

/** What leaves this machine: exactly, and what each mode would send. */
export function SentPage() {
  const { id } = useParams({ strict: false });
  const stats = useCall('sent.stats', {});
  const list = useCall('sent.list', { limit: 1_000 });
  const rows = useMemo(() => list.data ?? [], [list.data]);
  return (
    <Page
      title="What we send"
      lead="Everything that leaves this machine stands here, exactly as it left. Nothing else does."
      actions={<ExportMenu name="sent" rows={rows} columns={COLUMNS} />}
    >
      <Answer query={stats} lines={4}>
        {(data) => <State stats={data} />}
      </Answer>
      <SentExample />
      <Section title="Latest records" aside={stats.data === undefined ? undefined : kept(stats.data)}>
        <Answer query={list}>
          {() => (
            <Grid
              label="Latest records"
              rows={rows}
              columns={COLUMNS}
              rowId={(record) => String(record.id)}
              href={(record) => links.sentRecord(record.id)}
              activeId={id}
              empty={
                <Empty icon={Send} title="Nothing was sent">
                  {stats.data?.on === true
                    ? 'The first records appear here when they leave.'
                    : 'No receiver is set.'}
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

function kept(stats: SentStats): string {
  return `the latest ${count(stats.kept.maxRecords)} are kept to be shown`;
}

function State({ stats }: { readonly stats: SentStats }) {
  const dropped = Object.entries(stats.dropped).filter(([, n]) => n > 0);
  return (
    <>
      <div className="state" data-severity={stats.on ? (stats.failing === undefined ? 'low' : 'high') : 'ok'}>
        <div className="state-mark" aria-hidden>
          {stats.on ? <Send size={20} /> : <ShieldCheck size={22} />}
        </div>
        <div className="grow">
          <p className="state-title">{sendingSentence(stats)}</p>
          <p className="muted">
            {stats.on
              ? MODE_WORDS[stats.mode].what
              : 'No receiver is set, so Reeve opens no connection at all.'}
          </p>
          {stats.failing !== undefined && <p className="wrap">{stats.failing}</p>}
        </div>
      </div>
      {stats.on && (
        <dl className="fact-line">
          <Fact name="Mode" value={MODE_WORDS[stats.mode].name} />
          <Fact name="Goes to" value={<code>{stats.endpoint}</code>} />
          <Fact
            name="Last contact"
            value={stats.lastSuccessMs === undefined ? 'never' : <When timeMs={stats.lastSuccessMs} />}
          />
          <Fact
            name="Today"
            value={`${bytes(stats.today.wireBytes)} in ${plural(stats.today.records, 'record')}`}
          />
          <Fact
            name="Ever"
            value={`${bytes(stats.ever.wireBytes)} in ${plural(stats.ever.records, 'record')}`}
          />
          <Fact
            name="Waiting"
            value={`${plural(stats.queued.rows, 'record')}, ${bytes(stats.queued.bytes)}`}
          />
          {dropped.length > 0 && (
            <Fact name="Given up" value={dropped.map(([reason, n]) => `${count(n)} ${reason}`).join(', ')} />
          )}
        </dl>
      )}
      <Locked />
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** What the company set, and what the person may change. */
function Locked() {
  const { data } = useCall('settings.get', {});
  const mode = data?.settings.find((setting) => setting.key === 'reporting.mode');
  if (mode === undefined) return null;
  return (
    <p className="muted small line">
      {mode.locked ? (
        <>
          <Lock size={13} aria-hidden /> Your company set the mode
          {mode.setBy === undefined ? '' : ` in ${mode.setBy}`}.
        </>
      ) : (
        <>
          You decide what is sent. <a href={links.settings()}>Change it in Settings</a>
        </>
      )}
    </p>
  );
}
