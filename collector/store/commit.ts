import type { Database, Statement } from 'better-sqlite3';
import { isDeepStrictEqual } from 'node:util';
import { hash53, sessionId } from '../contract/event.ts';
import type { UsageRecord } from '../agents/spec-log.ts';
import { severityRank, type Finding } from '../contract/finding.ts';
import type { StoredEvent } from '../contract/stored.ts';
import { applyDecisions, asDetected } from '../pipeline/decisions.ts';
import { mergeFinding } from '../pipeline/detect-merge.ts';
import { Finding as FindingSchema } from '../contract/finding.ts';
import type { CommitBatch, CommitResult, CursorRow, QueueFilter } from './batch.ts';
import { DecisionRows } from './decisions.ts';

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

/** The writing half of the store: prepared once, run inside one transaction per batch. */
export class Writer {
  readonly #db: Database;
  readonly #queue: QueueFilter;
  readonly #sql: ReturnType<typeof prepare>;
  /** Session id → row key; sessions are never deleted while the store is open without clearing this. */
  readonly #keys = new Map<string, number>();

  readonly #labels = new Map<string, Set<string>>();
  readonly #decisions: DecisionRows;

  constructor(db: Database, queue: QueueFilter) {
    this.#db = db;
    this.#queue = queue;
    this.#decisions = new DecisionRows(db);
    this.#sql = prepare(db);
  }

  /** @throws what better-sqlite3 throws; then nothing of the batch is stored. */
  commit(batch: CommitBatch, nowMs: number): CommitResult {
    const run = this.#db.transaction(() => this.#write(batch, nowMs));
    try {
      return run.immediate();
    } catch (error) {
      this.#keys.clear();
      this.#labels.clear();
      throw error;
    }
  }

  /** Which of these event ids are stored already. */
  known(ids: readonly string[]): Set<string> {
    const known = new Set<string>();
    for (const id of ids) if (this.#sql.knownEvent.get(hash53(id), id) !== undefined) known.add(id);
    return known;
  }

  #write(batch: CommitBatch, nowMs: number): CommitResult {
    const deltas = new Map<string, SessionDelta>();
    const fresh = batch.events.length === 0 ? [] : this.#insertEvents(batch, deltas);
    this.#patchSessions(batch, deltas);
    for (const [id, state] of batch.states) this.#sql.saveState.run(state, id);
    this.#countMcp(batch.agentId, fresh);
    for (const record of batch.usage) this.#saveUsage(batch, record);
    const findings = this.#saveFindings(batch, fresh, nowMs);
    for (const [what, n] of batch.counts)
      this.#sql.addCount.run(batch.agentId, this.#boundedLabel(batch.agentId, what), n);
    if (batch.cursor !== undefined) this.#saveCursor(batch.cursor);
    return { inserted: fresh, findings };
  }

