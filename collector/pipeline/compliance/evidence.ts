import type { AuditCheck, AuditRecord } from '../../contract/action.ts';
import type { AgentRecord, Asset, Credential, McpServer, ModelRecord } from '../../contract/agent.ts';
import type { Bundle, Finding } from '../../contract/finding.ts';
import type { HealthItem } from '../../contract/health.ts';
import type { Session } from '../../contract/stored.ts';

/** Everything a report is made of; of the window where it has a time. */
export interface Evidence {
  readonly agents: readonly AgentRecord[];
  readonly mcpServers: readonly McpServer[];
  readonly credentials: readonly Credential[];
  readonly assets: readonly Asset[];
  readonly models: readonly ModelRecord[];
  readonly sessions: readonly Session[];
  readonly findings: readonly Finding[];
  readonly audit: readonly AuditRecord[];
  readonly auditCheck: AuditCheck;
  readonly health: readonly HealthItem[];
  /** Rules in use, by the bundle they give evidence for. */
  readonly rulesPerBundle: Readonly<Partial<Record<Bundle, number>>>;
  /** Agents whose session logs are read. */
  readonly loggedAgentIds: ReadonlySet<string>;
  readonly reporting: boolean;
}

/** What one bundle can show. */
export interface BundleEvidence {
  readonly supports: readonly string[];
  readonly gaps: readonly string[];
}

const DAY_MS = 86_400_000;
const OLD_DECISION_DAYS = 30;
const OLD_CREDENTIAL_DAYS = 180;

/** Sentences for and against each bundle. Only numbers that were counted; nothing is assumed to be fine. */
export function evidenceOf(bundle: Bundle, evidence: Evidence, nowMs: number): BundleEvidence {
  const watched = watching(bundle, evidence);
  const { supports, gaps } = EVIDENCE[bundle](evidence, nowMs);
  return { supports: [...supports, ...watched.supports], gaps: [...gaps, ...watched.gaps] };
}

function watching(bundle: Bundle, { rulesPerBundle, findings }: Evidence): BundleEvidence {
  const rules = rulesPerBundle[bundle] ?? 0;
  if (rules === 0) return { supports: [], gaps: ['No rule looks for this.'] };
  const found = findings.filter((finding) => finding.bundles.includes(bundle)).length;
  return {
    supports: [
      `${count(rules, 'rule looks', 'rules look')} for it all the time; ${count(found, 'finding', 'findings')} in the window.`,
    ],
    gaps: [],
  };
}

type Show = (evidence: Evidence, nowMs: number) => BundleEvidence;

