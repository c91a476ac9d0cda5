import { homedir } from 'node:os';
import type { AgentRecord, Credential, McpServer } from '../contract/agent.ts';
import type { ApprovalItem } from '../contract/approval.ts';
import type { Finding } from '../contract/finding.ts';
import type { InventoryChange } from '../contract/inventory-change.ts';
import type { RunningServer } from '../contract/running-server.ts';
import { ago, plain, plural, tilde } from './words.ts';

const SHORT_HASH = 12;
const TITLE_WIDTH = 12;

/** A title with one line or several; what has none is left out. */
export type Fact = readonly [title: string, text: string | readonly string[] | undefined];

/** What is known of one thing of the inventory, for reading. */
export interface Thing {
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
  /** Newest first. */
  readonly changes: readonly InventoryChange[];
}

export function thingView({ facts, findings, changes }: Thing, nowMs: number): string {
  return [
    ...facts.flatMap(([title, text]) => factLines(title, text)),
    ...findingLines(findings),
    ...changes.map((change) => changeLine(change, nowMs)),
  ].join('\n');
}

/** One line a rule: of a busy agent there are many of the same. */
function findingLines(findings: readonly Finding[]): string[] {
  const counts = new Map<string, number>();
  for (const { severity, ruleCode, title } of findings) {
    const line = plain(`${severity.padEnd(TITLE_WIDTH)} ${ruleCode} ${title}`);
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, times]) => (times === 1 ? line : `${line} (${times} findings)`));
}

function factLines(title: string, text: Fact[1]): string[] {
  const lines = text === undefined ? [] : typeof text === 'string' ? [text] : text;
  return lines.map((line, n) => plain(`${(n === 0 ? title : '').padEnd(TITLE_WIDTH)} ${line}`));
}

function changeLine({ timeMs, change, fields, by }: InventoryChange, nowMs: number): string {
  const what = fields
    .map(
      ({ field, before = '-', after = '-' }) =>
        `${field} ${before.slice(0, SHORT_HASH)} → ${after.slice(0, SHORT_HASH)}`,
    )
    .join(', ');
  const who =
    by === undefined ? '' : ` by ${by.tool} of ${by.sessionId}${by.confidence === 'low' ? ' (perhaps)' : ''}`;
  return plain(`${ago(timeMs, nowMs)}  ${change}${who}${what === '' ? '' : `: ${what}`}`);
}

/** What people said about it, and when it came; absent for what nobody decides about. */
export function decisionFacts(item: ApprovalItem | undefined, nowMs: number): Fact[] {
  if (item === undefined) return [];
  const { state, decidedBy, decidedMs, reason, before, firstSeenMs } = item;
  return [
    ['first seen', `${ago(firstSeenMs, nowMs)}${before ? ', at the first look at this machine' : ''}`],
    [
      'decision',
      [
        state === 'new' ? 'none yet' : state,
        ...(decidedBy === undefined ? [] : [`by ${decidedBy}`]),
        ...(decidedMs === undefined ? [] : [ago(decidedMs, nowMs)]),
        ...(reason === undefined ? [] : [`(${reason})`]),
      ].join(' '),
    ],
  ];
}

export function agentFacts(agent: AgentRecord, nowMs: number, home = homedir()): Fact[] {
  return [
    ['name', `${agent.name} (${agent.vendor}, ${agent.kind})`],
    ['id', agent.id],
    ['where', agent.where],
    ['sanction', agent.sanction],
    ['mode', agent.permissionMode],
    [
      'accounts',
      agent.accounts.map(({ email, id, plan }) => `${email ?? id}${plan === undefined ? '' : `, ${plan}`}`),
    ],
    [
      'installed',
      agent.installs.map(
        ({ path, version, method, place }) =>
          `${tilde(path, home)}  ${[version, method, place].filter((part) => part !== undefined).join(', ')}`,
      ),
    ],
    [
      'running',
      agent.running.map(({ pid, place }) => `process ${pid}${place === undefined ? '' : ` in ${place}`}`),
    ],
    ['last used', agent.lastUsedMs === undefined ? undefined : ago(agent.lastUsedMs, nowMs)],
    ['settings', agent.configFiles.map(({ path, scope }) => `${tilde(path, home)}  ${scope}`)],
    ['why', agent.unknown?.evidence.map(({ detail }) => detail)],
  ];
}

/**
 * @param credentials all of the inventory
 * @param running as seen now; absent when no collector runs to see it
 */