  #insertEvents(
    batch: CommitBatch,
    deltas: Map<string, SessionDelta>,
  ): { seq: number; event: StoredEvent }[] {
    const fresh: { seq: number; event: StoredEvent }[] = [];
    const quarters = new Map<number, number>();
    const queue = this.#queue('event');
    for (const event of batch.events) {
      const key = this.#keyOf(event.sessionId, batch, event.timeMs);
      const body = JSON.stringify(event);
      const result = this.#insertEvent(event, key, body);
      if (result.changes === 0) continue;
      fresh.push({ seq: Number(result.lastInsertRowid), event });
      addToDelta(deltas, event);
      const quarter = Math.floor(event.timeMs / QUARTER_MS);
      quarters.set(quarter, (quarters.get(quarter) ?? 0) + 1);
      if (queue)
        this.#sql.enqueue.run(
          event.id,
          event.kind === 'action.performed' ? 'action' : 'event',
          event.timeMs,
          body,
        );
    }
    for (const [quarter, n] of quarters) this.#sql.addActivity.run(quarter, n);
    return fresh;
  }

  #insertEvent(
    event: StoredEvent,
    sessionKey: number,
    body: string,
  ): { changes: number; lastInsertRowid: number | bigint } {
    const hash = hash53(event.id);
    return this.#sql.insertEvent.run(
      hash,
      event.id,
      sessionKey,
      event.kind,
      event.timeMs,
      body,
      hash,
      event.id,
    );
  }

  #saveUsage(batch: CommitBatch, record: UsageRecord): void {
    const { input, output, cacheRead, cacheWrite } = record.tokens;
    const hash = hash53(record.key);
    const known = this.#sql.findUsage.get(hash, record.key, batch.agentId);
    if (known !== undefined) {
      this.#sql.raiseUsage.run(input, output, cacheRead, cacheWrite, known.row);
      return;
    }
    const session = this.#sessionKey(batch, record.nativeSessionId, record.timeMs);
    this.#sql.insertUsage.run(
      hash,
      batch.agentId,
      record.key,
      session,
      record.model ?? null,
      record.timeMs,
      input,
      output,
      cacheRead,
      cacheWrite,
    );
  }

  #patchSessions(batch: CommitBatch, deltas: Map<string, SessionDelta>): void {
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

  #countMcp(agentId: string, fresh: readonly { event: StoredEvent }[]): void {
    for (const { event } of fresh) {
      const server = event.tool?.mcpServer;
      if (event.kind !== 'tool.call' || server === undefined) continue;
      this.#sql.countMcp.run(agentId, server, event.tool?.mcpTool ?? event.tool?.name ?? '', event.timeMs);
    }
  }

  #saveFindings(batch: CommitBatch, fresh: readonly { event: StoredEvent }[], nowMs: number): Finding[] {
    if (batch.findings.length === 0) return [];
    const inserted = new Set(fresh.map(({ event }) => event.id));
    const saved: Finding[] = [];
    for (const { finding, eventId } of batch.findings) {
      if (eventId !== undefined && !inserted.has(eventId)) continue;
      saved.push(this.saveFinding(finding, nowMs));
    }
    return saved;
  }

  /** Stores a finding, merged with the one of the same id if there is one; returns how it stands now. */
  saveFinding(finding: Finding, nowMs: number): Finding {
    const before = this.finding(finding.id);
    if (before === undefined) return this.decideFinding(finding, nowMs);
    const merged = mergeFinding(asDetected(before), finding);
    return this.decideFinding(keepDecision(merged, before), nowMs);
  }

  finding(id: string): Finding | undefined {
    const row = this.#sql.getFinding.get(id);
    return row === undefined ? undefined : FindingSchema.parse(JSON.parse(row.body));
  }

  /**
   * Stores a finding as it is given, lowered and hidden as people decided; returns how it stands now.
   * @param when `if-changed`: writes nothing, and returns the very same finding, when the decisions change nothing
   */
  decideFinding(finding: Finding, nowMs: number, when: 'always' | 'if-changed' = 'always'): Finding {
    const decided = applyDecisions(finding, this.#decisions.for(finding, nowMs));
    if (when === 'if-changed' && isDeepStrictEqual(decided, finding)) return finding;
    return this.#putFinding(decided, nowMs);
  }

  #putFinding(merged: Finding, nowMs: number): Finding {
    const body = JSON.stringify(merged);
    this.#sql.putFinding.run(
      merged.id,
      merged.ruleId,
      severityRank(merged.severity),
      merged.status,
      merged.sessionId ?? null,
      merged.firstSeenMs,
      merged.lastSeenMs,
      body,
    );
    if (this.#queue('finding')) this.#sql.enqueue.run(merged.id, 'finding', nowMs, body);
    return merged;
  }

  /**
   * Makes the open findings of some rules equal to what those rules say now: seen again keeps its count, gone is
   * resolved. For rules that look at the state of the machine rather than at events.
   * @returns findings that are new, came back, or changed
   */
  replaceFindings(rules: ReadonlySet<string>, now: readonly Finding[], nowMs: number): Finding[] {
    const current = new Set(now.map((finding) => finding.id));
    const changed: Finding[] = [];
    for (const row of this.#sql.openFindings.all()) {
      if (!rules.has(row.rule_id) || current.has(row.id)) continue;
      const before = FindingSchema.parse(JSON.parse(row.body));
      changed.push(this.decideFinding({ ...before, status: 'resolved' }, nowMs));
    }
    for (const finding of now) {
      const stored = this.finding(finding.id);
      const before = stored === undefined ? undefined : asDetected(stored);
      if (
        before === undefined ||
        before.status === 'resolved' ||
        before.why !== finding.why ||
        before.severity !== finding.severity
      ) {
        const { firstSeenMs = finding.firstSeenMs, count = 0 } = before ?? {};
        const status = before === undefined || before.status === 'resolved' ? 'open' : before.status;
        const again = { ...finding, firstSeenMs, count: count + 1, status };
        changed.push(this.decideFinding(keepDecision(again, before), nowMs));
      }
    }
    return changed;
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

  #sessionKey(batch: CommitBatch, nativeId: string, timeMs: number): number {
    return this.#keyOf(sessionId(batch.agentId, nativeId), batch, timeMs);
  }

  #keyOf(id: string, batch: CommitBatch, timeMs: number | undefined): number {
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

