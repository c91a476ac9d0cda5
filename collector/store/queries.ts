import type { Database, Statement } from 'better-sqlite3';
import { Finding, type Severity, severityRank } from '../contract/finding.ts';
import { type Session, StoredEvent, type Tokens } from '../contract/stored.ts';
import { type SessionRow, toSession, usageOfSessions } from './session-rows.ts';
import { TotalRows, type Totals } from './totals.ts';

export interface EventFilter {
  readonly sessionId?: string;
  readonly kind?: string;
  readonly sinceMs?: number;
  /** Only events that arrived after this one. */
  readonly afterSeq?: number;
  readonly limit: number;
}

export interface FindingFilter {
  readonly minSeverity?: Severity;
  readonly status?: Finding['status'];
  /** `false` leaves suppressed ones out. */
  readonly suppressed?: boolean;
  readonly sessionId?: string;
  readonly sinceMs?: number;
  readonly limit: number;
}

const COMMON_KINDS: ReadonlySet<string> = new Set(['tool.call', 'tool.result']);

interface ContextRow {
  parent_id: string | null;
  cwd: string | null;
  permission_mode: string | null;
  state: string | null;
}

/** The reading half of the store. */
export class Queries {
  readonly #db: Database;
  readonly #context: Statement<[string], ContextRow>;

  readonly #totals: TotalRows;

  constructor(db: Database) {
    this.#db = db;
    this.#totals = new TotalRows(db);
    this.#context = db.prepare('SELECT parent_id, cwd, permission_mode, state FROM sessions WHERE id = ?');
  }

