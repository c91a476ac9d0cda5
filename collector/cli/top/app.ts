import { Box, Text, useApp, useInput, useWindowSize } from 'ink';
import { createElement as h, type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { clockTime, cut, plain, plural } from '../words.ts';
import type { Feed, TopAction } from './feed.ts';
import type { TopData } from './model.ts';
import { type Pane, PANES, paneView, type TopRow } from './panes.ts';
import { Table } from './table.ts';

/** Head and tabs; and one line that stays free, as a full screen would scroll. */
const HEAD_LINES = 3;
/** From this height on there is room for the message and the keys too. */
const TALL = 8;
const TICK_MS = 1_000;
const MESSAGE_MS = 6_000;
const MAX_FILTER = 60;

const KEYS = '↑↓ select  tab pane  p pause  r resume  x kill  / filter  ? help  q quit';
const HELP = [
  'up, down, j, k      select a row          page up, page down, g, G   further',
  'tab, shift+tab      next, previous pane   left, right                the same',
  'p                   pause what is selected: the whole tree stops where it is',
  'r                   resume it',
  'x                   kill it, after a question: first asked to end, then made to',
  '/                   show only rows with a text; escape shows all again',
  'q, ctrl+c           quit; the agents go on',
  '',
  'A session, an agent, or one process with its children can be acted on.',
  'Any key goes back.',
];

type Mode =
  | { readonly kind: 'browse' }
  | { readonly kind: 'help' }
  | { readonly kind: 'filter' }
  | { readonly kind: 'confirm'; readonly row: TopRow; readonly processes: number };

export interface TopProps {
  readonly feed: Feed;
  readonly color: boolean;
}

/** The whole view: what is selected and asked lives here, what happens on the machine in the feed. */
export function Top({ feed, color }: TopProps): ReactNode {
  const { exit } = useApp();
  const { columns, rows } = useWindowSize();
  const { link, data } = useSyncExternalStore(feed.subscribe, feed.state);
  const nowMs = useNow();
  const [pane, setPane] = useState<Pane>('sessions');
  const [selectedId, setSelectedId] = useState<string | undefined>(undefined);
  const [filter, setFilter] = useState('');
  const [mode, setMode] = useState<Mode>({ kind: 'browse' });
  const [message, setMessage] = useState<{ text: string; timeMs: number } | undefined>(undefined);

  const view = paneView(pane, data, nowMs, filter);
  const found = view.rows.findIndex((row) => row.id === selectedId);
  const selected = Math.max(0, found);
  const firstId = view.rows[0]?.id;
  // A selection stays on its row while rows move: what a key acts on must not change under the finger.
  useEffect(() => {
    if (selectedId === undefined) setSelectedId(firstId);
  }, [selectedId, firstId]);
  const isTall = rows >= TALL;
  const height = Math.max(1, rows - HEAD_LINES - (isTall ? 2 : 0));
  const say = (text: string): void => {
    setMessage({ text: plain(text), timeMs: Date.now() });
  };
  const move = (by: number): void => {
    const next = Math.min(Math.max(0, selected + by), Math.max(0, view.rows.length - 1));
    setSelectedId(view.rows[next]?.id);
  };
  const turn = (by: number): void => {
    setPane(PANES[(((PANES.indexOf(pane) + by) % PANES.length) + PANES.length) % PANES.length] ?? 'sessions');
    setSelectedId(undefined);
  };
  const act = (action: TopAction, row: TopRow): void => {
    if (row.target === undefined) return;
    say(`${action} ${row.label ?? row.id} …`);
    void feed.act(action, row.target).then(say);
  };

  const ask = (row: TopRow): void => {
    if (row.target === undefined) return;
    say(`looking at ${row.label ?? row.id} …`);
    void feed.preview('kill', row.target).then((result) => {
      if (result.status === 'done') setMode({ kind: 'confirm', row, processes: result.processes.length });
      else say(result.detail);
    });
  };

  useInput((input, key) => {
    if (mode.kind === 'help') setMode({ kind: 'browse' });
    else if (mode.kind === 'confirm') {
      setMode({ kind: 'browse' });
      // One key of its own: the `y` of pasted text is no consent.
      if (input === 'y') act('kill', mode.row);
      else say('Nothing was ended.');
    } else if (mode.kind === 'filter') {
      if (key.escape) setFilter('');
      if (key.escape || key.return) setMode({ kind: 'browse' });
      else if (key.backspace || key.delete) setFilter(filter.slice(0, -1));
      else if (!key.ctrl && !key.meta) setFilter(plain(filter + input).slice(0, MAX_FILTER));
    } else if (key.escape) setFilter('');
    else if (key.upArrow) move(-1);
    else if (key.downArrow) move(1);
    else if (/^[jk]+$/.test(input)) move(2 * input.replaceAll('k', '').length - input.length);
    else if (key.pageUp) move(-height);
    else if (key.pageDown) move(height);
    else if (key.home || input === 'g') move(-view.rows.length);
    else if (key.end || input === 'G') move(view.rows.length);
    else if (key.tab || key.leftArrow || key.rightArrow) turn(key.leftArrow || key.shift ? -1 : 1);
    // Keys that were pressed faster than they were read come as one text.
    else if (/^\t+$/.test(input)) turn(input.length);
    else if (input === 'q') exit();
    else if (input === '?') setMode({ kind: 'help' });
    else if (input === '/') setMode({ kind: 'filter' });
    else if (input === 'p' || input === 'r' || input === 'x') {
      const row = view.rows[found];
      if (row === undefined && selectedId !== undefined) {
        setSelectedId(undefined);
        say('What was selected is gone; nothing was done.');
      } else if (row?.target === undefined) say('Select a session, an agent or a process for this.');
      else if (input === 'x') ask(row);
      else act(input === 'p' ? 'pause' : 'resume', row);
    }
  });

  const fresh = message !== undefined && nowMs - message.timeMs < MESSAGE_MS ? message.text : '';
  const line = lineOf(mode, filter, link === 'lost') || fresh;
  return h(
    Box,
    { flexDirection: 'column', width: columns, height: Math.max(1, rows - 1), overflow: 'hidden' },
    !isTall && line !== ''
      ? h(Text, { key: 'head', wrap: 'truncate-end' }, line)
      : h(
          Text,
          { key: 'head', wrap: 'truncate-end' },
          h(Text, { bold: true }, 'Reeve  '),
          headOf(data, nowMs),
        ),
    h(Tabs, { key: 'tabs', pane, data, color }),
    mode.kind === 'help'
      ? h(
          Box,
          { key: 'help', flexDirection: 'column', height, overflow: 'hidden' },
          ...HELP.map((line, index) => h(Text, { key: index, wrap: 'truncate-end' }, `  ${line}`)),
        )
      : h(Table, { key: 'table', view, selected, height, color }),
    ...(isTall
      ? [
          h(
            Text,
            { key: 'message', wrap: 'truncate-end', ...(color && link === 'lost' && { color: 'yellow' }) },
            line || ' ',
          ),
        ]
      : []),
    ...(isTall ? [h(Text, { key: 'keys', wrap: 'truncate-end', dimColor: color }, KEYS)] : []),
  );
}

function Tabs({ pane, data, color }: { pane: Pane; data: TopData; color: boolean }): ReactNode {
  const counts: Readonly<Record<Pane, number>> = {
    sessions: data.sessions.length,
    agents: data.agents.length,
    processes: data.processes?.length ?? 0,
    network: data.connections.length + data.hosts.size,
    findings: data.findings.length,
  };
  return h(
    Text,
    { wrap: 'truncate-end' },
    ...PANES.map((name) => {
      const text = `${name} ${counts[name]}`;
      const isOpen = name === pane;
      return h(
        Text,
        { key: name, bold: isOpen, dimColor: color && !isOpen },
        isOpen ? `[${text}] ` : ` ${text}  `,
      );
    }),
  );
}

function headOf(data: TopData, nowMs: number): string {
  const running = data.agents.filter((agent) => agent.running.length > 0).length;
  const parts = [
    `${plural(running, 'agent')} running`,
    ...(data.processes === undefined ? [] : [`CPU ${totalCpu(data).toFixed(0)} %`]),
    plural(data.findings.length, 'open finding'),
    clockTime(nowMs),
  ];
  return parts.join(' · ');
}

function totalCpu(data: TopData): number {
  return (data.processes ?? []).reduce((sum, process) => sum + (process.cpuPercent ?? 0), 0);
}

function lineOf(mode: Mode, filter: string, lost: boolean): string {
  if (mode.kind === 'confirm') {
    const what = plain(cut(mode.row.label ?? mode.row.id, 40));
    return `Kill ${what}, ${plural(mode.processes, 'process', 'processes')}? y/n`;
  }
  if (mode.kind === 'filter') return `Filter: ${filter}▏`;
  if (lost) return 'The collector is not running any more; waiting for it. Start it with `reeve run`.';
  return filter === '' ? '' : `Only rows with "${filter}"; escape shows all.`;
}

function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNowMs(Date.now());
    }, TICK_MS);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return nowMs;
}