/** What somebody said about a finding holds until it opens again, graver than what they looked at. */
function keepDecision(finding: Finding, before: Finding | undefined): Finding {
  const decision = before?.decision;
  const over = finding.status === 'open' && (decision?.verb === 'acknowledged' || decision?.verb === 'fine');
  const kept: Finding = { ...finding };
  delete kept.decision;
  return decision === undefined || over ? kept : { ...kept, decision };
}

function addToDelta(deltas: Map<string, SessionDelta>, event: StoredEvent): void {
  let delta = deltas.get(event.sessionId);
  if (delta === undefined) {
    delta = {
      prompts: 0,
      toolCalls: 0,
      toolErrors: 0,
      mcpCalls: 0,
      firstMs: event.timeMs,
      lastMs: event.timeMs,
      parentId: undefined,
    };
    deltas.set(event.sessionId, delta);
  }
  delta.firstMs = Math.min(delta.firstMs, event.timeMs);
  delta.lastMs = Math.max(delta.lastMs, event.timeMs);
  delta.parentId ??= event.parentSessionId;
  if (event.kind === 'prompt.submit') delta.prompts++;
  else if (event.kind === 'tool.call') {
    delta.toolCalls++;
    if (event.tool?.category === 'mcp') delta.mcpCalls++;
  } else if (event.kind === 'tool.result' && event.outcome !== undefined && event.outcome.status !== 'ok')
    delta.toolErrors++;
}

function prepare(db: Database) {
  const run = (sql: string): Statement => db.prepare(sql);
  return {
    knownEvent: db.prepare<[number, string], { one: number }>(
      'SELECT 1 AS one FROM events WHERE id_hash = ? AND id = ?',
    ),
    insertEvent: run(
      `INSERT INTO events (id_hash, id, session_key, kind, time_ms, body) SELECT ?, ?, ?, ?, ?, ?
         WHERE NOT EXISTS (SELECT 1 FROM events WHERE id_hash = ? AND id = ?)`,
    ),
    addActivity: run(
      'INSERT INTO activity VALUES (?, ?) ON CONFLICT DO UPDATE SET events = events + excluded.events',
    ),
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
    saveState: run('UPDATE sessions SET state = ? WHERE id = ?'),
    countMcp: run(
      `INSERT INTO mcp_use VALUES (?, ?, ?, 1, ?) ON CONFLICT DO UPDATE
         SET calls = calls + 1, last_used_ms = max(last_used_ms, excluded.last_used_ms)`,
    ),
    findUsage: db.prepare<[number, string, string], { row: number }>(
      'SELECT row FROM usage WHERE key_hash = ? AND key = ? AND agent_id = ?',
    ),
    insertUsage: run(
      `INSERT INTO usage (key_hash, agent_id, key, session_key, model, time_ms, input, output, cache_read, cache_write)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    raiseUsage: run(
      `UPDATE usage SET input = max(input, ?), output = max(output, ?), cache_read = max(cache_read, ?),
         cache_write = max(cache_write, ?) WHERE row = ?`,
    ),
    openFindings: db.prepare<[], { id: string; rule_id: string; body: string }>(
      "SELECT id, rule_id, body FROM findings WHERE status != 'resolved'",
    ),
    getFinding: db.prepare<[string], { body: string }>('SELECT body FROM findings WHERE id = ?'),
    putFinding: run('INSERT OR REPLACE INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    labels: db.prepare<[string], { what: string }>('SELECT what FROM parser_counts WHERE agent_id = ?'),
    addCount: run('INSERT INTO parser_counts VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n'),
    putCursor: run('INSERT OR REPLACE INTO cursors VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
  };
}
