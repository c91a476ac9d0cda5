import type { Database, Statement } from 'better-sqlite3';
import type { Actor } from '../contract/event.ts';
import { hash53 } from '../contract/event.ts';
import type { Finding } from '../contract/finding.ts';
import { ProcessRecord, type ProgramCount } from '../contract/process-record.ts';
import type { StoredEvent } from '../contract/stored.ts';
import type { CommitResult, DetectedFinding, QueueFilter } from './batch.ts';

/** What the process witness wants kept: stored in one transaction or not at all. */
export interface ProcessBatchRows {
  readonly actor: Actor;
  readonly events: readonly StoredEvent[];
  readonly findings: readonly DetectedFinding[];
  /** New, or known better by now. */
  readonly processes: readonly ProcessRecord[];
  readonly counted: readonly (ProgramCount & { readonly sessionId: string })[];
  readonly contacts: readonly Contact[];
}

/** An agent, or a part of it, talks to a name. */
export interface Contact {
  readonly agentId: string;
  readonly role: string;
  readonly domain: string;
  readonly timeMs: number;
}

export const NOTHING_RAN: Omit<ProcessBatchRows, 'actor'> = {
  events: [],
  findings: [],
  processes: [],
  counted: [],
  contacts: [],
};

/** Rows kept in all, however young: some months of ordinary work. */
const MAX_ROWS = 100_000;
/** Different programs counted per session; more are counted together. */
const MAX_PROGRAMS = 200;