  /** In order of arrival when `afterSeq` is given, else newest first. */
  events(filter: EventFilter): { seq: number; event: StoredEvent }[] {
    const where: string[] = [];
    const params: unknown[] = [];
    const add = (sql: string, value: unknown): void => {
      where.push(sql);
      params.push(value);
    };
    if (filter.sessionId !== undefined)
      add('session_key = (SELECT key FROM sessions WHERE id = ?)', filter.sessionId);
    if (filter.kind !== undefined) {
      add('kind = ?', filter.kind);
      // The words of the index over rare kinds: without them SQLite cannot know that it may be used.
      if (!COMMON_KINDS.has(filter.kind)) where.push("kind NOT IN ('tool.call', 'tool.result')");
    }
    if (filter.sinceMs !== undefined) add('time_ms >= ?', filter.sinceMs);
    if (filter.afterSeq !== undefined) add('seq > ?', filter.afterSeq);
    const order = filter.afterSeq === undefined ? 'time_ms DESC, seq DESC' : 'seq';
    const sql = `SELECT seq, body FROM whole_events ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`} ORDER BY ${order} LIMIT ?`;
    return this.#db
      .prepare<unknown[], { seq: number; body: string }>(sql)
      .all(...params, filter.limit)
      .map((row) => ({ seq: row.seq, event: StoredEvent.parse(JSON.parse(row.body)) }));
  }

  /** Newest activity first; sessions without any timed record are left out. */
  sessions(filter: {
    readonly sinceMs?: number;
    readonly agentId?: string;
    readonly limit: number;
  }): Session[] {
    const rows = this.#db
      .prepare<unknown[], SessionRow>(
        `SELECT s.*, (SELECT count(*) FROM sessions c WHERE c.parent_id = s.id) AS subagents FROM sessions s
          WHERE s.last_event_ms >= ? AND (? IS NULL OR s.agent_id = ?) ORDER BY s.last_event_ms DESC LIMIT ?`,
      )
      .all(filter.sinceMs ?? 0, filter.agentId ?? null, filter.agentId ?? null, filter.limit);
    const usage = usageOfSessions(this.#db, rows);
    return rows.map((row) => toSession(row, usage.get(row.key)));
  }

  session(id: string): Session | undefined {
    const row = this.#db
      .prepare<[string], SessionRow>(
        'SELECT s.*, (SELECT count(*) FROM sessions c WHERE c.parent_id = s.id) AS subagents FROM sessions s WHERE s.id = ? AND s.last_event_ms IS NOT NULL',
      )
      .get(id);
    return row === undefined ? undefined : toSession(row, usageOfSessions(this.#db, [row]).get(row.key));
  }

  /** Ids of sessions that start with this text, so that a person can type a few characters. */
  sessionIdsLike(prefix: string): string[] {
    return this.#db
      .prepare<[string, string], { id: string }>(
        'SELECT id FROM sessions WHERE instr(id, ?) = 1 OR instr(native_id, ?) = 1 LIMIT 20',
      )
      .all(prefix, prefix)
      .map((row) => row.id);
  }

  /** Sessions that were heard of since, the latest first: only what ties a process to one. */
  recentSessions(
    sinceMs: number,
    limit: number,
  ): { id: string; agentId: string; nativeId: string; parentId: string | null; cwd: string | null }[] {
    return this.#db
      .prepare<[number, number], ReturnType<Queries['recentSessions']>[number]>(
        `SELECT id, agent_id AS agentId, native_id AS nativeId, parent_id AS parentId, cwd FROM sessions
           WHERE last_event_ms >= ? ORDER BY last_event_ms DESC LIMIT ?`,
      )
      .all(sinceMs, limit);
  }

  /** Sub-agents of a session, also those of sub-agents, by their start and without their tokens; a circle ends. */
  descendants(id: string, limit: number): Session[] {
    return this.#db
      .prepare<[string, string, number], SessionRow>(
        `WITH RECURSIVE tree (id) AS
           (SELECT ? UNION SELECT s.id FROM sessions s JOIN tree t ON s.parent_id = t.id LIMIT 1000)
         SELECT s.*, 0 AS subagents FROM tree JOIN sessions s USING (id)
           WHERE s.id != ? AND s.last_event_ms IS NOT NULL ORDER BY s.started_ms, s.id LIMIT ?`,
      )
      .all(id, id, limit)
      .map((row) => toSession(row, undefined));
  }

  /** Sessions that worked when this one did, or up to `withinMs` before or after; those that started nearest first. */
  sessionsNear(
    { startedMs, lastEventMs }: Pick<Session, 'startedMs' | 'lastEventMs'>,
    withinMs: number,
    own: ReadonlySet<string>,
    limit: number,
  ): Session[] {
    return this.#db
      .prepare<[number, number, string, number, number], SessionRow>(
        `SELECT *, 0 AS subagents FROM sessions WHERE last_event_ms >= ? AND coalesce(started_ms, last_event_ms) <= ?
           AND id NOT IN (SELECT value FROM json_each(?))
           ORDER BY abs(coalesce(started_ms, last_event_ms) - ?), id LIMIT ?`,
      )
      .all(startedMs - withinMs, lastEventMs + withinMs, JSON.stringify([...own]), startedMs, limit)
      .map((row) => toSession(row, undefined));
  }

  /** Sub-agents of a session; those of sub-agents name the same parent. */
  subsessionIds(id: string): string[] {
    return this.#db
      .prepare<[string], { id: string }>('SELECT id FROM sessions WHERE parent_id = ? ORDER BY id LIMIT 200')
      .all(id)
      .map((row) => row.id);
  }

  /** What ingest needs of a session before it goes on with it. */
  sessionContext(
    id: string,
  ): { parentId?: string; cwd?: string; permissionMode?: string; state?: string } | undefined {
    const row = this.#context.get(id);
    if (row === undefined) return undefined;
    return {
      ...(row.parent_id !== null && { parentId: row.parent_id }),
      ...(row.cwd !== null && { cwd: row.cwd }),
      ...(row.permission_mode !== null && { permissionMode: row.permission_mode }),
      ...(row.state !== null && { state: row.state }),
    };
  }

  /** Worst first, then newest. */
  findings(filter: FindingFilter): Finding[] {
    return this.#db
      .prepare<unknown[], { body: string }>(
        `SELECT body FROM findings WHERE severity >= ? AND (? IS NULL OR status = ?) AND (? IS NULL OR session_id = ?) AND last_seen_ms >= ? AND (? OR status != 'suppressed')
          ORDER BY severity DESC, last_seen_ms DESC LIMIT ?`,
      )
      .all(
        filter.minSeverity === undefined ? 0 : severityRank(filter.minSeverity),
        filter.status ?? null,
        filter.status ?? null,
        filter.sessionId ?? null,
        filter.sessionId ?? null,
        filter.sinceMs ?? 0,
        filter.suppressed === false ? 0 : 1,
        filter.limit,
      )
      .map((row) => Finding.parse(JSON.parse(row.body)));
  }

  /** Findings of a session whose text holds the id of an event: few, and without taking the others apart. */
  findingsNaming(sessionId: string, eventId: string): Finding[] {
    return this.#db
      .prepare<[string, string], { body: string }>(
        `SELECT body FROM findings WHERE session_id = ? AND instr(body, ?) > 0
           ORDER BY severity DESC, last_seen_ms DESC LIMIT 1000`,
      )
      .all(sessionId, JSON.stringify(eventId))
      .map((row) => Finding.parse(JSON.parse(row.body)));
  }

  finding(id: string): Finding | undefined {
    const row = this.#db
      .prepare<[string], { body: string }>('SELECT body FROM findings WHERE id = ?')
      .get(id);
    return row === undefined ? undefined : Finding.parse(JSON.parse(row.body));
  }

  /** Tokens and sessions per model and agent. */
  models(): { agentId: string; model: string; sessions: number; lastUsedMs: number; tokens: Tokens }[] {
    return this.#db
      .prepare<
        [],
        {
          agent_id: string;
          model: string;
          sessions: number;
          last: number;
          i: number;
          o: number;
          r: number;
          w: number;
        }
      >(
        `SELECT agent_id, model, count(*) AS sessions, max(last_ms) AS last, sum(input) AS i, sum(output) AS o,
                sum(cache_read) AS r, sum(cache_write) AS w FROM usage_sums WHERE model != '' GROUP BY agent_id, model`,
      )
      .all()
      .map((row) => ({
        agentId: row.agent_id,
        model: row.model,
        sessions: row.sessions,
        lastUsedMs: row.last,
        tokens: { input: row.i, output: row.o, cacheRead: row.r, cacheWrite: row.w },
      }));
  }

  /** What each agent did since a moment, in numbers. */
  countsSince(sinceMs: number): {
    agentId: string;
    sessions: number;
    prompts: number;
    toolCalls: number;
    toolErrors: number;
    mcpCalls: number;
  }[] {
    return this.#db
      .prepare<[number], ReturnType<Queries['countsSince']>[number]>(
        `SELECT s.agent_id AS agentId, count(DISTINCT s.key) AS sessions, sum(e.kind = 'prompt.submit') AS prompts,
                sum(e.kind = 'tool.call') AS toolCalls,
                sum(e.kind = 'tool.result' AND e.body ->> '$.outcome.status' != 'ok') AS toolErrors,
                sum(e.kind = 'tool.call' AND e.body ->> '$.tool.category' = 'mcp') AS mcpCalls
           FROM events e JOIN sessions s ON s.key = e.session_key WHERE e.time_ms >= ? GROUP BY s.agent_id`,
      )
      .all(sinceMs);
  }

  mcpUse(): { agentId: string; server: string; tool: string; calls: number; lastUsedMs: number }[] {
    return this.#db
      .prepare<[], { agentId: string; server: string; tool: string; calls: number; lastUsedMs: number }>(
        'SELECT agent_id AS agentId, server, tool, calls, last_used_ms AS lastUsedMs FROM mcp_use ORDER BY calls DESC',
      )
      .all();
  }

  /** When each agent was last seen working. */
  lastUsed(): Map<string, number> {
    const rows = this.#db
      .prepare<[], { agent_id: string; t: number }>(
        'SELECT agent_id, max(last_event_ms) AS t FROM sessions WHERE last_event_ms IS NOT NULL GROUP BY agent_id',
      )
      .all();
    return new Map(rows.map((row) => [row.agent_id, row.t]));
  }

  /** Folders sessions worked in, most recent first. */
  workingFolders(limit: number): string[] {
    return this.#db
      .prepare<[number], { cwd: string }>(
        'SELECT cwd, max(last_event_ms) AS t FROM sessions WHERE cwd IS NOT NULL GROUP BY cwd ORDER BY t DESC LIMIT ?',
      )
      .all(limit)
      .map((row) => row.cwd);
  }

  parserCounts(): { agentId: string; what: string; n: number }[] {
    return this.#db
      .prepare<[], { agentId: string; what: string; n: number }>(
        'SELECT agent_id AS agentId, what, n FROM parser_counts ORDER BY n DESC',
      )
      .all();
  }

  totals(): Totals {
    return this.#totals.read();
  }
}
