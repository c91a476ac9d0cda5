import pc from 'picocolors';
import type { AgentRecord, Credential, McpServer } from '../contract/agent.ts';
import type { FindingDetail } from '../contract/finding-life.ts';
import type { Finding } from '../contract/finding.ts';
import type { Session, StoredEvent } from '../contract/stored.ts';
import { foldIncidents, titleOf } from './fold-incidents.ts';
import { type Cell, type Column, paintSeverity, renderTable } from './table.ts';
import type { WorstById } from './worst-first.ts';
import { ago, clockTime, compact, cut, hanging, plain, tilde } from './words.ts';

/** What a view must know of its surroundings. */
export interface Frame {
  /** In columns. */
  readonly width: number;
  readonly nowMs: number;
  /** Shown as `~`. */
  readonly home: string;
}

/** Each view turns records into text for people. */

/** The worst open finding about it, where findings are known. */
function worstCell(worst: WorstById | undefined, id: string): readonly Cell[] {
  if (worst === undefined) return [];
  const severity = worst.get(id);
  return [severity === undefined ? '-' : { text: severity, paint: paintSeverity(severity) }];
}

function worstColumn(worst: WorstById | undefined): readonly Column[] {
  return worst === undefined ? [] : [{ title: 'WORST' }];
}

export function agentsView(
  agents: readonly AgentRecord[],
  { width, nowMs, home }: Frame,
  worst?: WorstById,
): string {
  return renderTable(
    [
      ...worstColumn(worst),
      { title: 'AGENT' },
      { title: 'VERSION' },
      { title: 'MODE' },
      { title: 'RUNNING', align: 'right' },
      { title: 'LAST USED' },
      { title: 'WHERE', flexible: true },
    ],
    agents.map((agent) => [
      ...worstCell(worst, agent.id),
      agent.unknown === undefined ? agent.name : `${agent.name} (unknown, ${agent.unknown.confidence})`,
      agent.installs.find((install) => install.version !== undefined)?.version ?? '-',
      agent.permissionMode ?? '-',
      String(agent.running.length),
      agent.lastUsedMs === undefined ? '-' : ago(agent.lastUsedMs, nowMs),
      (agent.where === undefined ? '' : `${agent.where}: `) +
        tilde(agent.installs[0]?.path ?? agent.configFiles[0]?.path ?? '-', home),
    ]),
    width,
  );
}

/** `running` is known while a collector runs. */
type ShownServer = McpServer & { readonly running?: readonly unknown[] };

export function mcpView(servers: readonly ShownServer[], { width }: Frame, worst?: WorstById): string {
  const isSeen = servers.some(({ running }) => running !== undefined);
  return renderTable(
    [
      ...worstColumn(worst),
      { title: 'SERVER' },
      { title: 'AGENTS', flexible: true },
      { title: 'SCOPE' },
      { title: 'RUNS', flexible: true },
      ...(isSeen ? [{ title: 'NOW', align: 'right' as const }] : []),
      { title: 'PINNED' },
      { title: 'KEYS', align: 'right' },
      { title: 'CALLS', align: 'right' },
    ],
    servers.map((server) => [
      ...worstCell(worst, server.id),
      server.enabled ? server.name : `${server.name} (off)`,
      server.agentIds
        .map((id) => (server.importedBy?.includes(id) === true ? `${id} (taken over)` : id))
        .join(', '),
      server.place ?? server.scope,
      server.url ?? [server.command ?? '', ...(server.args ?? [])].join(' '),
      ...(isSeen ? [server.url === undefined ? String(server.running?.length ?? 0) : '-'] : []),
      server.package === undefined ? '-' : server.package.pinned ? 'yes' : { text: 'no', paint: pc.yellow },
      String(server.credentialIds.length),
      String(server.usedTools.reduce((sum, tool) => sum + tool.calls, 0)),
    ]),
    width,
  );
}

export function credentialsView(
  credentials: readonly Credential[],
  { width, nowMs, home }: Frame,
  worst?: WorstById,
): string {
  return renderTable(
    [
      ...worstColumn(worst),
      { title: 'ID' },
      { title: 'KIND' },
      { title: 'PROVIDER' },
      { title: 'STORED' },
      { title: 'MODE' },
      { title: 'EXPIRES' },
      { title: 'PLACE', flexible: true },
    ],
    credentials.map((credential) => [
      ...worstCell(worst, credential.id),
      credential.id.slice(0, SHORT_ID),
      credential.kind,
      credential.provider,
      credential.plaintext ? { text: 'plain text', paint: pc.yellow } : 'protected',
      credential.fileMode ?? '-',
      credential.expiresMs === undefined
        ? '-'
        : credential.expiresMs < nowMs
          ? 'expired'
          : `in ${ago(nowMs - (credential.expiresMs - nowMs), nowMs).replace(' ago', '')}`,
      tilde(credential.location.path, home) +
        (credential.location.pointer ?? credential.location.envVar ?? ''),
    ]),
    width,
  );
}

