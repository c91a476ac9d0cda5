import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { ActionActor } from '../contract/action.ts';
import {
  APPROVAL_KINDS,
  type ApprovalDecision,
  type ApprovalItem,
  type DecisionResult,
} from '../contract/approval.ts';
import { redactText } from '../pipeline/redact.ts';
import { recordAction, type RecordedAction } from './audit.ts';
import type { QueueFilter } from './batch.ts';

/** One thing that can be approved, as it is on the machine now. */
export interface Approvable {
  readonly id: string;
  readonly kind: ApprovalItem['kind'];
  readonly name: string;
  readonly agentIds: readonly string[];
  readonly path?: string;
  readonly sha256?: string;
  /** Redacted. */
  readonly detail: string;
}

const Row = z.object({
  id: z.string(),
  kind: z.enum(APPROVAL_KINDS),
  name: z.string(),
  agent_ids: z.string(),
  path: z.string().nullable(),
  detail: z.string(),
  sha256: z.string().nullable(),
  before: z.int(),
  first_seen_ms: z.int(),
  changed_ms: z.int().nullable(),
  gone_ms: z.int().nullable(),
  decision: z.enum(['approve', 'deny']).nullable(),
  decided_sha256: z.string().nullable(),
  decided_ms: z.int().nullable(),
  decided_by: z.string().nullable(),
  reason: z.string().nullable(),
  decided_detail: z.string().nullable(),
});
type Row = z.infer<typeof Row>;

const AgentIds = z.array(z.string());
const WAITING = `gone_ms IS NULL AND (decision IS NULL OR decided_sha256 IS NOT sha256)`;

/** What people said yes or no to, pinned to the content they saw. */
export class Approvals {
  readonly #db: Database;
  readonly #queue: QueueFilter;

  constructor(db: Database, queue: QueueFilter) {
    this.#db = db;
    this.#queue = queue;
  }

  /**
   * Takes over what is on the machine now. What was not known is new; what has other content than before is changed;
   * what is not there any more is kept with its decision, so that it cannot come back under another content unseen.
   * @returns whether anything is different from the last time
   */
  sync(items: readonly Approvable[], nowMs: number): boolean {
    return this.#db
      .transaction(() => {
        const known = new Map(this.#rows('').map((row) => [row.id, row]));
        const firstLook = this.#isFirstLook();
        let changed = false;
        const seen = new Set<string>();
        for (const item of items) {
          if (seen.has(item.id)) continue;
          seen.add(item.id);
          const row = known.get(item.id);
          if (row === undefined) this.#insert(item, firstLook, nowMs);
          else if (!isSame(row, item)) this.#update(row, item, nowMs);
          else continue;
          changed = true;
        }
        const bury = this.#db.prepare('UPDATE approvals SET gone_ms = ? WHERE id = ?');
        for (const row of known.values()) {
          if (row.gone_ms !== null || seen.has(row.id)) continue;
          bury.run(nowMs, row.id);
          changed = true;
        }
        if (firstLook)
          this.#db.prepare("INSERT OR REPLACE INTO meta VALUES ('approvals', ?)").run(String(nowMs));
        return changed;
      })
      .immediate();
  }

  get(id: string): ApprovalItem | undefined {
    const row = this.#rows('WHERE id = ?', id)[0];
    return row === undefined ? undefined : toItem(row);
  }

  /** What waits for a decision first, then what changed last. */
  list(filter: { readonly state?: ApprovalItem['state']; readonly gone: boolean }): ApprovalItem[] {
    return this.#rows(filter.gone ? '' : 'WHERE gone_ms IS NULL')
      .map(toItem)
      .filter((item) => filter.state === undefined || item.state === filter.state)
      .sort((a, b) => ORDER[a.state] - ORDER[b.state] || latest(b) - latest(a) || (a.id < b.id ? -1 : 1));
  }

  /** How many wait: those that came or changed since the first look, and those that were here before it. */
  counts(): { waiting: number; before: number } {
    return (
      this.#db
        .prepare<[], { waiting: number; before: number }>(
          `SELECT count(*) FILTER (WHERE NOT (before AND decision IS NULL AND changed_ms IS NULL)) AS waiting,
                  count(*) FILTER (WHERE before AND decision IS NULL AND changed_ms IS NULL) AS before
             FROM approvals WHERE ${WAITING}`,
        )
        .get() ?? { waiting: 0, before: 0 }
    );
  }

  /** Decisions about agents by their id, as far as they hold for what is there now. */
  agentDecisions(): Map<string, 'approve' | 'deny'> {
    return new Map(
      this.#rows('WHERE gone_ms IS NULL AND kind = ?', 'agent').flatMap((row) =>
        row.decision !== null && row.decided_sha256 === row.sha256
          ? [[row.id.slice('agent:'.length), row.decision] as const]
          : [],
      ),
    );
  }

