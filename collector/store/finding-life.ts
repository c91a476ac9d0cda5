import type { Database } from 'better-sqlite3';
import type { ActionActor, AuditTarget } from '../contract/action.ts';
import type { Suppression, SuppressionScope, Tuning } from '../contract/finding-life.ts';
import type { Finding } from '../contract/finding.ts';
import { asDetected, patternOf } from '../pipeline/decisions.ts';
import { redactText } from '../pipeline/redact.ts';
import { recordAction, type RecordedAction } from './audit.ts';
import type { QueueFilter } from './batch.ts';
import type { Writer } from './commit.ts';
import { DecisionRows, MAX_SUPPRESSIONS } from './decisions.ts';

/** Who decides, and when. */
export interface Decider {
  readonly actor: ActionActor;
  readonly timeMs: number;
}

/** What a decision changed: to be told to whoever follows. */
export interface Decided {
  readonly findings: readonly Finding[];
  readonly recorded: RecordedAction;
}

/** Thrown when the person asks for something that cannot be; the message says what and why. */
export class RefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RefusedError';
  }
}

/**
 * What people do with findings. Each call is one transaction: the decision, the findings as they stand afterwards, and
 * the row in the audit log, or nothing of it.
 */
export class FindingLife {
  readonly #db: Database;
  readonly #writer: Writer;
  readonly #rows: DecisionRows;
  readonly #queue: QueueFilter;

  constructor(db: Database, writer: Writer, queue: QueueFilter) {
    this.#db = db;
    this.#writer = writer;
    this.#rows = new DecisionRows(db);
    this.#queue = queue;
  }

  get rows(): DecisionRows {
    return this.#rows;
  }

  /** @returns `undefined` when there is no such finding. */
  acknowledge(id: string, note: string | undefined, by: Decider): Decided | undefined {
    return this.#look(id, 'acknowledged', note, by, 'finding.acknowledge');
  }

  /** Opens it again, also where a suppression hides it; whatever comes later of its kind is hidden as before. */
  reopen(id: string, note: string | undefined, by: Decider): Decided | undefined {
    return this.#look(id, 'reopened', note, by, 'finding.reopen');
  }

