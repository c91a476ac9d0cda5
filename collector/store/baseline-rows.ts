import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { Finding } from '../contract/finding.ts';

/** How far the baseline has looked: nothing up to here is looked at again. */
export interface BaselinePosition {
  readonly seq: number;
  readonly usageRow: number;
}

export interface BaselineSave {
  /** None while nothing was learned yet. */
  readonly position?: BaselinePosition;
  /** No body: the row goes. */
  readonly rows: readonly { readonly key: string; readonly body: string | undefined }[];
}

/** A stored event as it lies there. */
export interface BaselineEvent {
  readonly seq: number;
  readonly timeMs: number;
  readonly body: string;
}

/** Tokens of a session and model in five minutes. */
export interface UsageWindow {
  readonly sessionId: string;
  readonly model: string | undefined;
  readonly timeMs: number;
  readonly tokens: number;
}

export interface BaselineSession {
  readonly agentId: string;
  readonly user: string;
  readonly parentId?: string;
  readonly cwd?: string;
  readonly repository?: string;
  readonly model?: string;
  readonly account?: string;
  readonly permissionMode?: string;
}

const POSITION_KEY = 'position';
const Position = z.object({ seq: z.int(), usageRow: z.int() });
/** Kinds of events that say how an agent works; see `isObserved`. */
const KINDS = "'tool.call', 'tool.result', 'prompt.submit', 'session.start', 'session.update'";
/** Findings whose events are looked up at most; the newest. */
const MAX_FINDINGS = 5_000;

interface SessionRow {
  agent_id: string;
  user: string;
  parent_id: string | null;
  cwd: string | null;
  repository: string | null;
  model: string | null;
  account: string | null;
  permission_mode: string | null;
}

/** What the baseline keeps, and what it reads of the rest of the store. */
export class BaselineRows {
  readonly #db: Database;
  #prepared: ReturnType<typeof prepare> | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /** @returns no position before the first `save`, and after `clear` */
  load(): { readonly position?: BaselinePosition; readonly rows: readonly { key: string; body: string }[] } {
    const all = this.#db.prepare<[], { key: string; body: string }>('SELECT key, body FROM baseline').all();
    const own = all.find(({ key }) => key === POSITION_KEY);
    const rows = all.filter((row) => row !== own);
    const position = own === undefined ? undefined : Position.safeParse(parsed(own.body));
    return position?.success === true ? { position: position.data, rows } : { rows };
  }

  /** Part of a transaction of the caller. */
  write({ position, rows }: BaselineSave, nowMs: number): void {
    const put = this.#db.prepare('INSERT OR REPLACE INTO baseline VALUES (?, ?, ?)');
    const remove = this.#db.prepare('DELETE FROM baseline WHERE key = ?');
    for (const { key, body } of rows) {
      if (body === undefined) remove.run(key);
      else put.run(key, nowMs, body);
    }
    if (position !== undefined) put.run(POSITION_KEY, nowMs, JSON.stringify(position));
  }

  /** Forgets everything, the position too. */
  clear(): void {
    this.#db.prepare('DELETE FROM baseline').run();
  }

  /** Last event and last response stored so far. */
  ends(): BaselinePosition {
    return { seq: this.#sql.lastEvent.get()?.n ?? 0, usageRow: this.#sql.lastUsage.get()?.n ?? 0 };
  }

  /**
   * Events that arrived after one position and up to another, in the order in which they happened.
   * @param after last event of the page before
   */
  eventsBetween(
    from: number,
    to: number,
    after: { readonly timeMs: number; readonly seq: number },
    limit: number,
  ): readonly BaselineEvent[] {
    return this.#sql.byTime.all(after.timeMs, after.seq, from, to, limit);
  }

  /** Events that arrived after one position and up to another, in the order in which they arrived. */
  eventsInOrder(from: number, to: number, limit: number): readonly BaselineEvent[] {
    return this.#sql.inOrder.all(from, to, limit);
  }

  /** Fresh tokens (cache reads left out) of responses that arrived between two positions, in order of time. */
  usageBetween(from: number, to: number, sinceMs: number): readonly UsageWindow[] {
    return this.#sql.usage
      .all(from, to, sinceMs)
      .map(({ model, ...row }) => ({ ...row, model: model ?? undefined }));
  }

  session(id: string): BaselineSession | undefined {
    const row = this.#sql.session.get(id);
    if (row === undefined) return undefined;
    return {
      agentId: row.agent_id,
      user: row.user,
      ...(row.parent_id !== null && { parentId: row.parent_id }),
      ...(row.cwd !== null && { cwd: row.cwd }),
      ...(row.repository !== null && { repository: row.repository }),
      ...(row.model !== null && { model: row.model }),
      ...(row.account !== null && { account: row.account }),
      ...(row.permission_mode !== null && { permissionMode: row.permission_mode }),
    };
  }

  /** Events that are evidence of findings nobody has closed yet. */
  openEvidence(): Set<string> {
    const ids = new Set<string>();
    const rows = this.#db
      .prepare<[number], { body: string }>(
        "SELECT body FROM findings WHERE status = 'open' AND session_id IS NOT NULL ORDER BY last_seen_ms DESC LIMIT ?",
      )
      .all(MAX_FINDINGS);
    for (const { body } of rows) {
      const finding = Finding.safeParse(parsed(body));
      if (!finding.success) continue;
      for (const { eventId } of finding.data.evidence) if (eventId !== undefined) ids.add(eventId);
    }
    return ids;
  }

  /** Prepared when first needed: most who open a store never ask. */
  get #sql(): ReturnType<typeof prepare> {
    this.#prepared ??= prepare(this.#db);
    return this.#prepared;
  }
}

function prepare(db: Database) {
  return {
    lastEvent: db.prepare<[], { n: number | null }>('SELECT max(seq) AS n FROM events'),
    lastUsage: db.prepare<[], { n: number | null }>('SELECT max(row) AS n FROM usage'),
    inOrder: db.prepare<number[], BaselineEvent>(
      `SELECT seq, time_ms AS timeMs, body FROM whole_events WHERE seq > ? AND seq <= ? AND kind IN (${KINDS}) ORDER BY seq LIMIT ?`,
    ),
    byTime: db.prepare<number[], BaselineEvent>(
      `SELECT e.seq, e.time_ms AS timeMs, whole.body FROM events e INDEXED BY events_by_time
         CROSS JOIN whole_events whole ON whole.seq = e.seq
        WHERE (e.time_ms, e.seq) > (?, ?) AND e.seq > ? AND e.seq <= ? AND e.kind IN (${KINDS})
        ORDER BY e.time_ms, e.seq LIMIT ?`,
    ),
    usage: db.prepare<number[], { sessionId: string; model: string | null; timeMs: number; tokens: number }>(
      `SELECT s.id AS sessionId, u.model, min(u.time_ms) AS timeMs, sum(u.input + u.output + u.cache_write) AS tokens
         FROM usage u JOIN sessions s ON s.key = u.session_key
        WHERE u.row > ? AND u.row <= ? AND u.time_ms >= ?
        GROUP BY u.session_key, u.model, u.time_ms / 300000 ORDER BY timeMs`,
    ),
    session: db.prepare<[string], SessionRow>(
      'SELECT agent_id, user, parent_id, cwd, repository, model, account, permission_mode FROM sessions WHERE id = ?',
    ),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
