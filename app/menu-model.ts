import type { ApprovalItem } from '../collector/contract/approval.ts';
import type { Finding } from '../collector/contract/finding.ts';
import type { Overview, RunningSession } from '../collector/contract/overview.ts';
import type { BridgeState } from './bridge-shape.ts';

/** Everything the tray and the menu of the window are made of. */
export interface MenuFacts {
  readonly link: BridgeState;
  /** Why there is no collector, where that is known. */
  readonly problem?: string;
  /** As it was last told; kept while the collector is away. */
  readonly overview?: Overview;
  /** Open, worst first. */
  readonly findings: readonly Finding[];
  /** New and changed since Reeve knows this machine. */
  readonly approvals: readonly ApprovalItem[];
  /** `undefined` where the system has no such thing. */
  readonly startsAtLogin?: boolean;
}

/** What choosing an entry does. */
export type Command =
  | { readonly kind: 'open'; readonly place: string }
  | { readonly kind: 'pause' | 'resume' | 'kill'; readonly sessionId: string; readonly name: string }
  | { readonly kind: 'startCollector' }
  | { readonly kind: 'setLoginStart'; readonly on: boolean }
  | { readonly kind: 'quit' };

export type MenuEntry =
  | { readonly kind: 'separator' }
  | { readonly kind: 'text'; readonly label: string }
  | {
      readonly kind: 'command';
      readonly label: string;
      readonly command: Command;
      readonly checked?: boolean;
    }
  | { readonly kind: 'group'; readonly label: string; readonly entries: readonly MenuEntry[] };

/** `waiting` a person is asked something · `alert` a high or critical finding is open · `away` nothing is watched. */
export type TrayState = 'quiet' | 'waiting' | 'alert' | 'away';

const MAX_SESSIONS = 8;
const MAX_FINDINGS = 5;
const MAX_APPROVALS = 5;
/** Menus as wide as the screen help nobody. */
const MAX_LABEL = 60;

export function trayState({ link, overview }: MenuFacts): TrayState {
  if (link.kind !== 'open' && link.kind !== 'connecting') return 'away';
  if (overview === undefined) return 'quiet';
  const { high, critical } = overview.findings.open;
  if (high + critical > 0) return 'alert';
  return overview.approvals.waiting > 0 ? 'waiting' : 'quiet';
}

/** The state of everything in one line: tooltip of the icon and first line of the menu. */
export function stateLine({ link, problem, overview }: MenuFacts): string {
  switch (link.kind) {
    case 'connecting':
      return 'Connecting to the collector…';
    case 'mismatch':
      return 'Not connected: the collector is of another version';
    case 'lost':
      return `Nothing is watched. ${problem ?? 'The collector is not running.'}`;
    case 'open':
      return overview === undefined ? 'Watching' : openLine(overview);
  }
}

function openLine({ phase, sessions, findings, approvals }: Overview): string {
  if (phase === 'starting' || phase === 'reading') return 'Reading what happened before…';
  const urgent = findings.open.high + findings.open.critical;
  const parts = [
    sessions.runningTotal === 0
      ? 'no session is running'
      : `${plural(sessions.runningTotal, 'session')} running`,
    ...(urgent > 0 ? [`${plural(urgent, 'serious finding')} open`] : []),
    ...(approvals.waiting > 0 ? [`${approvals.waiting} waiting for you`] : []),
  ];
  return `${urgent + approvals.waiting === 0 ? 'All quiet' : 'Watching'}: ${parts.join(', ')}`;
}

/** The whole menu, top to bottom. */
export function menuModel(facts: MenuFacts): readonly MenuEntry[] {
  const live = facts.link.kind === 'open';
  return [
    { kind: 'text', label: menuText(stateLine(facts), 100) },
    ...(facts.link.kind === 'lost'
      ? [{ kind: 'command', label: 'Start the collector', command: { kind: 'startCollector' } } as const]
      : []),
    open('Open Reeve', '#/'),
    ...(live ? section(approvalEntries(facts)) : []),
    ...(live ? section(sessionEntries(facts.overview)) : []),
    ...(live ? section(findingEntries(facts.findings)) : []),
    { kind: 'separator' },
    open(sendingLabel(facts), '#/sent'),
    open('Settings', '#/settings'),
    ...(facts.startsAtLogin === undefined ? [] : [loginEntry(facts.startsAtLogin)]),
    { kind: 'separator' },
    { kind: 'command', label: 'Quit (the collector goes on watching)', command: { kind: 'quit' } },
  ];
}

