import type { Database, Statement } from 'better-sqlite3';
import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Suppression, SuppressionScope, Tuning } from '../contract/finding-life.ts';
import { Finding } from '../contract/finding.ts';
import { previewScope, type ScopePreview } from './scope-preview.ts';
import { type Decisions, fits, mayHide, patternOf } from '../pipeline/decisions.ts';

/** Suppressions that can hold at one time; each finding is compared with all of them. */
export const MAX_SUPPRESSIONS = 1_000;
const MAX_STEPS = 2;

interface SuppressionRow {
  readonly id: string;
  readonly scope: string;
  readonly reason: string;
  readonly created_ms: number;
  readonly created_by: string;
  readonly expires_ms: number | null;
  readonly hidden: number;
}

const ACTIVE = 'ended_ms IS NULL AND (expires_ms IS NULL OR expires_ms > ?)';
const ActiveRow = z.object({ id: z.string(), scope: z.string(), created_ms: z.int() });

/** What people decided about findings: reading and writing of the rows. Callers bring the transaction. */
export class DecisionRows {
  readonly #db: Database;
  /** Scopes by their text: each finding of a backlog is compared with all of them. */
  readonly #scopes = new Map<string, SuppressionScope>();

  /** Asked for every finding, so prepared once. */
  #activeRows: Statement<[number]> | undefined;
  #tuningRow: Statement<[string]> | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /** What concerns one finding now. */
  for(finding: Finding, nowMs: number): Decisions {
    return { suppressions: this.active(nowMs), ...this.#tuningOf(finding) };
  }

  /** Suppressions that hold now, oldest first. A row that cannot be understood holds nothing back. */
  active(nowMs: number): Decisions['suppressions'] {
    this.#activeRows ??= this.#db.prepare(
      `SELECT id, scope, created_ms FROM suppressions WHERE ${ACTIVE} ORDER BY created_ms, id`,
    );
    return this.#activeRows.all(nowMs).flatMap((raw) => {
      const row = ActiveRow.safeParse(raw);
      const scope = row.success ? this.#scope(row.data.scope) : undefined;
      return row.success && scope !== undefined
        ? [{ id: row.data.id, scope, createdMs: row.data.created_ms }]
        : [];
    });
  }

  /** Those that nobody has ended, latest first; one whose time is over is among them until `expire` has run. */
  list(): Suppression[] {
    return this.#db
      .prepare<[], SuppressionRow>(
        `SELECT s.*, (SELECT count(*) FROM findings f WHERE f.status = 'suppressed' AND f.body ->> '$.suppressionId' = s.id)
           AS hidden FROM suppressions s WHERE ended_ms IS NULL ORDER BY created_ms DESC, id`,
      )
      .all()
      .flatMap((row) => toSuppression(row) ?? []);
  }

  get(id: string): Suppression | undefined {
    return this.list().find((one) => one.id === id);
  }

  count(nowMs: number): number {
    return (
      this.#db
        .prepare<[number], { n: number }>(`SELECT count(*) AS n FROM suppressions WHERE ${ACTIVE}`)
        .get(nowMs)?.n ?? 0
    );
  }

  add(row: Omit<Suppression, 'id' | 'hidden'>): string {
    const id = `s_${randomUUID()}`;
    this.#db
      .prepare('INSERT INTO suppressions VALUES (?, ?, ?, ?, ?, ?, NULL)')
      .run(id, JSON.stringify(row.scope), row.reason, row.createdMs, row.createdBy, row.expiresMs ?? null);
    return id;
  }

  /** @returns whether it held until now. */
  end(id: string, nowMs: number): boolean {
    return (
      this.#db
        .prepare('UPDATE suppressions SET ended_ms = ? WHERE id = ? AND ended_ms IS NULL')
        .run(nowMs, id).changes > 0
    );
  }

  /** Those whose time is over and that nobody has ended yet. */
  expired(nowMs: number): { id: string; reason: string }[] {
    return this.#db
      .prepare<[number], { id: string; reason: string }>(
        'SELECT id, reason FROM suppressions WHERE ended_ms IS NULL AND expires_ms <= ?',
      )
      .all(nowMs);
  }

  /** Findings that this one hides. */
  hiddenBy(id: string): Finding[] {
    return this.#findings("status = 'suppressed' AND body ->> '$.suppressionId' = ?", id);
  }

  preview(scope: SuppressionScope, mostExamples: number): ScopePreview {
    return previewScope(this.#db, scope, mostExamples);
  }

  /** Findings that are shown and would be hidden; critical ones that fit and stay are counted. */
  wouldHide(scope: SuppressionScope): { hide: Finding[]; criticalKept: number } {
    const shown = this.#findings("status IN ('open', 'acknowledged')").filter((one) => fits(scope, one));
    const hide = shown.filter((one) => mayHide(scope, one));
    return { hide, criticalKept: shown.length - hide.length };
  }

  /** Findings of one pattern that are there now. */
  ofPattern({ ruleId, subject, project }: ReturnType<typeof patternOf>): Finding[] {
    return this.#findings("rule_id = ? AND status != 'resolved'", ruleId).filter(
      (one) => one.subject.value === subject && one.subject.cwd === project,
    );
  }

  tunings(): Tuning[] {
    return this.#db
      .prepare('SELECT * FROM tunings ORDER BY changed_ms DESC, id')
      .all()
      .flatMap((row) => toTuning(row) ?? []);
  }

  tuning(id: string): Tuning | undefined {
    this.#tuningRow ??= this.#db.prepare('SELECT * FROM tunings WHERE id = ?');
    return toTuning(this.#tuningRow.get(id));
  }

  /** A person's word about a pattern: `fine` takes off one severity more, `useful` gives all of them back. */
  judge(
    finding: Finding,
    said: { verdict: Tuning['verdict']; note?: string; timeMs: number; by: string },
  ): Tuning {
    const pattern = patternOf(finding);
    const id = tuningId(pattern);
    const before = this.tuning(id)?.steps ?? 0;
    const tuning: Tuning = {
      id,
      ...pattern,
      verdict: said.verdict,
      steps: said.verdict === 'useful' ? 0 : Math.min(MAX_STEPS, before + 1),
      ...(said.note !== undefined && { note: said.note }),
      changedMs: said.timeMs,
      changedBy: said.by,
    };
    this.#db
      .prepare('INSERT OR REPLACE INTO tunings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        id,
        pattern.ruleId,
        pattern.subject,
        pattern.project ?? null,
        tuning.verdict,
        tuning.steps,
        tuning.note ?? null,
        tuning.changedMs,
        tuning.changedBy,
      );
    return tuning;
  }

  forget(id: string): boolean {
    return this.#db.prepare('DELETE FROM tunings WHERE id = ?').run(id).changes > 0;
  }

  #scope(text: string): SuppressionScope | undefined {
    const known = this.#scopes.get(text) ?? parseScope(text);
    if (this.#scopes.size > 2 * MAX_SUPPRESSIONS) this.#scopes.clear();
    if (known !== undefined) this.#scopes.set(text, known);
    return known;
  }

  #tuningOf(finding: Finding): Pick<Decisions, 'tuning'> {
    const tuning = this.tuning(tuningId(patternOf(finding)));
    return tuning === undefined ? {} : { tuning };
  }

  #findings(where: string, ...params: readonly string[]): Finding[] {
    return this.#db
      .prepare<unknown[], { body: string }>(
        `SELECT body FROM findings WHERE ${where} ORDER BY severity DESC, last_seen_ms DESC`,
      )
      .all(...params)
      .map((row) => Finding.parse(JSON.parse(row.body)));
  }
}