export function sessionsView(sessions: readonly Session[], { width, nowMs, home }: Frame): string {
  return renderTable(
    [
      { title: 'SESSION' },
      { title: 'AGENT' },
      { title: 'LAST', align: 'right' },
      { title: 'CALLS', align: 'right' },
      { title: 'ERR', align: 'right' },
      { title: 'TOKENS', align: 'right' },
      { title: 'PROJECT', flexible: true },
    ],
    sessions.map((session) => [
      cut(session.nativeId, 13),
      session.agentId,
      ago(session.lastEventMs, nowMs),
      compact(session.counts.toolCalls),
      String(session.counts.toolErrors),
      compact(
        session.tokens.input + session.tokens.output + session.tokens.cacheRead + session.tokens.cacheWrite,
      ),
      tilde(session.cwd ?? '-', home),
    ]),
    width,
  );
}

/** Enough of an id to type after `findings show`. */
const SHORT_ID = 8;
const WIDE = 110;

export function findingsView(findings: readonly Finding[], { width, nowMs, home }: Frame): string {
  const wide = width >= WIDE;
  return renderTable(
    [
      { title: 'SEVERITY' },
      { title: 'ID' },
      { title: 'LAST', align: 'right' },
      { title: 'N', align: 'right' },
      ...(wide ? [{ title: 'RULE' }] : []),
      { title: 'WHAT', flexible: true },
      { title: 'ABOUT', flexible: true },
    ],
    foldIncidents(findings).map((finding) => [
      { text: finding.severity, paint: paintSeverity(finding.severity) },
      finding.id.slice(0, SHORT_ID),
      ago(finding.lastSeenMs, nowMs),
      String(finding.count),
      ...(wide ? [finding.ruleId] : []),
      titleOf(finding),
      tilde(finding.subject.value, home),
    ]),
    width,
  );
}

/** One finding as a person reads it: what, why, evidence, what to do. */
export function findingView(finding: Finding, { width, home }: Frame, { story }: FindingDetail): string {
  const paint = paintSeverity(finding.severity);
  const field = (label: string, text: string): string => hanging(label.padEnd(11), plain(text), width);
  const { attack, atlas, owasp } = finding.taxonomies;
  const lines = [
    `${paint(finding.severity.toUpperCase())}  ${pc.bold(cut(plain(finding.title), width - finding.severity.length - 2))}`,
    pc.dim(`${finding.ruleCode} ${finding.ruleId}`),
    '',
    field('Happened', story.whatHappened),
    field('Matters', story.whyItMatters),
    field('Sure', story.howSure),
    ...story.harmlessWhen.map((text) => field('Harmless', text)),
    field('Do', story.whatToDo),
    field('We would', story.whatWeWouldDo),
    '',
    field('About', tilde(finding.subject.value, home)),
    ...(finding.sessionId === undefined ? [] : [field('Session', finding.sessionId)]),
    field('Seen', `${Math.max(1, finding.count)}×, last ${new Date(finding.lastSeenMs).toISOString()}`),
    field('Status', finding.status + decisionWords(finding)),
    ...(finding.incidentId === undefined ? [] : [field('Part of', finding.incidentId)]),
    ...(finding.members ?? []).map((id) => field('Holds', id)),
    ...finding.evidence.map((item) =>
      field(
        'Evidence',
        `${item.excerpt ?? item.eventId ?? tilde(item.path ?? '', home)}${item.line === undefined ? '' : ` (line ${item.line})`}`,
      ),
    ),
    field('Maps to', [...attack, ...atlas, ...owasp].join(', ')),
    pc.dim(plain(finding.id)),
  ];
  return lines.join('\n');
}

function decisionWords({ decision }: Finding): string {
  if (decision === undefined) return '';
  const note = decision.note === undefined ? '' : `: ${decision.note}`;
  return ` (${decision.by} said ${decision.verb} on ${new Date(decision.timeMs).toISOString().slice(0, 10)}${note})`;
}

/** One line for one event, or `undefined` when it is not worth a line (results that went well, bookkeeping). */
export function eventLine(event: StoredEvent, { width, home }: Frame): string | undefined {
  const what = describe(event, home);
  if (what === undefined) return undefined;
  const agent = plain(event.agentId).padEnd(11);
  return `${pc.dim(clockTime(event.timeMs))} ${agent} ${cut(plain(what), Math.max(20, width - agent.length - 10))}`;
}

function describe(event: StoredEvent, home: string): string | undefined {
  switch (event.kind) {
    case 'prompt.submit':
      return `prompt ${text(event, 'text')}`;
    case 'tool.call':
      return `${event.tool?.name ?? 'tool'}  ${summary(event, home)}`;
    case 'tool.result':
      return event.outcome === undefined || event.outcome.status === 'ok'
        ? undefined
        : `→ ${event.outcome.status}${event.outcome.exitCode === undefined ? '' : ` (exit ${event.outcome.exitCode})`}`;
    case 'session.start':
      return 'session started';
    case 'session.end':
      return 'session ended';
    case 'session.update':
      return `${text(event, 'change')} ${text(event, 'to')}`.trimEnd();
    case 'permission.decision':
      return `permission: ${text(event, 'decision')}`;
    case 'action.performed':
      return `${text(event, 'action')}: ${text(event, 'detail') || text(event, 'status')}`;
    default:
      return undefined;
  }
}

function summary(event: StoredEvent, home: string): string {
  return (
    text(event, 'command') ||
    text(event, 'url') ||
    event.resources
      .map((resource) => tilde(resource.value, home))
      .slice(0, 3)
      .join(' ') ||
    text(event, 'query') ||
    text(event, 'text')
  );
}

function text(event: StoredEvent, key: string): string {
  const value = event.input?.[key];
  return typeof value === 'string' ? value : '';
}