function section(entries: readonly MenuEntry[]): readonly MenuEntry[] {
  return entries.length === 0 ? [] : [{ kind: 'separator' }, ...entries];
}

/** Nothing is decided from a menu: what a decision is about has to be seen first. */
function approvalEntries({ overview, approvals }: MenuFacts): readonly MenuEntry[] {
  const waiting = overview?.approvals.waiting ?? 0;
  if (waiting === 0) return [];
  const shown = approvals.slice(0, MAX_APPROVALS);
  return [
    {
      kind: 'group',
      label: `Waiting for you (${waiting})`,
      entries: [
        ...shown.map((item) => open(`${APPROVAL_WORDS[item.kind]} ${item.name}…`, '#/approvals')),
        ...(shown.length < waiting ? [open('Show all', '#/approvals')] : []),
      ],
    },
  ];
}

const APPROVAL_WORDS: Readonly<Record<ApprovalItem['kind'], string>> = {
  agent: 'Agent',
  mcpServer: 'MCP server',
  skill: 'Skill',
  plugin: 'Plugin',
  hook: 'Hook',
  command: 'Command',
  subagent: 'Sub-agent',
  instructions: 'Instructions',
  extension: 'Extension',
  marketplace: 'Plugin marketplace',
};

function sessionEntries(overview: Overview | undefined): readonly MenuEntry[] {
  if (overview === undefined) return [];
  const { running, runningTotal } = overview.sessions;
  if (runningTotal === 0) return [];
  const shown = running.slice(0, MAX_SESSIONS);
  return [
    { kind: 'text', label: 'Running now' },
    ...shown.map(sessionEntry),
    ...(shown.length < runningTotal ? [open(`${runningTotal - shown.length} more…`, '#/sessions')] : []),
  ];
}

function sessionEntry(session: RunningSession): MenuEntry {
  const { sessionId, lastCall, paused } = session;
  const name = sessionName(session);
  return {
    kind: 'group',
    label: menuText(paused ? `${name} (paused)` : name, MAX_LABEL),
    entries: [
      ...(lastCall === undefined
        ? []
        : [
            {
              kind: 'text',
              label: menuText(`Last: ${lastCall.verb} ${lastCall.object}`, MAX_LABEL),
            } as const,
          ]),
      open('Show', `#/sessions/${encodeURIComponent(sessionId)}`),
      // A session whose processes are not known here can be looked at, not stopped.
      ...(session.pids === 0
        ? []
        : ([
            {
              kind: 'command',
              label: paused ? 'Resume' : 'Pause',
              command: { kind: paused ? 'resume' : 'pause', sessionId, name },
            },
            { kind: 'command', label: 'Kill…', command: { kind: 'kill', sessionId, name } },
          ] as const)),
    ],
  };
}

/** "Claude Code in harbour", fit for a menu, a question and a notification. */
export function sessionName({ agentName, project }: Pick<RunningSession, 'agentName' | 'project'>): string {
  return menuText(project === '' ? agentName : `${agentName} in ${project}`, MAX_LABEL);
}

function findingEntries(findings: readonly Finding[]): readonly MenuEntry[] {
  if (findings.length === 0) return [];
  return [
    { kind: 'text', label: 'Last findings' },
    ...findings
      .slice(0, MAX_FINDINGS)
      .map(({ severity, title, id }) =>
        open(`${capital(severity)}: ${title}`, `#/findings/${encodeURIComponent(id)}`),
      ),
    open('All findings', '#/findings'),
  ];
}

function sendingLabel({ overview }: MenuFacts): string {
  if (overview === undefined) return 'What we send';
  const { on, mode, endpoint } = overview.sending;
  if (!on || endpoint === undefined) return 'What we send: nothing';
  return `What we send: ${mode} to ${URL.canParse(endpoint) ? new URL(endpoint).host : 'your company'}`;
}

function loginEntry(on: boolean): MenuEntry {
  return {
    kind: 'command',
    label: 'Start at login',
    checked: on,
    command: { kind: 'setLoginStart', on: !on },
  };
}

function open(label: string, place: string): MenuEntry {
  return { kind: 'command', label: menuText(label, MAX_LABEL), command: { kind: 'open', place } };
}

/**
 * Names of projects and titles may hold anything. @returns one line without control and direction characters, cut
 */
export function menuText(text: string, most: number): string {
  const line = text
    .slice(0, 1_000)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  const characters = Array.from(line);
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join('')}…`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
