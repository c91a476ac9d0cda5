import type { Database, Statement } from 'better-sqlite3';
import {
  hash53,
  RESOURCE_ACCESS,
  RESOURCE_KINDS,
  type Resource,
  TOOL_CATEGORIES,
  type ToolCategory,
} from '../contract/event.ts';
import type { GraphEvent } from '../contract/graph-event.ts';

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly time_ms: number;
  readonly body: string;
}

/**
 * What a session did, with only what a graph is made of. A session may have 100,000 events, so that rows are looked at
 * by hand here: a schema would take longer than reading them. What does not fit is left out.
 */
export class SessionCalls {
  readonly #db: Database;
  #calls: Statement<[string, number], Row> | undefined;
  #refusals: Statement<[{ sessionId: string; limit: number }], Row> | undefined;
  #byId: Statement<[number, string, string], Row> | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * The latest calls of a session, and the refusals among their results; in no order.
   * @param always ids of calls that are to be there however old they are
   */
  latest(
    sessionId: string,
    limit: number,
    always: readonly string[] = [],
  ): { readonly events: GraphEvent[]; readonly more: boolean } {
    this.#calls ??= this.#db.prepare(
      `SELECT id, kind, time_ms, body FROM events WHERE session_key = (SELECT key FROM sessions WHERE id = ?)
         AND kind = 'tool.call' ORDER BY time_ms DESC LIMIT ?`,
    );
    // Each half in its own index: nearly every result is of a call that was let through.
    this.#refusals ??= this.#db.prepare(
      `SELECT id, kind, time_ms, body FROM events WHERE session_key = (SELECT key FROM sessions WHERE id = @sessionId)
         AND kind = 'tool.result' AND instr(body, '"denied"') > 0
       UNION ALL SELECT id, kind, time_ms, body FROM events
         WHERE session_key = (SELECT key FROM sessions WHERE id = @sessionId) AND kind = 'permission.decision' LIMIT @limit`,
    );
    const events: GraphEvent[] = [];
    let calls = 0;
    for (const row of this.#calls.iterate(sessionId, limit + 1)) {
      calls++;
      const event = calls > limit ? undefined : toEvent(row, sessionId);
      if (event !== undefined) events.push(event);
    }
    for (const row of this.#refusals.iterate({ sessionId, limit })) {
      const event = toEvent(row, sessionId);
      if (event !== undefined) events.push(event);
    }
    if (calls > limit) events.push(...this.#older(sessionId, always, events));
    return { events, more: calls > limit };
  }

  #older(sessionId: string, ids: readonly string[], known: readonly GraphEvent[]): GraphEvent[] {
    const there = new Set(known.map(({ id }) => id));
    this.#byId ??= this.#db.prepare(
      `SELECT id, kind, time_ms, body FROM events WHERE id_hash = ? AND id = ?
         AND session_key = (SELECT key FROM sessions WHERE id = ?) AND kind = 'tool.call'`,
    );
    return ids.flatMap((id) => {
      const row = there.has(id) ? undefined : this.#byId?.get(hash53(id), id, sessionId);
      const event = row === undefined ? undefined : toEvent(row, sessionId);
      return event ?? [];
    });
  }
}

function toEvent({ id, kind, time_ms: timeMs, body }: Row, sessionId: string): GraphEvent | undefined {
  const parsed = parse(body);
  const base = { id, timeMs, sessionId, ...withInput(parsed['input']) };
  if (kind === 'tool.call') {
    const tool = toTool(parsed['tool']);
    return tool === undefined
      ? undefined
      : { ...base, kind, tool, resources: toResources(parsed['resources']) };
  }
  if (kind === 'permission.decision') return { ...base, kind, resources: [] };
  const denied = asRecord(parsed['outcome'])['status'] === 'denied';
  return denied ? { ...base, kind: 'tool.result', outcome: { status: 'denied' }, resources: [] } : undefined;
}

function withInput(value: unknown): { readonly input?: Readonly<Record<string, unknown>> } {
  const { command, dialect, cwd, callId, decision } = asRecord(value);
  if (command === undefined && callId === undefined) return {};
  return { input: { command, dialect, cwd, callId, decision } };
}

function toTool(value: unknown): GraphEvent['tool'] {
  const { name, category, callId, mcpServer } = asRecord(value);
  if (typeof name !== 'string' || typeof callId !== 'string') return undefined;
  return {
    name,
    category: isCategory(category) ? category : 'other',
    callId,
    ...(typeof mcpServer === 'string' && { mcpServer }),
  };
}

function toResources(value: unknown): Resource[] {
  const resources: Resource[] = [];
  if (!Array.isArray(value)) return resources;
  for (const item of value) {
    const { kind, value: what, access } = asRecord(item);
    if (typeof what === 'string' && isResourceKind(kind) && isAccess(access))
      resources.push({ kind, value: what, access });
  }
  return resources;
}

type Loose = Readonly<Partial<Record<string, unknown>>>;

function parse(body: string): Loose {
  try {
    return asRecord(JSON.parse(body));
  } catch {
    return {}; // a damaged row
  }
}

function asRecord(value: unknown): Loose {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null;
}

function isCategory(value: unknown): value is ToolCategory {
  return TOOL_CATEGORIES.some((one) => one === value);
}

function isResourceKind(value: unknown): value is Resource['kind'] {
  return RESOURCE_KINDS.some((one) => one === value);
}

function isAccess(value: unknown): value is Resource['access'] {
  return RESOURCE_ACCESS.some((one) => one === value);
}
