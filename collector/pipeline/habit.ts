import { CONFIDENCES, type Finding, SEVERITIES, severityRank } from '../contract/finding.ts';

/** How far back days are counted. */
export const HABIT_WINDOW_DAYS = 30;
/** A thing is usual once it was done on so many days … */
const USUAL_DAYS = 3;
/** … the first of which is so long ago: nobody makes a habit over a weekend. */
const USUAL_AGE_DAYS = 7;
/** Done so many times more often than on any day before, a habit is none any more. */
const MAX_GROWTH = 3;
const ALWAYS_FINE = 2;
/** What a rule must have been told of before something else is worth being called new. */
const KNOWN_DAYS = 3;
const DAY_MS = 86_400_000;
/** Only what detection calls this or milder is taken for ordinary work when it comes again. */
export const MOST_TAUGHT = severityRank('medium');

/** What earlier days say about one finding. Days are those of UTC, counted from 1970. */
export interface HabitPast {
  /** Days before the finding's first one on which the same was done and nothing spoke against it, in any order. */
  readonly days: readonly number[];
  /** How often it was done on the busiest of them. */
  readonly most: number;
  /** The same was done before, whatever was said about it. */
  readonly known: boolean;
  /** Days on which the rule spoke about something else in this project. */
  readonly otherDays: number;
  /** How often the finding itself was seen on its busiest day. */
  readonly own: number;
  /** Something grave in the same session is not answered yet. */
  readonly trouble: boolean;
}

export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS);
}

/** Rule, agent and project; `undefined` for findings that do not take part. */
export function habitPlace(finding: Finding): string | undefined {
  const { ruleId, subject, sessionId, habit } = finding;
  if (habit === undefined || sessionId === undefined || subject.cwd === undefined) return undefined;
  return JSON.stringify([ruleId, subject.agentId ?? '', subject.cwd]);
}

/**
 * What of a subject stays the same from day to day: dates, times, long numbers, hashes and random names become `#`.
 * Addresses, ports, versions and short numbers stay: `10.0.0.7` is not `10.0.0.8`, and `prod-1` is not `prod-2`.
 */
export function habitSubject(subject: string): string {
  return (
    subject
      .slice(0, MAX_SUBJECT)
      // 2026-11-22, 2026_11_22, 20261122, with or without a time behind it: 20261122T0930Z
      .replace(
        /(?<!\d)20\d{2}([-_.]?)[01]\d\1[0-3]\d(?:[T_-]\d{2}[-:_]?\d{2}(?:[-:_]?\d{2})?Z?)?(?!\d)/g,
        '#',
      )
      // 6c84fb90-12c4-11e1-840d-7b25c5ee775a
      .replace(/(?<![\da-f])[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}(?![\da-f])/gi, '#')
      // 1763804400 and longer: seconds and milliseconds; ids of builds
      .replace(/(?<![\d.])\d{9,20}(?![\d.])/g, '#')
      // 9f8e7d6: commits and digests have both letters and digits
      .replace(/(?<![\w.])(?=[a-f]{0,6}\d)(?=\d{0,6}[a-f])[\da-f]{7,64}(?![\w.])/g, '#')
      // tmp.k3J9xQ2a1Z
      .replace(/(?<!\w)tmp[._][A-Za-z\d]{6,16}(?!\w)/g, 'tmp.#')
  );
}

const MAX_SUBJECT = 300;

/**
 * The finding, one severity lower when the same is done here day after day, or more certain when its rule knows this
 * project well and this is new. High and critical stay as they are; so does everything that is part of an incident, is
 * done far more often than ever, or happens in a session with a grave finding that nobody answered. Expects a finding
 * as it was detected.
 */
export function applyHabit(finding: Finding, past: HabitPast): Finding {
  const { habit } = finding;
  if (habit === undefined) return finding;
  if (habit.may.includes('lower') && isUsual(finding, past)) {
    const { severity } = finding;
    const lower = SEVERITIES[severityRank(severity) - 1] ?? severity;
    const because = `the same was done here on ${past.days.length} of the ${HABIT_WINDOW_DAYS} days before`;
    return { ...finding, severity: lower, habit: { ...habit, lowered: { from: severity, because } } };
  }
  if (habit.may.includes('raise') && !past.known && past.otherDays >= KNOWN_DAYS) {
    const { confidence } = finding;
    const surer = CONFIDENCES[CONFIDENCES.indexOf(confidence) + 1];
    if (surer === undefined) return finding;
    const because = `this is the first time here, and the same was done with something else on ${past.otherDays} of the ${HABIT_WINDOW_DAYS} days before`;
    return { ...finding, confidence: surer, habit: { ...habit, surer: { from: confidence, because } } };
  }
  return finding;
}

function isUsual(finding: Finding, past: HabitPast): boolean {
  const rank = severityRank(finding.severity);
  return (
    rank > 0 &&
    rank <= MOST_TAUGHT &&
    finding.incidentId === undefined &&
    !past.trouble &&
    past.days.length >= USUAL_DAYS &&
    dayOf(finding.firstSeenMs) - Math.min(...past.days) >= USUAL_AGE_DAYS &&
    past.own <= MAX_GROWTH * past.most + ALWAYS_FINE
  );
}

/** The finding as it was detected, before its past was looked at. */
export function withoutHabit(finding: Finding): Finding {
  const { habit } = finding;
  if (habit?.lowered === undefined && habit?.surer === undefined) return finding;
  return {
    ...finding,
    severity: habit.lowered?.from ?? finding.severity,
    confidence: habit.surer?.from ?? finding.confidence,
    habit: { may: habit.may },
  };
}
