import type { ScanDocument } from '../../contract/scan.ts';
import { csvOf } from '../csv.ts';

export const CSV_TABLES = [
  'agents',
  'mcp',
  'credentials',
  'assets',
  'models',
  'sessions',
  'findings',
] as const;
export type CsvTable = (typeof CSV_TABLES)[number];

type Row = Readonly<Record<string, string | number | boolean | undefined>>;

/** One table of the scan, lists joined by blanks, times as ISO text. */
export function toCsvTable(document: ScanDocument, table: CsvTable): string {
  const rows = rowsOf(document, table);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return csvOf(
    columns,
    rows.map((row) => columns.map((column) => String(row[column] ?? ''))),
  );
}

const time = (timeMs: number | undefined): string =>
  timeMs === undefined ? '' : new Date(timeMs).toISOString();

const lastOf = (times: readonly number[]): number | undefined =>
  times.length === 0 ? undefined : Math.max(...times);

function rowsOf(document: ScanDocument, table: CsvTable): Row[] {
  switch (table) {
    case 'agents':
      return document.agents.map((one) => ({
        id: one.id,
        name: one.name,
        vendor: one.vendor,
        kind: one.kind,
        version: one.installs[0]?.version,
        mode: one.permissionMode,
        sanction: one.sanction,
        accounts: one.accounts.map(({ email, id }) => email ?? id).join(' '),
        firstSeen: time(one.firstSeenMs),
        installs: one.installs.map(({ path }) => path).join(' '),
        running: one.running.length,
        lastUsed: time(one.lastUsedMs),
      }));
    case 'mcp':
      return document.mcpServers.map((one) => ({
        id: one.id,
        name: one.name,
        agents: one.agentIds.join(' '),
        scope: one.scope,
        transport: one.transport,
        command: [one.command, ...(one.args ?? [])].filter((word) => word !== undefined).join(' '),
        url: one.url,
        package: one.package?.name,
        version: one.package?.version,
        pinned: one.package?.pinned,
        enabled: one.enabled,
        credentials: one.credentialIds.length,
        autoApproved: (one.autoApproved ?? []).join(' '),
        calls: one.usedTools.reduce((sum, tool) => sum + tool.calls, 0),
        tools: one.usedTools.map(({ name }) => name).join(' '),
        lastUsed: time(lastOf(one.usedTools.map(({ lastUsedMs }) => lastUsedMs))),
        config: one.configPath,
      }));
    case 'credentials':
      return document.credentials.map((one) => ({
        id: one.id,
        kind: one.kind,
        provider: one.provider,
        principal: one.principal,
        scopes: (one.scopes ?? []).join(' '),
        path: one.location.path,
        pointer: one.location.pointer ?? one.location.envVar ?? one.location.keychainItem,
        plaintext: one.plaintext,
        mode: one.fileMode,
        expires: time(one.expiresMs),
        usedBy: [...one.usedBy.agentIds, ...one.usedBy.mcpServerIds].join(' '),
        fingerprint: one.fingerprint,
      }));
    case 'assets':
      return document.assets.map((one) => ({
        id: one.id,
        kind: one.kind,
        name: one.name,
        agents: one.agentIds.join(' '),
        scope: one.scope,
        path: one.path,
        sha256: one.sha256,
        treeSha256: one.treeSha256,
        origin: one.origin,
        modified: time(one.modifiedMs),
      }));
    case 'models':
      return document.models.map(({ id, provider, local, sessions, tokens, agentIds, lastUsedMs }) => ({
        id,
        provider,
        local,
        sessions,
        agents: agentIds.join(' '),
        ...tokens,
        lastUsed: time(lastUsedMs),
      }));
    case 'sessions':
      return document.sessions.map((one) => ({
        id: one.id,
        agent: one.agentId,
        cwd: one.cwd,
        models: one.models.join(' '),
        started: time(one.startedMs),
        last: time(one.lastEventMs),
        ...one.counts,
        ...one.tokens,
      }));
    case 'findings':
      return document.findings.map((one) => ({
        id: one.id,
        rule: one.ruleId,
        code: one.ruleCode,
        severity: one.severity,
        confidence: one.confidence,
        title: one.title,
        about: one.subject.value,
        why: one.why,
        session: one.sessionId,
        status: one.status,
        count: one.count,
        first: time(one.firstSeenMs),
        last: time(one.lastSeenMs),
        attack: one.taxonomies.attack.join(' '),
      }));
  }
}
