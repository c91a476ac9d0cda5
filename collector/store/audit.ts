import type { Database } from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  ActionActor,
  ActionResult,
  type AuditCheck,
  type AuditRecord,
  AuditTarget,
  processKeyOf,
} from '../contract/action.ts';
import { eventId, hash53 } from '../contract/event.ts';
import { type ExactStart, processId, type ProcessKey } from '../contract/process.ts';
import type { StoredEvent } from '../contract/stored.ts';
import { redactText } from '../pipeline/redact.ts';
import type { QueueFilter } from './batch.ts';
import { toStoreError } from './errors.ts';
import { openDatabase, openSecond } from './open.ts';

/** What the first row is chained to. */
const GENESIS = '0'.repeat(64);
/** Actions on something that is no session are kept under this one; it has no activity, so no list shows it. */
const OWN_SESSION = { agentId: 'reeve', nativeId: 'actions' } as const;
const MAX_REASON = 1_000;
/** Of the processes of an action, this many are named in its event; the audit row has them all. */
const MAX_EVENT_RESOURCES = 50;

/** An action that was carried out or refused, before it is written down. */
export interface PerformedAction {
  readonly timeMs: number;
  readonly actor: ActionActor;
  readonly action: string;
  readonly target: AuditTarget;
  /** Free text; secrets in it are removed here. */
  readonly reason?: string;
  readonly result: ActionResult;
}

export interface RecordedAction {
  readonly record: AuditRecord;
  readonly seq: number;
  readonly event: StoredEvent;
}

/** A process that stands still. */
export type PausedProcess = ProcessKey & ExactStart & { readonly name: string };

const AuditBody = z.object({
  seq: z.int(),
  timeMs: z.int(),
  actor: ActionActor,
  action: z.string(),
  target: AuditTarget,
  reason: z.string().optional(),
  result: ActionResult,
});

interface AuditRow {
  readonly seq: number;
  readonly time_ms: number;
  readonly action: string;
  readonly body: string;
  readonly hash: string;
}

/**
 * Writes the audit row, the `action.performed` event and, if wanted, its outbox row, in one transaction.
 * @returns the row, and the event with its place in the order of arrival
 * @throws what better-sqlite3 throws; then nothing was written
 */
export function recordAction(db: Database, performed: PerformedAction, queue: QueueFilter): RecordedAction {
  return db.transaction(() => write(db, performed, queue)).immediate();
}

/** The same for the command line, when no collector has the store open. @throws StoreError */
export function recordActionInFile(
  path: string,
  performed: PerformedAction,
  queue: QueueFilter,
): RecordedAction {
  const { db, unclean } = openDatabase(path, performed.timeMs);
  try {
    const recorded = recordAction(db, performed, queue);
    // An earlier disorderly stop is still to be looked at by the collector.
    if (!unclean) db.prepare("INSERT OR REPLACE INTO meta VALUES ('closed', 'yes')").run();
    return recorded;
  } catch (error) {
    throw toStoreError(error, path);
  } finally {
    db.close();
  }
}

function write(db: Database, performed: PerformedAction, queue: QueueFilter): RecordedAction {
  const last = db
    .prepare<[], { seq: number; hash: string }>('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1')
    .get();
  // Not last.seq + 1: a number that was given out once must stay missed if its row was cut off.
  const seq = Math.max(last?.seq ?? 0, highestSeq(db)) + 1;
  const { reason, result, ...rest } = performed;
  const body = {
    seq,
    ...rest,
    ...(reason !== undefined && { reason: redactText(reason.slice(0, MAX_REASON)).toWellFormed() }),
    result: { ...result, detail: redactText(result.detail) },
  };
  const text = canonicalJson(body);
  const hash = chainHash(last?.hash ?? GENESIS, text);
  db.prepare('INSERT INTO audit (seq, time_ms, action, body, hash) VALUES (?, ?, ?, ?, ?)').run(
    seq,
    body.timeMs,
    body.action,
    text,
    hash,
  );
  const event = toEvent(body, hash, sessionOf(db, body.target));
  const json = JSON.stringify(event);
  const { lastInsertRowid } = db
    .prepare('INSERT INTO events (id_hash, id, session_key, kind, time_ms, body) VALUES (?, ?, ?, ?, ?, ?)')
    .run(hash53(event.id), event.id, sessionKey(db, event), event.kind, event.timeMs, json);
  if (queue('event')) {
    db.prepare("INSERT INTO outbox (uid, priority, created_ms, json) VALUES (?, 'action', ?, ?)").run(
      event.id,
      event.timeMs,
      json,
    );
  }
  return { record: { ...body, hash }, seq: Number(lastInsertRowid), event };
}

