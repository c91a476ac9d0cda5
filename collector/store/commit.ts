import type { Database, Statement } from 'better-sqlite3';
import { isDeepStrictEqual } from 'node:util';
import { severityRank, type Finding } from '../contract/finding.ts';
import { applyDecisions, asDetected } from '../pipeline/decisions.ts';
import { mergeFinding } from '../pipeline/detect-merge.ts';
import { Finding as FindingSchema } from '../contract/finding.ts';
import type { CommitBatch, CommitResult, QueueFilter, RowBatch, RowResult } from './batch.ts';
import { DecisionRows } from './decisions.ts';
import { EventRows } from './event-row.ts';
import { type ChangedDay, HabitRows } from './habits.ts';
import type { KnownIds } from './known-ids.ts';
import { LogRows } from './log-rows.ts';

/** The writing half of the store: prepared once, run inside one transaction per batch. */
export class Writer {
  readonly #db: Database;
  readonly #queue: QueueFilter;
  readonly #sql: ReturnType<typeof prepare>;
  readonly #logRows: LogRows;
  readonly #decisions: DecisionRows;
  readonly #habits: HabitRows;
  readonly #eventRows = new EventRows();
  /** While a batch is written: days after which findings have to be judged again. The first one of each place. */
  #changedDays: Map<string, ChangedDay> | undefined;
  #together = false;

  constructor(db: Database, queue: QueueFilter, knownIds?: KnownIds) {
    this.#db = db;
    this.#queue = queue;
    this.#logRows = new LogRows(db, queue, knownIds);
    this.#decisions = new DecisionRows(db);
    this.#habits = new HabitRows(db);
    this.#sql = prepare(db);
  }

  /** @throws what better-sqlite3 throws; then nothing of the batch is stored. */
  commit(batch: CommitBatch, nowMs: number): CommitResult {
    const { events, cursor, ...rest } = batch;
    const rows = events.map((event) => this.#eventRows.of(event));
    const all = { ...rest, rows, cursors: cursor === undefined ? [] : [cursor] };
    const { seqs, findings } = this.#inTransaction(() => {
      const written = this.#write(all, nowMs);
      return { ...written, findings: [...written.findings, ...this.#judgeAgain(nowMs)] };
    });
    const inserted = events.flatMap((event, index) => {
      const seq = seqs[index] ?? 0;
      return seq === 0 ? [] : [{ seq, event }];
    });
    return { inserted, findings };
  }

  /** Several batches in one transaction. @throws as `commit` does; then nothing of any of them is stored */
  commitRows(batches: readonly RowBatch[], nowMs: number): RowResult {
    const written = this.#inTransaction(() => {
      const all = batches.map((batch) => this.#write(batch, nowMs));
      this.#judgeAgain(nowMs);
      return all;
    });
    return {
      events: written.reduce((sum, { seqs }) => sum + seqs.filter((seq) => seq !== 0).length, 0),
      findings: written.reduce((sum, { findings }) => sum + findings.length, 0),
    };
  }

  /** Which of these event ids are stored already. */
  known(ids: readonly string[]): Set<string> {
    return this.#logRows.known(ids);
  }

  /**
   * Everything `commit` is asked for meanwhile becomes one transaction. @throws as `commit` does, and what `work`
   * throws; then nothing of any of them is stored
   */
  together<T>(work: () => T): T {
    return this.#inTransaction(() => {
      this.#together = true;
      try {
        return work();
      } finally {
        this.#together = false;
      }
    });
  }

  #inTransaction<T>(write: () => T): T {
    if (this.#together) return write();
    this.#changedDays = new Map();
    try {
      return this.#db.transaction(write).immediate();
    } catch (error) {
      this.#logRows.forget();
      throw error;
    } finally {
      this.#changedDays = undefined;
    }
  }

  #write(batch: RowBatch, nowMs: number): { seqs: readonly number[]; findings: Finding[] } {
    const seqs = this.#logRows.write(batch);
    return { seqs, findings: this.#saveFindings(batch, seqs, nowMs) };
  }

  #saveFindings(batch: RowBatch, seqs: readonly number[], nowMs: number): Finding[] {
    if (batch.findings.length === 0) return [];
    const inserted = new Set(batch.rows.flatMap(({ id }, index) => (seqs[index] === 0 ? [] : [id])));
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
    const merged =
      before === undefined ? finding : keepDecision(mergeFinding(asDetected(before), finding), before);
    const changed = this.#habits.note(finding, merged);
    const saved = this.decideFinding(merged, nowMs);
    if (isGrave(saved) && (before === undefined || !isGrave(before)) && saved.sessionId !== undefined)
      changed.push(...this.#habits.turnedGrave(saved.sessionId));
    if (changed.length > 0) this.#judgeLater(changed, nowMs);
    return saved;
  }

  /** Logs are not read in order of time: what comes late may be what made later findings usual. */
  #judgeLater(changed: readonly ChangedDay[], nowMs: number): void {
    const days = this.#changedDays ?? new Map<string, ChangedDay>();
    for (const one of changed) {
      const known = days.get(one.place);
      if (known === undefined || known.day > one.day) days.set(one.place, one);
    }
    if (this.#changedDays === undefined) this.#judge(days, nowMs);
  }

  #judgeAgain(nowMs: number): Finding[] {
    const days = this.#changedDays;
    return days === undefined || days.size === 0 ? [] : this.#judge(days, nowMs);
  }

  /** @returns those that changed */
  #judge(days: ReadonlyMap<string, ChangedDay>, nowMs: number): Finding[] {
    const ids = new Set([...days.values()].flatMap((one) => this.#habits.judgedBy(one)));
    return [...ids].flatMap((id) => {
      const before = this.finding(id);
      if (before === undefined || before.habit === undefined || before.habit.may.length === 0) return [];
      const after = this.decideFinding(before, nowMs, 'if-changed');
      return after === before ? [] : [after];
    });
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
    const habit = this.#habits.past(asDetected(finding));
    const decisions = this.#decisions.for(finding, nowMs);
    const decided = applyDecisions(finding, habit === undefined ? decisions : { ...decisions, habit });
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
}

function isGrave({ severity, status }: Finding): boolean {
  return status === 'open' && severityRank(severity) >= severityRank('high');
}

/** What somebody said about a finding holds until it opens again, graver than what they looked at. */
function keepDecision(finding: Finding, before: Finding | undefined): Finding {
  const decision = before?.decision;
  const over = finding.status === 'open' && (decision?.verb === 'acknowledged' || decision?.verb === 'fine');
  const kept: Finding = { ...finding };
  delete kept.decision;
  return decision === undefined || over ? kept : { ...kept, decision };
}

function prepare(db: Database) {
  const run = (sql: string): Statement => db.prepare(sql);
  return {
    enqueue: run('INSERT INTO outbox (uid, priority, created_ms, json) VALUES (?, ?, ?, ?)'),
    openFindings: db.prepare<[], { id: string; rule_id: string; body: string }>(
      "SELECT id, rule_id, body FROM findings WHERE status != 'resolved'",
    ),
    getFinding: db.prepare<[string], { body: string }>('SELECT body FROM findings WHERE id = ?'),
    putFinding: run('INSERT OR REPLACE INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
  };
}