/** What ran below the agents. */
export class ProcessRows {
  readonly #db: Database;
  readonly #queue: QueueFilter;
  readonly #saveFinding: (finding: Finding, nowMs: number) => Finding;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(db: Database, queue: QueueFilter, saveFinding: (finding: Finding, nowMs: number) => Finding) {
    this.#db = db;
    this.#queue = queue;
    this.#saveFinding = saveFinding;
    this.#sql = prepare(db);
  }

  /**
   * Unlike events of logs these do not make a session more recent: a program may outlive it by days.
   * @throws what better-sqlite3 throws; then nothing of it is stored
   */
  record(batch: ProcessBatchRows, nowMs: number): CommitResult {
    return this.#db.transaction(() => this.#write(batch, nowMs)).immediate();
  }

  /** Oldest first. */
  ofSession(
    sessionIds: readonly string[],
    limit: number,
  ): { processes: ProcessRecord[]; counted: ProgramCount[] } {
    const processes: ProcessRecord[] = [];
    const counted: ProgramCount[] = [];
    for (const id of sessionIds) {
      for (const { body } of this.#sql.ofSession.all(id, limit - processes.length))
        processes.push(ProcessRecord.parse(JSON.parse(body)));
      counted.push(...this.#sql.counted.all(id, 100));
    }
    return { processes, counted };
  }

  contacts(): Contact[] {
    return this.#sql.contacts.all();
  }

  countedSince(sinceMs: number): number {
    return this.#sql.countedSince.get(sinceMs)?.n ?? 0;
  }

  /** Those that are too old, and the oldest of too many. */
  trim(beforeMs: number): void {
    this.#db
      .transaction(() => {
        this.#sql.removeOld.run(beforeMs);
        this.#sql.removeMany.run(MAX_ROWS);
        this.#sql.removeCounts.run(beforeMs);
        this.#sql.removeContacts.run(beforeMs);
      })
      .immediate();
  }

  #write(batch: ProcessBatchRows, nowMs: number): CommitResult {
    const inserted: { seq: number; event: StoredEvent }[] = [];
    for (const event of batch.events) {
      const seq = this.#insertEvent(event, batch.actor);
      if (seq !== undefined) inserted.push({ seq, event });
    }
    for (const record of batch.processes)
      this.#sql.put.run(record.id, record.startTimeMs, record.sessionId ?? null, JSON.stringify(record));
    for (const { sessionId, program, n, firstMs, lastMs } of batch.counted)
      this.#sql.count.run(sessionId, this.#boundedProgram(sessionId, program), n, firstMs, lastMs);
    for (const { agentId, role, domain, timeMs } of batch.contacts)
      this.#sql.contact.run(agentId, role, domain, timeMs, timeMs);
    const fresh = new Set(inserted.map(({ event }) => event.id));
    const findings = batch.findings
      // The same process seen again after a restart of the collector is no second finding.
      .filter(({ eventId }) => eventId === undefined || fresh.has(eventId))
      .map(({ finding }) => this.#saveFinding(finding, nowMs));
    return { inserted, findings };
  }

  #insertEvent(event: StoredEvent, actor: Actor): number | undefined {
    const hash = hash53(event.id);
    if (this.#sql.knownEvent.get(hash, event.id) !== undefined) return undefined;
    const body = JSON.stringify(event);
    const { lastInsertRowid } = this.#sql.insertEvent.run(
      hash,
      event.id,
      this.#sessionKey(event, actor),
      event.kind,
      event.timeMs,
      body,
    );
    if (this.#queue('event')) this.#sql.enqueue.run(event.id, event.timeMs, body);
    return Number(lastInsertRowid);
  }

  /** A session that no log has told of yet has no activity: no list shows it. */
  #sessionKey({ sessionId, agentId }: StoredEvent, actor: Actor): number {
    const known = this.#sql.sessionKey.get(sessionId);
    if (known !== undefined) return known.key;
    const nativeId = sessionId.slice(agentId.length + 1);
    return Number(
      this.#sql.addSession.run(sessionId, agentId, nativeId, actor.user, actor.uid ?? null).lastInsertRowid,
    );
  }

  #boundedProgram(sessionId: string, program: string): string {
    if (this.#sql.hasProgram.get(sessionId, program) !== undefined) return program;
    return (this.#sql.programs.get(sessionId)?.n ?? 0) < MAX_PROGRAMS ? program : '(others)';
  }
}

function prepare(db: Database) {
  const run = (sql: string): Statement => db.prepare(sql);
  return {
    knownEvent: db.prepare<[number, string], { one: number }>(
      'SELECT 1 AS one FROM events WHERE id_hash = ? AND id = ?',
    ),
    insertEvent: run(
      'INSERT INTO events (id_hash, id, session_key, kind, time_ms, body) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    enqueue: run("INSERT INTO outbox (uid, priority, created_ms, json) VALUES (?, 'event', ?, ?)"),
    sessionKey: db.prepare<[string], { key: number }>('SELECT key FROM sessions WHERE id = ?'),
    addSession: run('INSERT INTO sessions (id, agent_id, native_id, user, uid) VALUES (?, ?, ?, ?, ?)'),
    put: run('INSERT OR REPLACE INTO processes VALUES (?, ?, ?, ?)'),
    ofSession: db.prepare<[string, number], { body: string }>(
      'SELECT body FROM processes WHERE session_id = ? ORDER BY start_ms LIMIT ?',
    ),
    count: run(
      `INSERT INTO process_counts VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
         SET n = n + excluded.n, first_ms = min(first_ms, excluded.first_ms), last_ms = max(last_ms, excluded.last_ms)`,
    ),
    hasProgram: db.prepare<[string, string], { one: number }>(
      'SELECT 1 AS one FROM process_counts WHERE session_id = ? AND program = ?',
    ),
    programs: db.prepare<[string], { n: number }>(
      'SELECT count(*) AS n FROM process_counts WHERE session_id = ?',
    ),
    counted: db.prepare<[string, number], ProgramCount>(
      `SELECT program, n, first_ms AS firstMs, last_ms AS lastMs FROM process_counts
         WHERE session_id = ? ORDER BY n DESC, program LIMIT ?`,
    ),
    countedSince: db.prepare<[number], { n: number | null }>(
      'SELECT sum(n) AS n FROM process_counts WHERE last_ms >= ?',
    ),
    contact: run(
      'INSERT INTO contacts VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET n = n + 1, last_ms = max(last_ms, excluded.last_ms)',
    ),
    contacts: db.prepare<[], Contact>(
      'SELECT agent_id AS agentId, role, domain, first_ms AS timeMs FROM contacts ORDER BY last_ms DESC LIMIT 20000',
    ),
    removeOld: run('DELETE FROM processes WHERE start_ms < ?'),
    removeMany: run(
      'DELETE FROM processes WHERE id IN (SELECT id FROM processes ORDER BY start_ms DESC LIMIT -1 OFFSET ?)',
    ),
    removeCounts: run('DELETE FROM process_counts WHERE last_ms < ?'),
    removeContacts: run('DELETE FROM contacts WHERE last_ms < ?'),
  };
}