function toEvent(
  body: Omit<AuditRecord, 'hash'>,
  hash: string,
  session: { id: string; agentId: string },
): StoredEvent {
  const { target, result, actor } = body;
  const named = result.processes.filter((process) => process.outcome !== 'gone');
  return {
    // From the chain: the same row gives the same id, and the event says which row it belongs to.
    id: eventId(OWN_SESSION.agentId, 'action.performed', hash),
    kind: 'action.performed',
    timeMs: body.timeMs,
    agentId: session.agentId,
    sessionId: session.id,
    actor: { user: actor.user, ...(actor.uid !== undefined && { uid: actor.uid }) },
    input: {
      action: body.action,
      target: target.kind === 'process' ? String(target.pid) : target.id,
      targetKind: target.kind,
      via: actor.via,
      ...(body.reason !== undefined && { reason: body.reason }),
      status: result.status,
      detail: result.detail,
      processes: result.processes.length,
      ...(result.frozenMs !== undefined && { frozenMs: Math.round(result.frozenMs) }),
      ...(result.goneMs !== undefined && { goneMs: Math.round(result.goneMs) }),
      auditSeq: body.seq,
      auditHash: hash,
    },
    outcome: { status: result.status === 'done' ? 'ok' : result.status === 'refused' ? 'denied' : 'error' },
    resources: named.slice(0, MAX_EVENT_RESOURCES).map(({ pid, name }) => ({
      kind: 'process' as const,
      value: `${pid} ${name}`,
      access: 'execute' as const,
    })),
    source: { path: 'audit', offsetBytes: body.seq },
  };
}

function sessionOf(db: Database, target: AuditTarget): { id: string; agentId: string } {
  if (target.kind === 'session') {
    const row = db
      .prepare<[string], { agent_id: string }>('SELECT agent_id FROM sessions WHERE id = ?')
      .get(target.id);
    if (row !== undefined) return { id: target.id, agentId: row.agent_id };
  }
  const agentId = target.kind === 'agent' ? target.id : OWN_SESSION.agentId;
  return { id: `${OWN_SESSION.agentId}:${OWN_SESSION.nativeId}`, agentId };
}

function sessionKey(db: Database, event: StoredEvent): number {
  const select = db.prepare<[string], { key: number }>('SELECT key FROM sessions WHERE id = ?');
  const found = select.get(event.sessionId);
  if (found !== undefined) return found.key;
  return Number(
    db
      .prepare('INSERT INTO sessions (id, agent_id, native_id, user) VALUES (?, ?, ?, ?)')
      .run(event.sessionId, OWN_SESSION.agentId, OWN_SESSION.nativeId, event.actor.user).lastInsertRowid,
  );
}

/** Newest first, or in order after a row. @throws ZodError when a row was changed into something else: see `verifyAudit` */
export function listAudit(
  db: Database,
  filter: { readonly afterSeq?: number; readonly limit: number },
): AuditRecord[] {
  const rows =
    filter.afterSeq === undefined
      ? db.prepare<[number], AuditRow>('SELECT * FROM audit ORDER BY seq DESC LIMIT ?').all(filter.limit)
      : db
          .prepare<[number, number], AuditRow>('SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?')
          .all(filter.afterSeq, filter.limit);
  return rows.map((row) => ({ ...AuditBody.parse(JSON.parse(row.body)), hash: row.hash }));
}