export function serverFacts(
  server: McpServer,
  credentials: readonly Credential[],
  running: readonly RunningServer[] | undefined,
  nowMs: number,
  home = homedir(),
): Fact[] {
  const { package: spec, usedTools, autoApproved = [], importedBy = [], reach } = server;
  const held = credentials.filter(({ id }) => server.credentialIds.includes(id));
  const withoutAsking = (name: string): boolean => autoApproved.some((one) => one === '*' || one === name);
  return [
    ['name', server.enabled ? server.name : `${server.name} (off)`],
    ['id', server.id],
    ['used by', server.agentIds.filter((id) => !importedBy.includes(id)).join(', ')],
    ['taken over', importedBy.length === 0 ? undefined : `by ${importedBy.join(', ')}, from that file`],
    ['set in', `${tilde(server.configPath, home)} ${server.pointer}`],
    ['set for', [server.scope, ...(server.place === undefined ? [] : [server.place])].join(', ')],
    [
      server.url === undefined ? 'runs' : 'is at',
      server.url ?? [server.command ?? '', ...(server.args ?? [])].join(' '),
    ],
    ['running', server.url === undefined ? runningLines(running, nowMs) : undefined],
    [
      'package',
      spec === undefined
        ? undefined
        : `${[spec.ecosystem, spec.name, ...(spec.version === undefined ? [] : [spec.version])].join(' ')}${spec.pinned ? ' (pinned)' : ' (whatever is newest)'}`,
    ],
    ['asked', server.approval === undefined ? undefined : `${server.approval} in the agent`],
    ['variables', server.envNames.join(', ') || undefined],
    ['headers', server.headerNames.join(', ') || undefined],
    ['may reach', declaredLines(reach)],
    ['holds', held.map((one) => `${one.kind} of ${one.provider}, \`reeve credentials show ${one.id}\``)],
    ['not asked', autoApproved.length === 0 ? undefined : autoApproved.join(', ')],
    [
      'tools used',
      usedTools.length === 0
        ? 'none yet; what it offers is not known without starting it'
        : usedTools.map(
            ({ name, calls, lastUsedMs }) =>
              `${name}  ${plural(calls, 'call')}, ${ago(lastUsedMs, nowMs)}${withoutAsking(name) ? ', without asking' : ''}`,
          ),
    ],
  ];
}

function runningLines(running: readonly RunningServer[] | undefined, nowMs: number): Fact[1] {
  if (running === undefined) return 'not known: no collector runs';
  if (running.length === 0) return 'no';
  return running.map(({ pid, startTimeMs, agentId, agentPid }) => {
    const owner = agentId === undefined ? '' : ` for ${agentId}`;
    const of = agentPid === undefined ? '' : `, process ${String(agentPid)}`;
    return `process ${String(pid)}${owner}${of}, since ${ago(startTimeMs, nowMs)}`;
  });
}

/** What is written down, and where; what a program does besides is not known. */
function declaredLines(reach: McpServer['reach']): Fact[1] {
  const named = [
    ...(reach?.paths ?? []).map(({ path, from }) => `${path}  (declared, ${from})`),
    ...(reach?.hosts ?? []).map(({ host, from }) => `${host}  (declared, ${from})`),
  ];
  return named.length === 0 ? 'nothing declared; whatever this account can' : named;
}

/** @param all credentials of the inventory: the same value in several places is told */
export function credentialFacts(
  credential: Credential,
  all: readonly Credential[],
  servers: readonly McpServer[],
  nowMs: number,
  home = homedir(),
): Fact[] {
  const { usedBy, expiresMs, issuedMs } = credential;
  const others = all.filter(
    ({ id, fingerprint }) => id !== credential.id && fingerprint === credential.fingerprint,
  );
  const users = [
    ...usedBy.agentIds,
    ...servers.filter(({ id }) => usedBy.mcpServerIds.includes(id)).map(({ name }) => `MCP server ${name}`),
  ];
  return [
    ['kind', `${credential.kind} of ${credential.provider}`],
    ['id', credential.id],
    ['acts as', credential.principal],
    ['may', credential.scopes?.join(', ')],
    ['lies in', placeOf(credential, home)],
    ['also in', others.map((one) => placeOf(one, home))],
    [
      'stored',
      `${credential.plaintext ? 'in plain text' : 'protected'}${credential.fileMode === undefined ? '' : `, mode ${credential.fileMode}`}`,
    ],
    ['used by', users.length === 0 ? 'nobody known' : users.join(', ')],
    ['issued', issuedMs === undefined ? undefined : ago(issuedMs, nowMs)],
    [
      'expires',
      expiresMs === undefined
        ? undefined
        : expiresMs < nowMs
          ? `expired ${ago(expiresMs, nowMs)}`
          : new Date(expiresMs).toISOString(),
    ],
    ['fingerprint', credential.fingerprint],
  ];
}

function placeOf({ location, place }: Credential, home: string): string {
  const { path, pointer, line, envVar, keychainItem } = location;
  const at = pointer ?? envVar ?? keychainItem ?? (line === undefined ? undefined : `line ${line}`);
  return [
    tilde(path, home),
    ...(at === undefined ? [] : [at]),
    ...(place === undefined ? [] : [`in ${place}`]),
  ].join(' ');
}
