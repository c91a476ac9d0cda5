import type { Suppression, SuppressionScope, Tuning } from '../contract/finding-life.ts';
import { type Finding, SEVERITIES, type Severity, severityRank } from '../contract/finding.ts';
import { applyHabit, type HabitPast, withoutHabit } from './habit.ts';

/** What people decided, as far as it concerns a finding. */
export interface Decisions {
  /** Those that hold now, oldest first. */
  readonly suppressions: readonly Pick<Suppression, 'id' | 'scope' | 'createdMs'>[];
  /** Of the finding's own pattern. */
  readonly tuning?: Pick<Tuning, 'id' | 'steps' | 'changedMs'>;
  /** Of other days in the same project. */
  readonly habit?: HabitPast;
}

/** Feedback lowers to this and no further: nothing disappears because somebody said that it is fine. */
const LOWEST = severityRank('low');

/**
 * A finding with what people decided about it. Idempotent, and independent of earlier decisions: what was decided
 * before and does not hold any more is taken back.
 */
export function applyDecisions(finding: Finding, decisions: Decisions): Finding {
  const detected = asDetected(finding);
  // A finding that is not there any more needs neither.
  if (detected.status === 'resolved') return detected;
  const usual = decisions.habit === undefined ? detected : applyHabit(detected, decisions.habit);
  const tuned = tune(usual, decisions.tuning);
  const suppression = decisions.suppressions.find(
    (one) =>
      mayHide(one.scope, detected) && fits(one.scope, detected) && !reopenedSince(detected, one.createdMs),
  );
  return suppression === undefined
    ? tuned
    : { ...tuned, status: 'suppressed', suppressionId: suppression.id };
}

/** The finding as detection and the person's own look at it left it: neither lowered, nor surer, nor hidden. */
export function asDetected(finding: Finding): Finding {
  const verb = finding.decision?.verb;
  const seen = verb === 'acknowledged' || verb === 'fine';
  const detected: Finding = {
    ...finding,
    severity: finding.tuned?.from ?? finding.severity,
    status: finding.status === 'suppressed' ? (seen ? 'acknowledged' : 'open') : finding.status,
  };
  delete detected.suppressionId;
  delete detected.tuned;
  return withoutHabit(detected);
}

/** Rule, subject and project: what feedback is about. */
export function patternOf(finding: Finding): { ruleId: string; subject: string; project?: string } {
  const { ruleId, subject } = finding;
  return { ruleId, subject: subject.value, ...(subject.cwd !== undefined && { project: subject.cwd }) };
}

/** A critical finding is hidden only by a suppression that names its rule: nobody hides one by the way. */
export function mayHide(scope: SuppressionScope, finding: Finding): boolean {
  return asDetected(finding).severity !== 'critical' || scope.ruleId !== undefined;
}

export function fits(scope: SuppressionScope, finding: Finding): boolean {
  const { ruleId, subject, pathPrefix, project } = scope;
  if (ruleId !== undefined && ruleId !== finding.ruleId) return false;
  if (subject !== undefined && subject !== finding.subject.value) return false;
  if (project !== undefined && !isBelow(finding.subject.cwd, project)) return false;
  if (pathPrefix === undefined) return true;
  const paths = [finding.subject.value, ...finding.evidence.map((item) => item.path)].filter(isPath);
  // Each of them: one file outside is what the person has not agreed to.
  return paths.length > 0 && paths.every((path) => isBelow(path, pathPrefix));
}

function reopenedSince({ decision }: Finding, createdMs: number): boolean {
  return decision?.verb === 'reopened' && decision.timeMs >= createdMs;
}

function isPath(text: string | undefined): text is string {
  return text !== undefined && /^(?:[\\/~]|[A-Za-z]:[\\/])/.test(text);
}

/** Paths come from what an agent wrote: one that climbs (`..`) is below nothing. */
export function isBelow(path: string | undefined, folder: string): boolean {
  if (path === undefined || climbs(path) || climbs(folder)) return false;
  const base = folder.replace(/[\\/]{1,8}$/, '');
  return path === base || path.startsWith(`${base}/`) || path.startsWith(`${base}\\`);
}

function climbs(path: string): boolean {
  return path.split(/[\\/]/).includes('..');
}

function tune(finding: Finding, tuning: Decisions['tuning']): Finding {
  const lowered = tuning === undefined ? finding.severity : loweredBy(finding.severity, tuning.steps);
  if (tuning === undefined || lowered === finding.severity) return finding;
  const day = new Date(tuning.changedMs).toISOString().slice(0, 10);
  return {
    ...finding,
    severity: lowered,
    tuned: {
      from: finding.severity,
      tuningId: tuning.id,
      because: `somebody said on ${day} that this is fine for the same subject in the same project`,
    },
  };
}

/** Critical stays critical; everything else goes down by `steps`, never below low. */
export function loweredBy(severity: Severity, steps: number): Severity {
  const rank = severityRank(severity);
  if (severity === 'critical' || rank <= LOWEST) return severity;
  return SEVERITIES[Math.max(LOWEST, rank - steps)] ?? severity;
}
