import type { Database, Statement } from 'better-sqlite3';
import { hash53, sessionId } from '../contract/event.ts';
import type { CursorRow, QueueFilter, RowBatch } from './batch.ts';
import { type EventRow, wholeJson } from './event-row.ts';
import type { KnownIds } from './known-ids.ts';
import { NewRows, prepareInsert } from './new-rows.ts';
import { UsageRows } from './usage-rows.ts';

/** Different things counted per agent; more are counted together. */
const MAX_LABELS = 300;
/** A quarter of an hour: the grain of the activity strip. */
export const QUARTER_MS = 900_000;

interface SessionDelta {
  prompts: number;
  toolCalls: number;
  toolErrors: number;
  mcpCalls: number;
  firstMs: number;
  lastMs: number;
  parentId: string | undefined;
}

/** What logs say, but for the findings: events, sessions, tokens, counts and cursors. Callers bring the transaction. */
export class LogRows {
  readonly #queue: QueueFilter;
  readonly #sql: ReturnType<typeof prepare>;
  readonly #knownIds: KnownIds | undefined;
  readonly #usage: UsageRows;
  /** Session id → row key; sessions are never deleted while the store is open without clearing this. */
  readonly #keys = new Map<string, number>();
  /** Head of events → row key. */
  readonly #heads = new Map<string, number>();
  readonly #labels = new Map<string, Set<string>>();

  constructor(db: Database, queue: QueueFilter, knownIds: KnownIds | undefined) {
    this.#queue = queue;
    this.#knownIds = knownIds;
    this.#usage = new UsageRows(db, knownIds?.usage);
    this.#sql = prepare(db);
  }

  /** After a transaction that was rolled back: what was learned in it may be gone. */
  forget(): void {
    this.#keys.clear();
    this.#heads.clear();
    this.#labels.clear();
  }

  /** Which of these event ids are stored already. */
  known(ids: readonly string[]): Set<string> {
    const known = new Set<string>();
    for (const id of ids) {
      const hash = hash53(id);
      if (this.#knownIds?.events.mayHave(hash) === false) continue;
      if (this.#sql.knownEvent.get(hash, id) !== undefined) known.add(id);
    }
    return known;
  }

  /** @returns for each row its place in the order of arrival, or 0 when the event was stored before */
  write(batch: RowBatch): number[] {
    const seqs = this.#insertEvents(batch);
    const deltas = new Map<string, SessionDelta>();
    const quarters = new Map<number, number>();
    for (const [index, row] of batch.rows.entries()) {
      if (seqs[index] === 0) continue;
      addToDelta(deltas, row);
      const quarter = Math.floor(row.timeMs / QUARTER_MS);
      quarters.set(quarter, (quarters.get(quarter) ?? 0) + 1);
      if (row.mcp !== undefined)
        this.#sql.countMcp.run(batch.agentId, row.mcp.server, row.mcp.tool, row.timeMs);
    }
    if (this.#queue('event')) this.#enqueue(batch.rows, seqs);
    for (const [quarter, n] of quarters) this.#sql.addActivity.run(quarter, n);
    this.#patchSessions(batch, deltas);
    for (const [id, state] of batch.states) this.#sql.saveState.run(state, id);
    this.#usage.write(batch.agentId, batch.usage, ({ nativeSessionId, timeMs }) =>
      this.#keyOf(sessionId(batch.agentId, nativeSessionId), batch, timeMs),
    );
    for (const [what, n] of batch.counts)
      this.#sql.addCount.run(batch.agentId, this.#boundedLabel(batch.agentId, what), n);
    for (const cursor of batch.cursors) this.#saveCursor(cursor);
    return seqs;
  }

  /**
   * For rows that are certainly new the index is not asked. What is "certain" is so inside the transaction only:
   * every writer adds its ids to the filter before it commits.
   */
  #insertEvents(batch: RowBatch): number[] {
    const filter = this.#knownIds?.events;
    const seqs: number[] = [];
    const fresh = new NewRows(this.#sql.insertFresh, seqs);
    for (const row of batch.rows) {
      const { hash, id, kind, timeMs, body, offsetBytes } = row;
      const key = this.#keyOf(row.sessionId, batch, timeMs);
      const head = this.#headOf(row.head);
      if (filter?.add(hash) === true) {
        fresh.add(hash, id, key, kind, timeMs, body, head, offsetBytes);
        continue;
      }
      fresh.flush();
      const { changes, lastInsertRowid } = this.#sql.insertEvent.run(
        hash,
        id,
        key,
        kind,
        timeMs,
        body,
        head,
        offsetBytes,
      );
      seqs.push(changes === 0 ? 0 : Number(lastInsertRowid));
    }
    fresh.flush();
    return seqs;
  }

  #enqueue(rows: readonly EventRow[], seqs: readonly number[]): void {
    for (const [index, row] of rows.entries()) {
      if (seqs[index] === 0) continue;
      const { id, kind, timeMs } = row;
      this.#sql.enqueue.run(id, kind === 'action.performed' ? 'action' : 'event', timeMs, wholeJson(row));
    }
  }