const EVIDENCE: Readonly<Record<Bundle, Show>> = {
  INV: ({ agents, mcpServers, credentials, assets, models }) => ({
    supports: [
      `Register of ${count(agents.length, 'agent', 'agents')}, ${count(mcpServers.length, 'MCP server', 'MCP servers')}, ${count(credentials.length, 'credential', 'credentials')}, ${count(assets.length, 'skill, hook or instruction file', 'skills, hooks and instruction files')} and ${count(models.length, 'model', 'models')}, kept up to date.`,
    ],
    gaps: unless(
      agents.filter((agent) => agent.sanction === 'unknown').length,
      (n) =>
        `${count(n, 'agent has', 'agents have')} no decision whether ${n === 1 ? 'it is' : 'they are'} sanctioned.`,
    ),
  }),
  CFG: ({ agents }) => ({
    supports: [
      `${count(
        sum(agents, (agent) => agent.configFiles.length),
        'configuration file',
        'configuration files',
      )} of agents are read and compared.`,
    ],
    gaps: unless(
      agents.filter((agent) => agent.permissionMode === undefined).length,
      (n) => `The permission mode of ${count(n, 'agent', 'agents')} is not known.`,
    ),
  }),
  SEC: ({ credentials }, nowMs) => ({
    supports: [
      `${count(credentials.length, 'credential', 'credentials')} registered by keyed fingerprint; values are never kept.`,
      `${count(credentials.filter((one) => !one.plaintext).length, 'is', 'are')} kept out of plain text.`,
    ],
    gaps: [
      ...unless(
        credentials.filter((one) => one.plaintext).length,
        (n) => `${count(n, 'credential lies', 'credentials lie')} in plain text.`,
      ),
      ...unless(
        credentials.filter((one) => (one.expiresMs ?? nowMs) < nowMs).length,
        (n) => `${count(n, 'has', 'have')} expired and ${n === 1 ? 'is' : 'are'} still there.`,
      ),
      ...unless(
        credentials.filter((one) => (one.ageMs ?? 0) > OLD_CREDENTIAL_DAYS * DAY_MS).length,
        (n) => `${count(n, 'is', 'are')} older than ${String(OLD_CREDENTIAL_DAYS)} days.`,
      ),
      ...unless(
        credentials.filter((one) => one.scopes === undefined).length,
        (n) => `What ${count(n, 'credential', 'credentials')} may do cannot be told from this machine.`,
      ),
    ],
  }),
  ACC: ({ agents, mcpServers }) => ({
    supports: [
      `Standing permissions of ${count(agents.length, 'agent', 'agents')} and ${count(mcpServers.length, 'MCP server', 'MCP servers')} are known; \`reeve privileges\` compares them with what was used.`,
    ],
    gaps: unless(
      mcpServers.filter((server) => (server.autoApproved ?? []).length > 0).length,
      (n) => `${count(n, 'MCP server runs', 'MCP servers run')} tools without asking anybody.`,
    ),
  }),
  CHG: ({ audit, assets }) => ({
    supports: [
      `${count(assets.filter((asset) => asset.sha256 !== undefined).length, 'file that steers', 'files that steer')} agents ${assets.length === 1 ? 'is' : 'are'} known by content hash.`,
      `${count(audit.filter((row) => row.target.kind === 'approval').length, 'approval decision', 'approval decisions')} recorded.`,
    ],
    gaps: [],
  }),
  SUP: ({ mcpServers }) => {
    const packaged = mcpServers.filter((server) => server.package !== undefined);
    const pinned = packaged.filter((server) => server.package?.pinned === true).length;
    return {
      supports: [
        `${String(pinned)} of ${count(packaged.length, 'MCP server package', 'MCP server packages')} fixed to a version.`,
      ],
      gaps: unless(
        packaged.length - pinned,
        (n) => `${count(n, 'package floats', 'packages float')}: whatever version is newest runs.`,
      ),
    };
  },
  MAL: () => ({ supports: [], gaps: [] }),
  MON: (evidence) => monitoring(evidence),
  DLP: ({ sessions }) => ({
    supports: [
      `Reads of secrets and sends to other machines are followed through ${count(sessions.length, 'session', 'sessions')} of ${count(new Set(sessions.map((one) => one.agentId)).size, 'agent', 'agents')}.`,
    ],
    gaps: ['Content of encrypted connections is not looked at.'],
  }),
  DST: ({ sessions }) => ({
    supports: [
      `Deleting and overwriting is followed through ${count(
        sum(sessions, (one) => one.counts.toolCalls),
        'tool call',
        'tool calls',
      )}.`,
    ],
    gaps: ['Whether a backup exists cannot be told from this machine.'],
  }),
  OVR: ({ audit, agents }) => ({
    supports: [
      `${count(audit.filter((row) => row.actor.via !== 'policy').length, 'action or decision', 'actions and decisions')} of people in the audit log.`,
      'Any session can be paused and ended by the person at the machine.',
    ],
    gaps: unless(
      agents.filter((agent) => /bypass|yolo|never|full|auto/i.test(agent.permissionMode ?? '')).length,
      (n) => `${count(n, 'agent acts', 'agents act')} without asking a person.`,
    ),
  }),
  INC: ({ audit, findings }, nowMs) => ({
    supports: [
      `${count(audit.filter((row) => ['pause', 'resume', 'kill'].includes(row.action)).length, 'response action', 'response actions')} recorded with actor, reason and result.`,
    ],
    gaps: unless(
      findings.filter((one) => one.status === 'open' && nowMs - one.firstSeenMs > OLD_DECISION_DAYS * DAY_MS)
        .length,
      (n) =>
        `${count(n, 'finding is', 'findings are')} open for more than ${String(OLD_DECISION_DAYS)} days without a decision.`,
    ),
  }),
};

function monitoring({
  sessions,
  agents,
  loggedAgentIds,
  health,
  auditCheck,
  reporting,
}: Evidence): BundleEvidence {
  const blind = agents.filter((agent) => !loggedAgentIds.has(agent.id));
  return {
    supports: [
      `${count(sessions.length, 'session', 'sessions')} with ${count(
        sum(sessions, (one) => one.counts.toolCalls),
        'tool call',
        'tool calls',
      )} recorded, each tied to account, agent and session.`,
      `Session logs of ${count(agents.length - blind.length, 'agent', 'agents')} of ${String(agents.length)} are read.`,
      ...(auditCheck.ok
        ? [`The audit log holds ${count(auditCheck.rows, 'row', 'rows')} and its chain is whole.`]
        : []),
      ...(reporting ? ['Events are delivered to the central receiver.'] : []),
    ],
    gaps: [
      ...(blind.length === 0
        ? []
        : [
            `No session log is read of: ${blind
              .map((agent) => agent.name)
              .slice(0, 10)
              .join(', ')}.`,
          ]),
      ...(auditCheck.ok ? [] : ['The audit log was changed after it was written.']),
      ...(reporting ? [] : ['Nothing is delivered to a central receiver: this machine holds the only copy.']),
      ...health
        .filter((item) => item.severity !== 'informational')
        .map((item) => item.text)
        .slice(0, 5),
    ],
  };
}

function unless(n: number, sentence: (n: number) => string): string[] {
  return n === 0 ? [] : [sentence(n)];
}

function count(n: number, one: string, many: string): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
