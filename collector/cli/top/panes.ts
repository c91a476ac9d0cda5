import type { ActionTarget } from '../../contract/action.ts';
import type { AgentRecord } from '../../contract/agent.ts';
import type { Severity } from '../../contract/finding.ts';
import type { Session } from '../../contract/stored.ts';
import { ago, compact, plain, tilde } from '../words.ts';
import type { ListedConnection } from '../../contract/process-record.ts';
import { callsPerMinute, cpuOfAgent, type TopData, type TopProcess } from './model.ts';

export const PANES = ['sessions', 'agents', 'processes', 'network', 'findings'] as const;
export type Pane = (typeof PANES)[number];

export interface TopColumn {
  readonly title: string;
  /** In terminal columns; absent for the one that takes the room that is left. */
  readonly width?: number;
  readonly right?: true;
}

export interface TopRow {
  readonly id: string;
  /** One per column, safe for a terminal. */
  readonly cells: readonly string[];
  readonly severity?: Severity;
  /** What the action keys act on, with its name for a person. */
  readonly target?: ActionTarget;
  readonly label?: string;
}

export interface PaneView {
  readonly columns: readonly TopColumn[];
  readonly rows: readonly TopRow[];
  /** Said in the place of rows when there are none. */
  readonly empty: string;
}

const ACTIVE_MS = 60_000;
const MAX_TREE_DEPTH = 40;
const MAX_CONNECTIONS = 300;

/** What a pane shows at one moment. @param filter only rows that have this text, whatever its case */
export function paneView(pane: Pane, data: TopData, nowMs: number, filter: string): PaneView {
  const view = VIEWS[pane](data, nowMs);
  const wanted = filter.toLowerCase();
  const rows = view.rows
    .map((row) => ({ ...row, cells: row.cells.map(plain) }))
    .filter((row) => row.cells.some((cell) => cell.toLowerCase().includes(wanted)));
  return { ...view, rows, empty: filter === '' ? view.empty : `Nothing here has "${plain(filter)}".` };
}

const VIEWS: Readonly<Record<Pane, (data: TopData, nowMs: number) => PaneView>> = {
  sessions: (data, nowMs) => ({
    columns: [
      { title: 'SESSION', width: 10 },
      { title: 'AGENT', width: 13 },
      { title: 'STATE', width: 7 },
      { title: 'C/MIN', width: 5, right: true },
      { title: 'PROJECT', width: 16 },
      { title: 'LAST CALL' },
    ],
    rows: [...data.sessions]
      .sort((a, b) => b.lastEventMs - a.lastEventMs)
      .map((session) => sessionRow(session, data, nowMs)),
    empty: 'No session yet. Start an agent and it shows up here.',
  }),
  agents: (data, nowMs) => ({
    columns: [
      { title: 'AGENT', width: 20 },
      { title: 'VERSION', width: 12 },
      { title: 'MODE', width: 14 },
      { title: 'RUNNING', width: 9, right: true },
      { title: 'LAST USED', width: 10 },
      { title: 'PLACE' },
    ],
    rows: data.agents.map((agent) => ({
      id: agent.id,
      cells: [
        agent.name,
        agent.installs.find((install) => install.version !== undefined)?.version ?? '-',
        agent.permissionMode ?? '-',
        runningOf(agent, data),
        agent.lastUsedMs === undefined ? '-' : ago(agent.lastUsedMs, nowMs),
        tilde(agent.installs[0]?.path ?? agent.configFiles[0]?.path ?? '-'),
      ],
      target: { kind: 'agent' as const, id: agent.id },
      label: `all of ${agent.name}`,
    })),
    empty: 'No coding agent was found on this machine.',
  }),
  processes: (data) => ({
    columns: [
      { title: 'PID', width: 8, right: true },
      { title: 'CPU %', width: 6, right: true },
      { title: 'MEMORY', width: 8, right: true },
      { title: 'AGENT', width: 13 },
      { title: 'COMMAND' },
    ],
    rows: toTree(data.processes ?? []).map(({ process, depth }) => ({
      id: `${process.pid}@${process.startTimeMs}`,
      cells: [
        String(process.pid),
        process.cpuPercent === undefined ? '-' : process.cpuPercent.toFixed(1),
        process.residentBytes === undefined ? '-' : `${compact(Math.round(process.residentBytes / 1e6))} MB`,
        process.agentId ?? '-',
        `${depth === 0 ? '' : `${'  '.repeat(Math.min(depth, 8) - 1)}└ `}${process.stopped === true ? '(paused) ' : ''}${process.command ?? process.name}`,
      ],
      target: {
        kind: 'process' as const,
        pid: process.pid,
        startTimeMs: process.startTimeMs,
        ...(process.bootId !== undefined && { bootId: process.bootId }),
        ...(process.startTicks !== undefined && { startTicks: process.startTicks }),
      },
      label: `process ${process.pid} (${process.name})`,
    })),
    empty:
      data.processes === undefined
        ? 'This collector does not tell of processes. Update and restart it.'
        : 'No process of an agent runs.',
  }),
  network: (data, nowMs) => ({
    columns: [
      { title: 'PLACE' },
      { title: 'HOW', width: 9 },
      { title: 'PROGRAM', width: 14 },
      { title: 'SENT', width: 7, right: true },
      { title: 'LAST', width: 8 },
      { title: 'AGENT', width: 13 },
    ],
    rows: [
      ...data.connections.slice(0, MAX_CONNECTIONS).map(connectionRow),
      ...[...data.hosts.values()]
        .sort((a, b) => b.lastMs - a.lastMs)
        .map((use) => ({
          id: use.host,
          cells: [
            use.host,
            `named ×${compact(use.count)}`,
            '-',
            '-',
            ago(use.lastMs, nowMs).replace(/ ago$/, ''),
            use.agentIds.join(', '),
          ],
        })),
    ],
    empty: 'No agent is connected to anything, and no tool call named a host in the last 15 minutes.',
  }),
  findings: (data, nowMs) => ({
    columns: [
      { title: 'SEVERITY', width: 13 },
      { title: 'LAST', width: 10 },
      { title: 'N', width: 4, right: true },
      { title: 'FINDING', width: 30 },
      { title: 'ABOUT' },
    ],
    rows: data.findings.map((finding) => {
      const session = finding.sessionId;
      return {
        id: finding.id,
        cells: [
          finding.severity,
          ago(finding.lastSeenMs, nowMs),
          compact(finding.count),
          finding.title,
          tilde(finding.subject.value),
        ],
        severity: finding.severity,
        ...(session !== undefined && {
          target: { kind: 'session' as const, id: session },
          label: `session ${session}`,
        }),
      };
    }),
    empty: 'No open finding.',
  }),
};

