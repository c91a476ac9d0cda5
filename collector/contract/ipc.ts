import { z } from 'zod';
import { ActionRequest, ActionResult, AuditCheck, AuditRecord } from './action.ts';
import { AgentRecord, Asset, Credential, McpServer, ModelRecord } from './agent.ts';
import { BASELINE_METHODS } from './baseline.ts';
import { EVENT_KINDS } from './event.ts';
import { Finding, Severity } from './finding.ts';
import { CHANGING_KINDS, InventoryChange } from './inventory-change.ts';
import { HealthItem } from './health.ts';
import { Privileges } from './privileges.ts';
import { ProcessList } from './process-list.ts';
import { PROCESS_METHODS } from './process-methods.ts';
import { RunningServers } from './running-server.ts';
import { SentStats } from './sent.ts';
import { Session, StoredEvent } from './stored.ts';
import { UI_METHODS } from './ui-methods.ts';

export { PROTOCOL_VERSION } from './protocol.ts';

const limit = z.int().min(1).max(10_000).default(200);
const SequencedEvent = z.object({ seq: z.int(), event: StoredEvent });
export type SequencedEvent = z.infer<typeof SequencedEvent>;

export const CollectorStatus = z.object({
  pid: z.int(),
  version: z.string(),
  startedMs: z.int(),
  /** `starting`: looking at the machine; `reading`: history is being read; `watching`: everything is followed live. */
  phase: z.enum(['starting', 'reading', 'watching', 'stopping']),
  storePath: z.string(),
  storeBytes: z.int(),
  totals: z.object({ events: z.int(), sessions: z.int(), findings: z.int(), lastSeq: z.int() }),
  files: z.object({ known: z.int(), pending: z.int() }),
  reporting: z.object({ mode: z.string(), endpoint: z.string().optional(), queued: z.int() }),
  health: z.array(HealthItem),
});
export type CollectorStatus = z.infer<typeof CollectorStatus>;

const empty = z.object({}).strict();

