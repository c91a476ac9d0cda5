import { isAboutAct } from './advised.ts';
import type { FindingStory, RuleInfo } from './finding-life.ts';
import type { Confidence, Finding, Severity } from './finding.ts';

/** How often the same was seen in the same project in the days before. */
export interface Familiarity {
  /** Of the window. */
  readonly days: number;
  readonly windowDays: number;
  /** Days of the window on which agents worked there at all. */
  readonly workDays: number;
}

/** How a finding reads for a person: the one place that words it, for the window, the command line and exports. */
export function findingStory(finding: Finding, rule: RuleInfo | undefined, seen?: Familiarity): FindingStory {
  return {
    whatHappened: happened(finding, rule) + (seen === undefined ? '' : familiarity(seen)),
    whyItMatters: rule?.why ?? finding.title,
    howSure: sure(finding),
    harmlessWhen: rule === undefined ? [] : [...rule.falsePositives],
    whatToDo: [finding.advice, rule === undefined ? '' : `Look at this first: ${rule.triage}`]
      .filter((part) => part !== '')
      .join(' '),
    whatWeWouldDo: wouldDo(finding),
  };
}

function happened(finding: Finding, rule: RuleInfo | undefined): string {
  // Findings carry the facts of the case, then the rule's own words on why it matters: those have a place of their own.
  const own =
    rule !== undefined && finding.why.endsWith(rule.why) ? finding.why.slice(0, -rule.why.length).trim() : '';
  const facts = own === '' ? finding.why : own;
  const where = finding.subject.cwd === undefined ? '' : ` This was in ${finding.subject.cwd}.`;
  const times = finding.count > 1 ? ` It was seen ${finding.count} times.` : '';
  return `${sentence(facts)}${where}${times}`;
}

/** With fewer days of work before, nothing can be called the first. */
const KNOWN_WORK_DAYS = 5;

function familiarity({ days, windowDays, workDays }: Familiarity): string {
  if (days > 0) return ` The same was seen here on ${days} of the ${windowDays} days before.`;
  return workDays < KNOWN_WORK_DAYS
    ? ''
    : ` It is the first time in this project: agents worked there on ${workDays} of the ${windowDays} days before and did not do it.`;
}

const SURE: Readonly<Record<Confidence, string>> = {
  high: 'We are sure that this happened as described.',
  medium: 'This is probably so. There are harmless explanations, and they are listed below.',
  low: 'This is a hint, not a proof. Most things that look like this are harmless.',
};

function sure(finding: Finding): string {
  const kept = finding.evidence.filter((item) => item.eventId !== undefined).length;
  const basis =
    kept > 1
      ? ` It rests on ${kept} events that you can open.`
      : kept === 1
        ? ' It rests on one event that you can open.'
        : ' It rests on what is set on this machine, not on something an agent did.';
  const tuned =
    finding.tuned === undefined
      ? ''
      : ` It would be ${finding.tuned.from}; it is shown as ${finding.severity} because ${finding.tuned.because}.`;
  return SURE[finding.confidence] + basis + habit(finding) + tuned;
}

function habit({ habit: past }: Finding): string {
  if (past?.lowered !== undefined)
    return ` It is one severity below ${past.lowered.from}, because ${past.lowered.because}.`;
  return past?.surer === undefined ? '' : ` We are surer than usual, because ${past.surer.because}.`;
}

function wouldDo(finding: Finding): string {
  const state = STATES[finding.status];
  if (state !== undefined) return state;
  return isAboutAct(finding.subject) ? ACT[finding.severity] : CHANGE[finding.severity];
}

const STATES: Readonly<Partial<Record<Finding['status'], string>>> = {
  acknowledged: 'Nothing more: somebody has looked at it. It opens again when it gets worse.',
  suppressed: 'Nothing: somebody decided that it is not to be shown, and said why.',
  resolved: 'Nothing: what it is about is not there any more.',
};

/** About something that an agent did. */
const ACT: Readonly<Record<Severity, string>> = {
  critical:
    'Stop the session now, then look at what it did. Starting it again costs minutes; undoing this may not be possible.',
  high: 'Pause the session, read the events, and let it go on only when you know why it did this.',
  medium: 'Read the events. If you asked for this, say that it is fine and it will be quieter next time.',
  low: 'Look at it when you have time. If it is ordinary work here, say that it is fine.',
  informational: 'Nothing. It is kept so that other things can be understood later.',
};

/** About how something is set. */
const CHANGE: Readonly<Record<Severity, string>> = {
  critical: 'Change this today, and do not let the agent work before that.',
  high: 'Change this today.',
  medium: 'Change this this week, or suppress it with your reason.',
  low: 'Change this when you are at it anyway.',
  informational: 'Nothing. It is good to know.',
};

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