  #patchSessions(batch: RowBatch, deltas: Map<string, SessionDelta>): void {
    for (const patch of batch.sessions) {
      const id = sessionId(batch.agentId, patch.nativeId);
      this.#keyOf(id, batch, patch.startedMs);
      const parent =
        patch.parentNativeId === undefined ? null : sessionId(batch.agentId, patch.parentNativeId);
      this.#sql.patchSession.run(
        parent,
        patch.cwd ?? null,
        patch.repository ?? null,
        patch.gitBranch ?? null,
        patch.agentVersion ?? null,
        patch.model ?? null,
        patch.permissionMode ?? null,
        patch.account ?? null,
        patch.startedMs ?? null,
        patch.startedMs ?? null,
        id,
      );
      if (patch.title !== undefined && patch.title !== '')
        this.#sql.nameSession.run(patch.title, patch.titleBy ?? 'agent', id, patch.titleBy ?? 'agent');
    }
    for (const [id, delta] of deltas) {
      this.#sql.bumpSession.run(
        delta.prompts,
        delta.toolCalls,
        delta.toolErrors,
        delta.mcpCalls,
        delta.firstMs,
        delta.firstMs,
        delta.lastMs,
        delta.lastMs,
        delta.parentId ?? null,
        id,
      );
    }
  }

  /** Labels come from logs: a hostile one could invent a million of them. */
  #boundedLabel(agentId: string, what: string): string {
    const known = this.#labels.get(agentId) ?? new Set(this.#sql.labels.all(agentId).map((row) => row.what));
    this.#labels.set(agentId, known);
    if (known.has(what)) return what;
    if (known.size >= MAX_LABELS) return `${what.slice(0, what.indexOf(':') + 1)}(others)`;
    known.add(what);
    return what;
  }

  #saveCursor(cursor: CursorRow): void {
    const { path, agentId, formatId, fileId, offsetBytes, sizeBytes, mtimeMs, ...rest } = cursor;
    this.#sql.putCursor.run(
      path,
      agentId,
      formatId,
      fileId,
      offsetBytes,
      sizeBytes,
      mtimeMs,
      JSON.stringify(rest),
    );
  }

  #headOf(json: string): number {
    const cached = this.#heads.get(json);
    if (cached !== undefined) return cached;
    const hash = hash53(json);
    const key =
      this.#sql.head.get(hash, json)?.key ?? Number(this.#sql.addHead.run(hash, json).lastInsertRowid);
    if (this.#heads.size > 5_000) this.#heads.clear();
    this.#heads.set(json, key);
    return key;
  }

  #keyOf(id: string, batch: RowBatch, timeMs: number | undefined): number {
    const cached = this.#keys.get(id);
    if (cached !== undefined) return cached;
    const nativeId = id.slice(batch.agentId.length + 1);
    this.#sql.ensureSession.run(
      id,
      batch.agentId,
      nativeId,
      batch.actor.user,
      batch.actor.uid ?? null,
      timeMs ?? null,
      timeMs ?? null,
    );
    const key = this.#sql.sessionKey.get(id)?.key;
    if (key === undefined) throw new Error('session row missing right after it was ensured');
    if (this.#keys.size > 5_000) this.#keys.clear();
    this.#keys.set(id, key);
    return key;
  }
}