  /** Decides about each, in one transaction with the audit rows; what the person did not see is left alone. */
  decide(
    request: ApprovalDecision,
    by: { readonly actor: ActionActor; readonly timeMs: number },
  ): DecisionResult & { readonly recorded: readonly RecordedAction[] } {
    const { decision } = request;
    const reason = request.reason === undefined ? undefined : redactText(request.reason).toWellFormed();
    return this.#db
      .transaction(() => {
        const decided: ApprovalItem[] = [];
        const skipped: DecisionResult['skipped'] = [];
        const recorded: RecordedAction[] = [];
        for (const id of new Set(request.ids)) {
          const row = this.#rows('WHERE id = ?', id)[0];
          const problem = row === undefined ? 'There is nothing of this id.' : problemOf(row, request);
          if (row === undefined || problem !== undefined) {
            skipped.push({ id, reason: problem ?? '' });
            continue;
          }
          this.#write(row, decision, reason, by);
          const after = this.#rows('WHERE id = ?', id)[0];
          if (after !== undefined) decided.push(toItem(after));
          recorded.push(
            recordAction(
              this.#db,
              {
                timeMs: by.timeMs,
                actor: by.actor,
                action: `approval.${decision}`,
                target: { kind: 'approval', id },
                ...(reason !== undefined && { reason }),
                result: {
                  status: 'done',
                  detail: `${WORDS[decision]} ${row.kind} ${row.name}${row.sha256 === null ? '' : `, content ${row.sha256}`}.`,
                  processes: [],
                },
              },
              this.#queue,
            ),
          );
        }
        return { decided, skipped, recorded };
      })
      .immediate();
  }

  #write(
    row: Row,
    decision: ApprovalDecision['decision'],
    reason: string | undefined,
    { actor, timeMs }: { readonly actor: ActionActor; readonly timeMs: number },
  ): void {
    const update = this.#db.prepare(
      `UPDATE approvals SET decision = ?, decided_sha256 = ?, decided_ms = ?, decided_by = ?, reason = ?,
         decided_detail = ? WHERE id = ?`,
    );
    if (decision === 'reset') update.run(null, null, null, null, null, null, row.id);
    else update.run(decision, row.sha256, timeMs, actor.user, reason ?? null, row.detail, row.id);
  }

  #insert(item: Approvable, firstLook: boolean, nowMs: number): void {
    this.#db
      .prepare(
        `INSERT INTO approvals (id, kind, name, agent_ids, path, detail, sha256, before, first_seen_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        item.id,
        item.kind,
        item.name,
        JSON.stringify(item.agentIds),
        item.path ?? null,
        item.detail,
        item.sha256 ?? null,
        firstLook ? 1 : 0,
        nowMs,
      );
  }

  #update(row: Row, item: Approvable, nowMs: number): void {
    const moved = row.sha256 !== (item.sha256 ?? null);
    this.#db
      .prepare(
        `UPDATE approvals SET name = ?, agent_ids = ?, path = ?, detail = ?, sha256 = ?, gone_ms = NULL,
           changed_ms = CASE WHEN ? THEN ? ELSE changed_ms END WHERE id = ?`,
      )
      .run(
        item.name,
        JSON.stringify(item.agentIds),
        item.path ?? null,
        item.detail,
        item.sha256 ?? null,
        moved ? 1 : 0,
        nowMs,
        row.id,
      );
  }

  #isFirstLook(): boolean {
    return this.#db.prepare("SELECT 1 FROM meta WHERE key = 'approvals'").get() === undefined;
  }

  /** A row that cannot be understood is as good as none: its thing then counts as new. */
  #rows(where: string, ...params: readonly string[]): Row[] {
    return this.#db
      .prepare(`SELECT * FROM approvals ${where}`)
      .all(...params)
      .flatMap((raw) => {
        const row = Row.safeParse(raw);
        return row.success ? [row.data] : [];
      });
  }
}

const ORDER = { changed: 0, new: 1, denied: 2, approved: 3 } as const;
const WORDS = { approve: 'Approved', deny: 'Denied', reset: 'Took back the decision on' } as const;

function latest(item: ApprovalItem): number {
  return Math.max(item.firstSeenMs, item.changedMs ?? 0, item.decidedMs ?? 0);
}

function problemOf(row: Row, { decision, sha256 }: ApprovalDecision): string | undefined {
  if (decision === 'reset') return undefined;
  if (row.gone_ms !== null) return 'It is not on this machine any more.';
  const seen = sha256?.[row.id];
  return seen === undefined || seen === row.sha256
    ? undefined
    : 'It changed after you looked at it. Look again.';
}

function isSame(row: Row, item: Approvable): boolean {
  return (
    row.gone_ms === null &&
    row.sha256 === (item.sha256 ?? null) &&
    row.name === item.name &&
    row.detail === item.detail &&
    row.path === (item.path ?? null) &&
    row.agent_ids === JSON.stringify(item.agentIds)
  );
}

function stateOf(row: Row): ApprovalItem['state'] {
  if (row.decision === null) return 'new';
  if (row.decided_sha256 !== row.sha256) return 'changed';
  return row.decision === 'approve' ? 'approved' : 'denied';
}

function toItem(row: Row): ApprovalItem {
  const state = stateOf(row);
  const agents = AgentIds.safeParse(JSON.parse(row.agent_ids));
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    agentIds: agents.success ? agents.data : [],
    ...(row.path !== null && { path: row.path }),
    ...(row.sha256 !== null && { sha256: row.sha256 }),
    ...(state === 'changed' && row.decided_sha256 !== null && { decidedSha256: row.decided_sha256 }),
    ...(state === 'changed' && row.decided_detail !== null && { decidedDetail: row.decided_detail }),
    ...(row.decision !== null && { decision: row.decision }),
    state,
    before: row.before === 1,
    gone: row.gone_ms !== null,
    detail: row.detail,
    firstSeenMs: row.first_seen_ms,
    ...(row.changed_ms !== null && { changedMs: row.changed_ms }),
    ...(row.decided_ms !== null && { decidedMs: row.decided_ms }),
    ...(row.decided_by !== null && { decidedBy: row.decided_by }),
    ...(row.reason !== null && { reason: row.reason }),
  };
}