/** The id of a pattern: names may be long and come from logs. */
export function tuningId({ ruleId, subject, project }: ReturnType<typeof patternOf>): string {
  const text = JSON.stringify([ruleId, subject, project ?? null]);
  return `t_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
}

function parseScope(text: string): SuppressionScope | undefined {
  try {
    const scope = SuppressionScope.safeParse(JSON.parse(text));
    return scope.success ? scope.data : undefined;
  } catch {
    return undefined; // not JSON: a damaged row
  }
}

function toSuppression(row: SuppressionRow): Suppression | undefined {
  const scope = parseScope(row.scope);
  if (scope === undefined) return undefined;
  return {
    id: row.id,
    scope,
    reason: row.reason,
    createdMs: row.created_ms,
    createdBy: row.created_by,
    ...(row.expires_ms !== null && { expiresMs: row.expires_ms }),
    hidden: row.hidden,
  };
}

const TuningRow = z.object({
  id: z.string(),
  rule_id: z.string(),
  subject: z.string(),
  project: z.string().nullable(),
  verdict: Tuning.shape.verdict,
  steps: Tuning.shape.steps,
  note: z.string().nullable(),
  changed_ms: z.int(),
  changed_by: z.string(),
});

function toTuning(raw: unknown): Tuning | undefined {
  const parsed = TuningRow.safeParse(raw);
  if (!parsed.success) return undefined;
  const row = parsed.data;
  return {
    id: row.id,
    ruleId: row.rule_id,
    subject: row.subject,
    ...(row.project !== null && { project: row.project }),
    verdict: row.verdict,
    steps: row.steps,
    ...(row.note !== null && { note: row.note }),
    changedMs: row.changed_ms,
    changedBy: row.changed_by,
  };
}
