import pc from 'picocolors';
import type { BaselineEntry, Dimension } from '../contract/baseline.ts';
import { type Column, renderTable } from './table.ts';
import type { Frame } from './views.ts';
import { ago, compact, cut, hanging, plain, plural, tilde } from './words.ts';

const DIMENSION_NAMES: Readonly<Record<Dimension, string>> = {
  tool: 'Tools',
  'mcp-server': 'MCP servers',
  'mcp-tool': 'MCP tools',
  subagent: 'Sub-agents',
  program: 'Commands',
  host: 'Hosts',
  repository: 'Repositories',
  path: 'File places',
  credential: 'Secrets',
  model: 'Models',
  account: 'Accounts',
  mode: 'Modes',
  sequence: 'Sequences',
};

const COLUMNS: readonly Column[] = [
  { title: 'Project or user', flexible: true },
  { title: 'Agent' },
  { title: 'State' },
  { title: 'Days', align: 'right' },
  { title: 'Runs', align: 'right' },
  { title: 'Calls', align: 'right' },
  { title: 'New', align: 'right' },
  { title: 'Last' },
];

/** All baselines, a line for each. */
export function baselinesView(entries: readonly BaselineEntry[], frame: Frame): string {
  const rows = entries.map((entry) => [
    nameOf(entry, frame.home),
    entry.agentId,
    entry.state === 'ready' ? entry.state : { text: entry.state, paint: pc.dim },
    String(entry.history.activeDays),
    compact(entry.history.runs),
    compact(entry.history.toolCalls),
    entry.newThisWeek.length === 0 ? '' : String(entry.newThisWeek.length),
    ago(entry.history.lastMs, frame.nowMs),
  ]);
  return `${renderTable(COLUMNS, rows, frame.width)}\n\n${pc.dim(hanging('', 'New: new things of the last seven days. `reeve baseline PROJECT` shows what is usual there.', frame.width))}`;
}

function nameOf(entry: BaselineEntry, home: string): string {
  if (entry.scope === 'user') return `${entry.name} (all projects)`;
  return entry.name === '' ? '(no project)' : tilde(entry.name, home);
}

/** One baseline in full. */
export function baselineView(entry: BaselineEntry, frame: Frame): string {
  const { history, volume } = entry;
  const parts = [
    pc.bold(cut(plain(`${nameOf(entry, frame.home)} · ${entry.agentId}`), frame.width)),
    hanging(
      '',
      `${stateWords(entry)} ${plural(history.runs, 'run')} on ${plural(history.activeDays, 'day')} with ${plural(history.toolCalls, 'tool call')}, last ${ago(history.lastMs, frame.nowMs)}.`,
      frame.width,
    ),
    '',
    dimensionsTable(entry, frame.width),
    '',
    pc.bold('Tool calls by hour of the day'),
    ...hourLines(volume.hours),
    pc.dim(`In five minutes of work usually ${volume.window.usual}, rarely more than ${volume.window.high}.`),
  ];
  if (entry.newThisWeek.length > 0) parts.push('', pc.bold('New this week'), newsTable(entry, frame));
  return parts.join('\n');
}

function stateWords({ state, alarmBits }: BaselineEntry): string {
  if (state === 'paused') return 'Paused: nothing is learned or told.';
  if (state === 'learning')
    return 'Still learning (10 days and 200 tool calls are needed): nothing is told yet.';
  return alarmBits === undefined
    ? 'Learned from'
    : `Learned; a run is told from ${Math.round(alarmBits)} bits of surprise. Seen:`;
}

function dimensionsTable(entry: BaselineEntry, width: number): string {
  const rows = entry.dimensions.map(({ dimension, known, newRate, top }) => [
    DIMENSION_NAMES[dimension],
    String(known),
    `1 in ${Math.max(1, Math.round(1 / newRate))}`,
    top
      .slice(0, 4)
      .map(({ value, share }) => `${value} ${Math.round(share * 100)} %`)
      .join(', '),
  ]);
  return renderTable(
    [
      { title: 'What' },
      { title: 'Known', align: 'right' },
      { title: 'New', align: 'right' },
      { title: 'Usually', flexible: true },
    ],
    rows,
    width,
  );
}

const BARS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const HOUR_WIDTH = 2;

/** Two rows of bars on one scale, above the hours: what is usual (up to the 95 % line) and today. */
function hourLines(hours: BaselineEntry['volume']['hours']): string[] {
  const most = Math.max(1, ...hours.map(({ high, today }) => Math.max(high, today)));
  const bar = (value: number): string =>
    (BARS[value === 0 ? 0 : Math.max(1, Math.round((value / most) * 8))] ?? '█').repeat(HOUR_WIDTH);
  const today = hours
    .map(({ today: calls, high }) => (calls > high && high > 0 ? pc.yellow(bar(calls)) : bar(calls)))
    .join('');
  return [
    `  usual  ${pc.dim(hours.map(({ usual }) => bar(usual)).join(''))}`,
    `  high   ${pc.dim(hours.map(({ high }) => bar(high)).join(''))}`,
    `  today  ${today}`,
    `         ${hours.map(({ hour }) => (hour % 3 === 0 ? String(hour).padEnd(HOUR_WIDTH * 3) : '')).join('')}`.trimEnd(),
  ];
}

const MAX_NEWS = 15;

function newsTable(entry: BaselineEntry, { nowMs, width }: Frame): string {
  const rows = entry.newThisWeek
    .slice(0, MAX_NEWS)
    .map(({ timeMs, dimension, value, newTo }) => [
      ago(timeMs, nowMs),
      DIMENSION_NAMES[dimension],
      value,
      newTo === 'here' ? { text: 'known elsewhere', paint: pc.dim } : 'new',
    ]);
  const table = renderTable(
    [{ title: 'When' }, { title: 'What' }, { title: 'Name', flexible: true }, { title: '' }],
    rows,
    width,
  );
  const more = entry.newThisWeek.length - rows.length;
  return more > 0 ? `${table}\n${pc.dim(`and ${more} more (--json)`)}` : table;
}