/** Every request of the local API: what goes in, what comes back. Both ends check both. */
export const METHODS = {
  hello: {
    params: z.object({ token: z.string(), protocolVersion: z.int() }),
    result: z.object({ protocolVersion: z.int(), version: z.string() }),
  },
  'status.get': { params: empty, result: CollectorStatus },
  'collector.stop': { params: empty, result: empty },
  'agents.list': { params: empty, result: z.array(AgentRecord) },
  'mcpServers.list': { params: empty, result: z.array(McpServer) },
  /** Which processes are which MCP servers now; those that do not run are not there. */
  'mcpServers.running': { params: empty, result: z.array(RunningServers) },
  'credentials.list': { params: empty, result: z.array(Credential) },
  'assets.list': { params: empty, result: z.array(Asset) },
  'models.list': { params: empty, result: z.array(ModelRecord) },
  /** What came, changed and went, newest first. */
  'inventory.changes': {
    params: z.object({
      kind: z.enum(CHANGING_KINDS).optional(),
      id: z.string().optional(),
      sinceMs: z.int().optional(),
      limit,
    }),
    result: z.array(InventoryChange),
  },
  'sessions.list': {
    params: z.object({ sinceMs: z.int().optional(), agentId: z.string().optional(), limit }),
    result: z.array(Session),
  },
  'sessions.get': { params: z.object({ id: z.string() }), result: Session.nullable() },
  'sessions.resolve': { params: z.object({ prefix: z.string() }), result: z.array(z.string()) },
  'events.list': {
    params: z.object({
      sessionId: z.string().optional(),
      kind: z.enum(EVENT_KINDS).optional(),
      sinceMs: z.int().optional(),
      afterSeq: z.int().optional(),
      limit,
    }),
    result: z.array(SequencedEvent),
  },
  'events.search': { params: z.object({ words: z.string(), limit }), result: z.array(SequencedEvent) },
  'findings.list': {
    params: z.object({
      minSeverity: Severity.optional(),
      status: Finding.shape.status.optional(),
      /** `false` leaves out what somebody suppressed. */
      suppressed: z.boolean().optional(),
      sessionId: z.string().optional(),
      sinceMs: z.int().optional(),
      limit,
    }),
    result: z.array(Finding),
  },
  /** The open ones of each session that has any, without their words: what a list of sessions shows. */
  'findings.bySession': {
    params: z.object({}),
    result: z.array(z.object({ sessionId: z.string(), open: z.int(), worst: Severity })),
  },
  'findings.get': { params: z.object({ id: z.string() }), result: Finding.nullable() },
  'exec.started': {
    params: z.object({
      /** Also in the environment of the agent, as `REEVE_SESSION`. */
      id: z.string().min(1).max(64),
      /** The agent as the person called it; its arguments are not told. */
      argv0: z.string().max(4_096),
      cwd: z.string().max(4_096),
      pid: z.int().min(1),
      /** 0 when it could not be read; the exact start below wins over it. */
      startTimeMs: z.int(),
      bootId: z.string().max(64).optional(),
      startTicks: z.int().optional(),
    }),
    result: empty,
  },
  'exec.ended': {
    params: z.object({
      id: z.string().min(1).max(64),
      endedMs: z.int(),
      exitCode: z.int().optional(),
      /** Number of the signal that ended it. */
      signal: z.int().optional(),
    }),
    result: empty,
  },
  /** What `actions.run` would touch, and whether it would be refused; changes nothing. */
  'actions.preview': { params: ActionRequest, result: ActionResult },
  'actions.run': { params: ActionRequest, result: ActionResult },
  'audit.list': { params: z.object({ afterSeq: z.int().optional(), limit }), result: z.array(AuditRecord) },
  'audit.verify': { params: empty, result: AuditCheck },
  /** Processes of agents and their trees, of sessions known and unknown. */
  'processes.list': { params: empty, result: ProcessList },
  /** Granted next to used over a window, 30 days unless told; with the smaller settings as diffs. */
  'privileges.get': {
    params: z.object({ sinceMs: z.int().optional(), agentId: z.string().optional() }),
    result: Privileges,
  },
  'store.check': { params: empty, result: z.object({ problems: z.array(z.string()) }) },
  ...BASELINE_METHODS,
  ...PROCESS_METHODS,
  ...UI_METHODS,
} as const;

export type Method = keyof typeof METHODS;
export type Params<M extends Method> = z.input<(typeof METHODS)[M]['params']>;
export type ParsedParams<M extends Method> = z.output<(typeof METHODS)[M]['params']>;
export type Result<M extends Method> = z.output<(typeof METHODS)[M]['result']>;

/** What the collector tells without being asked. */
export const NOTIFICATIONS = {
  'events.created': z.object({ events: z.array(SequencedEvent) }),
  'findings.changed': z.object({ findings: z.array(Finding) }),
  'health.changed': z.object({ health: z.array(HealthItem) }),
  'status.changed': z.object({ phase: CollectorStatus.shape.phase }),
  /** Sessions with new events or other data, as they are now; `more` were left out. */
  'sessions.changed': z.object({ sessions: z.array(Session), more: z.int() }),
  /** Agents, MCP servers, credentials or skills changed: ask again for the lists that are shown. */
  'inventory.changed': z.object({ kinds: z.array(z.enum(['agent', 'mcp-server', 'credential', 'asset'])) }),
  'approvals.changed': z.object({ waiting: z.int(), before: z.int() }),
  'sent.changed': z.object({ stats: SentStats }),
  'settings.changed': z.object({ keys: z.array(z.string()) }),
  /** This caller was too slow and something was left out: ask again for everything that is shown. */
  resync: z.object({}),
} as const;

export type Notification = keyof typeof NOTIFICATIONS;
export type NotificationBody<N extends Notification> = z.output<(typeof NOTIFICATIONS)[N]>;

/** One notification with its body. */
export type Notice = {
  [N in Notification]: { readonly name: N; readonly body: NotificationBody<N> };
}[Notification];

/** `notices.select` belongs to one connection and is answered where that is known, like `hello`. */
export type Handlers = {
  readonly [M in Exclude<Method, 'notices.select'>]: (
    params: ParsedParams<M>,
  ) => Result<M> | Promise<Result<M>>;
};