  /** @throws RefusedError when there are too many already, or its time is over before it begins. */
  suppress(
    wanted: { readonly scope: SuppressionScope; readonly reason: string; readonly expiresMs?: number },
    by: Decider,
  ): Decided & { readonly suppression: Suppression } {
    const { scope, expiresMs } = wanted;
    const reason = clean(wanted.reason);
    if (expiresMs !== undefined && expiresMs <= by.timeMs)
      throw new RefusedError('The end of the suppression lies in the past.');
    return this.#transaction(() => {
      if (this.#rows.count(by.timeMs) >= MAX_SUPPRESSIONS)
        throw new RefusedError(`There are ${MAX_SUPPRESSIONS} suppressions already. Remove some first.`);
      const id = this.#rows.add({
        scope,
        reason,
        createdMs: by.timeMs,
        createdBy: by.actor.user,
        ...(expiresMs !== undefined && { expiresMs }),
      });
      const findings = this.#again(this.#rows.wouldHide(scope).hide, by);
      const hidden = findings.filter((one) => one.suppressionId === id).length;
      const suppression = this.#rows.get(id);
      if (suppression === undefined) throw new Error('a suppression is missing right after it was added');
      const until =
        expiresMs === undefined ? 'until it is removed' : `until ${new Date(expiresMs).toISOString()}`;
      const detail = `Hides findings of ${scopeWords(scope)} ${until}; ${hidden} now.`;
      return {
        findings,
        suppression,
        recorded: this.#record(by, 'finding.suppress', { kind: 'suppression', id }, detail, reason),
      };
    });
  }

  /** @returns `undefined` when it did not hold any more. */
  endSuppression(id: string, by: Decider, action = 'suppression.remove'): Decided | undefined {
    return this.#transaction(() => {
      const hidden = this.#rows.hiddenBy(id);
      if (!this.#rows.end(id, by.timeMs)) return undefined;
      const findings = this.#again(hidden, by);
      const shown = findings.filter((one) => one.status !== 'suppressed').length;
      const detail = `${shown} of ${hidden.length} hidden findings are shown again.`;
      return { findings, recorded: this.#record(by, action, { kind: 'suppression', id }, detail) };
    });
  }

  /** Ends those whose time is over. */
  expire(by: Decider): Decided[] {
    return this.#rows
      .expired(by.timeMs)
      .flatMap(({ id }) => this.endSuppression(id, by, 'suppression.expire') ?? []);
  }

  /** @returns `undefined` when there is no such finding. */
  feedback(
    id: string,
    said: { readonly verdict: Tuning['verdict']; readonly note?: string },
    by: Decider,
  ): (Decided & { readonly finding: Finding; readonly tuning: Tuning }) | undefined {
    return this.#transaction(() => {
      const before = this.#writer.finding(id);
      if (before === undefined) return undefined;
      const note = said.note === undefined ? {} : { note: clean(said.note) };
      const tuning = this.#rows.judge(before, {
        verdict: said.verdict,
        ...note,
        timeMs: by.timeMs,
        by: by.actor.user,
      });
      const finding = this.#writer.decideFinding(judged(before, said.verdict, note, by), by.timeMs);
      const others = this.#rows.ofPattern(patternOf(before)).filter((one) => one.id !== id);
      const findings = [finding, ...this.#again(others, by)];
      const taken = ['nothing is', 'one severity is', 'two severities are'][tuning.steps] ?? '';
      const detail = `Said to be ${said.verdict}; ${taken} taken off ${tuning.ruleId} on this subject.`;
      const target: AuditTarget = { kind: 'finding', id };
      return {
        finding,
        tuning,
        findings,
        recorded: this.#record(by, 'finding.feedback', target, detail, note.note),
      };
    });
  }

  /** Takes back what feedback did to a pattern. @returns `undefined` when there is nothing of this id. */
  forgetTuning(id: string, by: Decider): Decided | undefined {
    return this.#transaction(() => {
      const tuning = this.#rows.tuning(id);
      if (tuning === undefined || !this.#rows.forget(id)) return undefined;
      const { ruleId, subject, project } = tuning;
      const pattern = { ruleId, subject, ...(project !== undefined && { project }) };
      const findings = this.#again(this.#rows.ofPattern(pattern), by);
      const detail = `Findings of ${ruleId} on this subject have their own severity again.`;
      return { findings, recorded: this.#record(by, 'tuning.remove', { kind: 'tuning', id }, detail) };
    });
  }

  #look(
    id: string,
    verb: 'acknowledged' | 'reopened',
    note: string | undefined,
    by: Decider,
    action: string,
  ): Decided | undefined {
    return this.#transaction(() => {
      const before = this.#writer.finding(id);
      if (before === undefined) return undefined;
      const decision = {
        verb,
        timeMs: by.timeMs,
        by: by.actor.user,
        ...(note !== undefined && { note: clean(note) }),
      };
      const status = verb === 'acknowledged' ? 'acknowledged' : 'open';
      const finding = this.#writer.decideFinding({ ...asDetected(before), status, decision }, by.timeMs);
      const detail = `${finding.ruleId} was ${before.status} and is ${finding.status}.`;
      return {
        findings: [finding],
        recorded: this.#record(by, action, { kind: 'finding', id }, detail, decision.note),
      };
    });
  }

  /** Findings under the decisions that hold now; those that stay as they are are left out. */
  #again(findings: readonly Finding[], by: Decider): Finding[] {
    return findings.flatMap((before) => {
      const after = this.#writer.decideFinding(before, by.timeMs, 'if-changed');
      return after === before ? [] : [after];
    });
  }

  #record(
    { actor, timeMs }: Decider,
    action: string,
    target: AuditTarget,
    detail: string,
    reason?: string,
  ): RecordedAction {
    return recordAction(
      this.#db,
      {
        timeMs,
        actor,
        action,
        target,
        ...(reason !== undefined && { reason }),
        result: { status: 'done', detail, processes: [] },
      },
      this.#queue,
    );
  }

  #transaction<T>(run: () => T): T {
    return this.#db.transaction(run).immediate();
  }
}

/** `fine` is also an answer to this finding: it need not stay open. */
function judged(
  before: Finding,
  verdict: Tuning['verdict'],
  note: { readonly note?: string },
  by: Decider,
): Finding {
  const detected = asDetected(before);
  const status = verdict === 'fine' && detected.status === 'open' ? 'acknowledged' : detected.status;
  return { ...detected, status, decision: { verb: verdict, timeMs: by.timeMs, by: by.actor.user, ...note } };
}

/** Free text of a person may hold a secret that was pasted. */
function clean(text: string): string {
  return redactText(text.slice(0, 1_000)).toWellFormed();
}

function scopeWords({ ruleId, subject, pathPrefix, project }: SuppressionScope): string {
  return [
    ...(ruleId === undefined ? [] : [`rule ${ruleId}`]),
    ...(subject === undefined ? [] : [`subject ${subject}`]),
    ...(pathPrefix === undefined ? [] : [`paths below ${pathPrefix}`]),
    ...(project === undefined ? [] : [`project ${project}`]),
  ].join(', ');
}