/** How many, and what they and all below them use of one core. */
function runningOf(agent: AgentRecord, data: TopData): string {
  const cpu = cpuOfAgent(data, agent.id);
  return `${agent.running.length}${cpu === undefined ? '' : `, ${cpu.toFixed(0)} %`}`;
}

function connectionRow(connection: ListedConnection): TopRow {
  const { address, port, hosts, listening, bytesOut, pid, startTimeMs } = connection;
  const [host] = hosts;
  const place = `${address.includes(':') ? `[${address}]` : address}:${port}`;
  return {
    id: `${pid} ${connection.protocol} ${listening ? '<' : '>'} ${place}`,
    cells: [
      host === undefined ? place : `${host}:${port} (${address})`,
      listening ? 'waits' : 'connected',
      connection.program,
      bytesOut === undefined ? '-' : `${compact(Math.round(bytesOut / 1_000))} kB`,
      'now',
      connection.agentId ?? '-',
    ],
    target: { kind: 'process', pid, startTimeMs },
    label: `process ${pid} (${connection.program})`,
  };
}

function sessionRow(session: Session, data: TopData, nowMs: number): TopRow {
  const call = data.lastCalls.get(session.id);
  const project = session.repository ?? session.cwd;
  return {
    id: session.id,
    cells: [
      session.nativeId,
      session.agentId,
      stateOf(session, data, nowMs),
      String(callsPerMinute(data, session.id, nowMs)),
      project === undefined ? '-' : (project.split(/[\\/]/).findLast((part) => part !== '') ?? project),
      call === undefined ? '-' : `${call.name} ${tilde(call.detail)}`,
    ],
    target: { kind: 'session', id: session.id },
    label: `session ${session.nativeId.slice(0, 12)} of ${session.agentId}`,
  };
}

function stateOf(session: Session, data: TopData, nowMs: number): string {
  const own = data.processes?.filter((process) => process.sessionId === session.id) ?? [];
  if (own.length > 0 && own.every((process) => process.stopped === true)) return 'paused';
  if (nowMs - session.lastEventMs < ACTIVE_MS) return 'active';
  return own.length > 0 ? 'idle' : ago(session.lastEventMs, nowMs).replace(/ ago$/, '');
}

interface TreeRow {
  readonly process: TopProcess;
  readonly depth: number;
}

/** Parents before their children, older ones first; what has no parent in the list is a root. */
function toTree(processes: readonly TopProcess[]): TreeRow[] {
  const known = new Set(processes.map(({ pid }) => pid));
  const children = new Map<number, TopProcess[]>();
  const roots: TopProcess[] = [];
  for (const process of [...processes].sort((a, b) => a.startTimeMs - b.startTimeMs || a.pid - b.pid)) {
    if (known.has(process.parentPid) && process.parentPid !== process.pid) {
      const siblings = children.get(process.parentPid);
      if (siblings === undefined) children.set(process.parentPid, [process]);
      else siblings.push(process);
    } else roots.push(process);
  }
  const rows: TreeRow[] = [];
  const seen = new Set<number>();
  const add = (process: TopProcess, depth: number): void => {
    if (seen.has(process.pid) || depth > MAX_TREE_DEPTH) return;
    seen.add(process.pid);
    rows.push({ process, depth });
    for (const child of children.get(process.pid) ?? []) add(child, depth + 1);
  };
  for (const root of roots) add(root, 0);
  // Deeper than the limit, or in a ring that a reused pid made.
  for (const process of processes) add(process, 0);
  return rows;
}
