import { z } from 'zod';
import { AgentRecord, Asset, Credential, McpServer } from './agent.ts';
import { Finding } from './finding.ts';
import { HealthItem } from './health.ts';
import { Session, StoredEvent } from './stored.ts';

/** Activity of one UTC day in numbers: all that `minimal` tells about ordinary work. */
export const DailyCounts = z.object({
  dayStartMs: z.int(),
  agents: z.array(
    z.object({
      agentId: z.string(),
      sessions: z.int(),
      prompts: z.int(),
      toolCalls: z.int(),
      toolErrors: z.int(),
      mcpCalls: z.int(),
    }),
  ),
  /** Outbox rows given up so far, by reason. */
  dropped: z.record(z.string(), z.int()),
});
export type DailyCounts = z.infer<typeof DailyCounts>;

/** What is reported besides events and findings. `observedMs` is when it was seen to be so. */
export const InventoryItem = z.discriminatedUnion('type', [
  z.object({ type: z.literal('session'), observedMs: z.int(), session: Session }),
  z.object({ type: z.literal('agent'), observedMs: z.int(), agent: AgentRecord }),
  z.object({ type: z.literal('mcp-server'), observedMs: z.int(), server: McpServer }),
  z.object({ type: z.literal('credential'), observedMs: z.int(), credential: Credential }),
  z.object({ type: z.literal('asset'), observedMs: z.int(), asset: Asset }),
  z.object({ type: z.literal('health'), observedMs: z.int(), health: HealthItem, resolved: z.boolean() }),
  z.object({ type: z.literal('counts'), observedMs: z.int(), counts: DailyCounts }),
]);
export type InventoryItem = z.infer<typeof InventoryItem>;

/** One thing that can leave the machine. */
export type ReportItem =
  | { readonly type: 'event'; readonly event: StoredEvent }
  | { readonly type: 'finding'; readonly finding: Finding }
  | InventoryItem;

export const OUTBOX_PRIORITIES = ['finding', 'action', 'event', 'inventory'] as const;
export type OutboxPriority = (typeof OUTBOX_PRIORITIES)[number];

/**
 * The item in an outbox row. `finding` rows hold a `Finding`, `event` and `action` rows a `StoredEvent`,
 * `inventory` rows an `InventoryItem`.
 * @returns undefined for text that is not such an item: a damaged row, or one written by a newer version.
 */
export function parseOutboxItem(priority: OutboxPriority, json: string): ReportItem | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  switch (priority) {
    case 'finding': {
      const finding = Finding.safeParse(value);
      return finding.success ? { type: 'finding', finding: finding.data } : undefined;
    }
    case 'inventory': {
      const item = InventoryItem.safeParse(value);
      return item.success ? item.data : undefined;
    }
    case 'event':
    case 'action': {
      const event = StoredEvent.safeParse(value);
      return event.success ? { type: 'event', event: event.data } : undefined;
    }
  }
}

/**
 * The stable id of one report, unique on its machine; the same report sent twice has the same id.
 * A finding that changed (count, severity, status) is a new report about the same finding; so is an inventory
 * item that was seen again at another time.
 */
export function reportUid(item: ReportItem): string {
  switch (item.type) {
    case 'event':
      return item.event.id;
    case 'finding': {
      const { id, count, severity, status } = item.finding;
      return `${id}:${count}:${severity}:${status}`;
    }
    case 'session':
      return `inventory:session:${item.session.id}:${item.observedMs}`;
    case 'agent':
      return `inventory:agent:${item.agent.id}:${item.observedMs}`;
    case 'mcp-server':
      return `inventory:mcp-server:${item.server.id}:${item.observedMs}`;
    case 'credential':
      return `inventory:credential:${item.credential.id}:${item.observedMs}`;
    case 'asset':
      return `inventory:asset:${item.asset.id}:${item.observedMs}`;
    case 'health':
      return `health:${item.health.code}:${item.resolved ? 'resolved' : 'raised'}:${item.observedMs}`;
    case 'counts':
      return `counts:${item.counts.dayStartMs}:${item.observedMs}`;
  }
}
