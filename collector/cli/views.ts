import pc from 'picocolors';
import type { AgentRecord, Credential, McpServer } from '../contract/agent.ts';
import type { Finding } from '../contract/finding.ts';
import type { Session, StoredEvent } from '../contract/stored.ts';
import { paintSeverity, renderTable } from './table.ts';
import { ago, clockTime, compact, cut, plain, tilde } from './words.ts';

/** Each view turns records into text for people; `width` in columns. */

export function agentsView(agents: readonly AgentRecord[], nowMs: number, width: number): string {
  return renderTable(
    [
      { title: 'AGENT' },
      { title: 'VERSION' },
      { title: 'MODE' },
      { title: 'RUNNING', align: 'right' },
      { title: 'LAST USED' },
      { title: 'WHERE', flexible: true },
    ],
    agents.map((agent) => [
      agent.name,
      agent.installs.find((install) => install.version !== undefined)?.version ?? '-',
      agent.permissionMode ?? '-',
      String(agent.running.length),
      agent.lastUsedMs === undefined ? '-' : ago(agent.lastUsedMs, nowMs),
      tilde(agent.installs[0]?.path ?? agent.configFiles[0]?.path ?? '-'),
    ]),
    width,
  );
}

export function mcpView(servers: readonly McpServer[], width: number): string {
  return renderTable(
    [
      { title: 'SERVER' },
      { title: 'AGENTS', flexible: true },
      { title: 'SCOPE' },
      { title: 'RUNS', flexible: true },
      { title: 'PINNED' },
      { title: 'KEYS', align: 'right' },
      { title: 'CALLS', align: 'right' },
    ],
    servers.map((server) => [
      server.enabled ? server.name : `${server.name} (off)`,
      server.agentIds.join(', '),
      server.scope,
      server.url ?? [server.command ?? '', ...(server.args ?? [])].join(' '),
      server.package === undefined ? '-' : server.package.pinned ? 'yes' : { text: 'no', paint: pc.yellow },
      String(server.credentialIds.length),
      String(server.usedTools.reduce((sum, tool) => sum + tool.calls, 0)),
    ]),
    width,
  );
}

export function credentialsView(credentials: readonly Credential[], nowMs: number, width: number): string {
  return renderTable(
    [
      { title: 'KIND' },
      { title: 'PROVIDER' },
      { title: 'STORED' },
      { title: 'MODE' },
      { title: 'EXPIRES' },
      { title: 'PLACE', flexible: true },
    ],
    credentials.map((credential) => [
      credential.kind,
      credential.provider,
      credential.plaintext ? { text: 'plain text', paint: pc.yellow } : 'protected',
      credential.fileMode ?? '-',
      credential.expiresMs === undefined
        ? '-'
        : credential.expiresMs < nowMs
          ? 'expired'
          : `in ${ago(nowMs - (credential.expiresMs - nowMs), nowMs).replace(' ago', '')}`,
      tilde(credential.location.path) + (credential.location.pointer ?? credential.location.envVar ?? ''),
    ]),
    width,
  );
}

export function sessionsView(sessions: readonly Session[], nowMs: number, width: number): string {
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
      tilde(session.cwd ?? '-'),
    ]),
    width,
  );
}

export function findingsView(findings: readonly Finding[], nowMs: number, width: number): string {
  return renderTable(
    [
      { title: 'SEVERITY' },
      { title: 'RULE' },
      { title: 'LAST', align: 'right' },
      { title: 'N', align: 'right' },
      { title: 'WHAT', flexible: true },
      { title: 'ABOUT', flexible: true },
    ],
    findings.map((finding) => [
      { text: finding.severity, paint: paintSeverity(finding.severity) },
      finding.ruleId,
      ago(finding.lastSeenMs, nowMs),
      String(finding.count),
      finding.title,
      tilde(finding.subject.value),
    ]),
    width,
  );
}

/** One finding as a person reads it: what, why, evidence, what to do. */
export function findingView(finding: Finding, width: number): string {
  const paint = paintSeverity(finding.severity);
  const lines = [
    `${paint(finding.severity.toUpperCase())}  ${pc.bold(plain(finding.title))}  ${pc.dim(`${finding.ruleCode} ${finding.ruleId}`)}`,
    '',
    ...wrap(plain(finding.why), width),
    '',
    `About      ${plain(tilde(finding.subject.value))}`,
    ...(finding.sessionId === undefined ? [] : [`Session    ${plain(finding.sessionId)}`]),
    `Seen       ${finding.count}×, last ${new Date(finding.lastSeenMs).toISOString()}`,
    `Sure       ${finding.confidence}`,
    `Status     ${finding.status}`,
    ...finding.evidence.map(
      (item) =>
        `Evidence   ${plain(item.excerpt ?? item.eventId ?? tilde(item.path ?? ''))}${item.line === undefined ? '' : ` (line ${item.line})`}`,
    ),
    `Maps to    ${[...finding.taxonomies.attack, ...finding.taxonomies.atlas, ...finding.taxonomies.owasp].join(', ')}`,
    '',
    ...wrap(`What to do: ${plain(finding.advice)}`, width),
    pc.dim(finding.id),
  ];
  return lines.join('\n');
}

/** One line for one event, or `undefined` when it is not worth a line (results that went well, bookkeeping). */
export function eventLine(event: StoredEvent, width: number): string | undefined {
  const what = describe(event);
  if (what === undefined) return undefined;
  const head = `${pc.dim(clockTime(event.timeMs))} ${event.agentId.padEnd(11)} `;
  return head + cut(plain(what), Math.max(20, width - 21));
}

function describe(event: StoredEvent): string | undefined {
  switch (event.kind) {
    case 'prompt.submit':
      return `prompt ${text(event, 'text')}`;
    case 'tool.call':
      return `${event.tool?.name ?? 'tool'}  ${summary(event)}`;
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
    default:
      return undefined;
  }
}

function summary(event: StoredEvent): string {
  return (
    text(event, 'command') ||
    text(event, 'url') ||
    event.resources
      .map((resource) => tilde(resource.value))
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

export function wrap(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}