/**
 * Follows the chain from the first row. Finds a row that was changed, removed, put in between or moved, and rows cut
 * off at the end. What it cannot find: a whole chain written anew by somebody who may write the store; for that the
 * events that were reported carry the hashes. Reads row by row; never throws for what a row holds.
 */
export function verifyAudit(db: Database): AuditCheck {
  let previous = GENESIS;
  let rows = 0;
  const broken = (seq: number, reason: string): AuditCheck => ({
    ok: false,
    rows,
    broken: { seq, reason },
    ...(rows > 0 && { head: previous }),
  });
  for (const row of db.prepare<[], AuditRow>('SELECT * FROM audit ORDER BY seq').iterate()) {
    if (row.seq !== rows + 1) return broken(rows + 1, 'the row is missing');
    if (chainHash(previous, row.body) !== row.hash) return broken(row.seq, 'the row does not fit its hash');
    const parsed = parseBody(row.body);
    if (parsed === undefined) return broken(row.seq, 'the row is not an audit row');
    if (parsed.seq !== row.seq || parsed.timeMs !== row.time_ms || parsed.action !== row.action) {
      return broken(row.seq, 'the row says something else in its columns than in its text');
    }
    previous = row.hash;
    rows += 1;
  }
  if (highestSeq(db) > rows) return broken(rows + 1, 'rows were cut off at the end');
  return { ok: true, rows, ...(rows > 0 && { head: previous }) };
}

/**
 * Processes that were paused and, as far as the log tells, still are: for `resume`, and for showing what stands still.
 * `leave` stood still before they were paused. A later resume or kill of the same process takes it off both.
 */
export function pausedProcesses(db: Database): { paused: PausedProcess[]; leave: PausedProcess[] } {
  const paused = new Map<string, PausedProcess>();
  const leave = new Map<string, PausedProcess>();
  const rows = db
    .prepare<[], AuditRow>(
      "SELECT * FROM audit WHERE action IN ('pause', 'resume', 'kill') ORDER BY seq DESC LIMIT 500",
    )
    .all();
  for (const row of rows.reverse()) {
    for (const one of parseBody(row.body)?.result.processes ?? []) {
      const { name, outcome } = one;
      const process = { ...processKeyOf(one), name };
      const id = processId(process);
      if (outcome === 'paused') paused.set(id, process);
      // Paused twice: the second time it stood still because of the first.
      else if (outcome === 'already-stopped') {
        if (row.action === 'pause' && !paused.has(id)) leave.set(id, process);
      } else if (outcome !== 'refused') {
        paused.delete(id);
        leave.delete(id);
      }
    }
  }
  return { paused: [...paused.values()], leave: [...leave.values()] };
}

/** The same for the command line, when no collector has the store open. A store that cannot be read knows of none. */
export function pausedInFile(path: string): ReturnType<typeof pausedProcesses> {
  try {
    const db = openSecond(path);
    try {
      return pausedProcesses(db);
    } finally {
      db.close();
    }
  } catch {
    return { paused: [], leave: [] }; // no store, or one of an earlier format: nothing was paused with it
  }
}

function parseBody(text: string): z.infer<typeof AuditBody> | undefined {
  try {
    const parsed = AuditBody.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined; // not JSON
  }
}

/** The highest number ever given out. */
function highestSeq(db: Database): number {
  return (
    db.prepare<[], { seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").get()?.seq ?? 0
  );
}

function chainHash(previous: string, body: string): string {
  return createHash('sha256').update(previous).update('\n').update(body).digest('hex');
}

/** JSON with the keys of every object in order, so that the same row always gives the same text (as RFC 8785 does). */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : part,
  );
}