function addToDelta(deltas: Map<string, SessionDelta>, row: EventRow): void {
  let delta = deltas.get(row.sessionId);
  if (delta === undefined) {
    delta = {
      prompts: 0,
      toolCalls: 0,
      toolErrors: 0,
      mcpCalls: 0,
      firstMs: row.timeMs,
      lastMs: row.timeMs,
      parentId: undefined,
    };
    deltas.set(row.sessionId, delta);
  }
  delta.firstMs = Math.min(delta.firstMs, row.timeMs);
  delta.lastMs = Math.max(delta.lastMs, row.timeMs);
  delta.parentId ??= row.parentSessionId;
  if (row.counts === 'prompt') delta.prompts++;
  else if (row.counts === 'call' || row.counts === 'mcp-call') delta.toolCalls++;
  else if (row.counts === 'error') delta.toolErrors++;
  if (row.counts === 'mcp-call') delta.mcpCalls++;
}

function prepare(db: Database) {
  const run = (sql: string): Statement => db.prepare(sql);
  return {
    knownEvent: db.prepare<[number, string], { one: number }>(
      'SELECT 1 AS one FROM events WHERE id_hash = ? AND id = ?',
    ),
    insertEvent: run(
      `INSERT INTO events (id_hash, id, session_key, kind, time_ms, body, head, offset_bytes)
         SELECT hash, id, key, kind, time, body, head, at
         FROM (SELECT ? AS hash, ? AS id, ? AS key, ? AS kind, ? AS time, ? AS body, ? AS head, ? AS at) AS new
         WHERE NOT EXISTS (SELECT 1 FROM events AS old WHERE old.id_hash = new.hash AND old.id = new.id)`,
    ),
    addActivity: run(
      'INSERT INTO activity VALUES (?, ?) ON CONFLICT DO UPDATE SET events = events + excluded.events',
    ),
    insertFresh: prepareInsert(db, 'events', [
      'id_hash',
      'id',
      'session_key',
      'kind',
      'time_ms',
      'body',
      'head',
      'offset_bytes',
    ]),
    head: db.prepare<[number, string], { key: number }>(
      'SELECT key FROM event_heads WHERE hash = ? AND json = ?',
    ),
    addHead: run('INSERT INTO event_heads (hash, json) VALUES (?, ?)'),
    enqueue: run('INSERT INTO outbox (uid, priority, created_ms, json) VALUES (?, ?, ?, ?)'),
    ensureSession: run(
      'INSERT INTO sessions (id, agent_id, native_id, user, uid, started_ms, last_event_ms) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
    ),
    sessionKey: db.prepare<[string], { key: number }>('SELECT key FROM sessions WHERE id = ?'),
    patchSession: run(
      `UPDATE sessions SET parent_id = coalesce(?, parent_id), cwd = coalesce(?, cwd), repository = coalesce(?, repository),
         git_branch = coalesce(?, git_branch), agent_version = coalesce(?, agent_version), model = coalesce(?, model),
         permission_mode = coalesce(?, permission_mode), account = coalesce(?, account),
         started_ms = coalesce(min(started_ms, ?), started_ms, ?) WHERE id = ?`,
    ),
    bumpSession: run(
      `UPDATE sessions SET prompts = prompts + ?, tool_calls = tool_calls + ?, tool_errors = tool_errors + ?, mcp_calls = mcp_calls + ?,
         started_ms = coalesce(min(started_ms, ?), ?), last_event_ms = coalesce(max(last_event_ms, ?), ?), parent_id = coalesce(parent_id, ?) WHERE id = ?`,
    ),
    nameSession: run(
      "UPDATE sessions SET title = ?, title_by = ? WHERE id = ? AND (title_by IS NOT 'human' OR ? = 'human')",
    ),
    saveState: run('UPDATE sessions SET state = ? WHERE id = ?'),
    countMcp: run(
      `INSERT INTO mcp_use VALUES (?, ?, ?, 1, ?) ON CONFLICT DO UPDATE
         SET calls = calls + 1, last_used_ms = max(last_used_ms, excluded.last_used_ms)`,
    ),
    labels: db.prepare<[string], { what: string }>('SELECT what FROM parser_counts WHERE agent_id = ?'),
    addCount: run('INSERT INTO parser_counts VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n'),
    putCursor: run('INSERT OR REPLACE INTO cursors VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
  };
}
