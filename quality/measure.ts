import { type Severity, severityRank } from '../collector/contract/finding.ts';
import type { Alert, Replay, Replayed } from './replay.ts';
import { countCalls, type Story } from './story.ts';

/** How often a rule was right, wrong and silent. */
export interface RuleScore {
  /** Attack stories that name it, and in how many of them one of the rules named for the story spoke. */
  readonly stories: number;
  readonly found: number;
  /** Findings at medium or above about ordinary work. */
  readonly falseAlarms: number;
}

export interface Score {
  readonly ordinary: {
    readonly calls: number;
    readonly medium: number;
    readonly high: number;
    /** Findings at any severity: what a person sees who looks at everything. */
    readonly all: number;
  };
  readonly attacks: {
    readonly stories: number;
    /** With any finding at medium or above. */
    readonly seen: number;
    readonly criticalStories: number;
    readonly criticalSeen: number;
    /** A rule named for the story spoke, at least as severely as the story says. */
    readonly named: number;
  };
  readonly rules: Readonly<Record<string, RuleScore>>;
}

export interface Fault {
  readonly kind: 'false alarm' | 'missed' | 'too mild';
  readonly story: Story;
  readonly alerts: readonly Alert[];
}

export function measure(
  ordinary: Replay,
  attacks: Replay,
): { readonly score: Score; readonly faults: readonly Fault[] } {
  const rules = new Map<string, { stories: number; found: number; falseAlarms: number }>();
  const ruleOf = (id: string): { stories: number; found: number; falseAlarms: number } => {
    const known = rules.get(id) ?? { stories: 0, found: 0, falseAlarms: 0 };
    rules.set(id, known);
    return known;
  };
  const faults: Fault[] = [];
  const work = { calls: 0, medium: 0, high: 0, all: 0 };
  for (const { story, alerts } of ordinary.results) {
    work.calls += countCalls(story);
    work.all += alerts.length;
    const loud = alerts.filter(atLeast('medium'));
    work.medium += loud.length;
    work.high += alerts.filter(atLeast('high')).length;
    for (const alert of loud) ruleOf(alert.rule).falseAlarms += 1;
    if (loud.length > 0) faults.push({ kind: 'false alarm', story, alerts: loud });
  }
  const harm = { stories: 0, seen: 0, criticalStories: 0, criticalSeen: 0, named: 0 };
  for (const result of attacks.results) {
    const { story, alerts } = result;
    const { expected } = story;
    if (expected === undefined) throw new Error(`an attack without an expectation: ${story.name}`);
    const seen = alerts.some(atLeast('medium'));
    const named = spokeAsNamed(result, expected.severity);
    harm.stories += 1;
    if (seen) harm.seen += 1;
    if (named) harm.named += 1;
    if (expected.severity === 'critical') {
      harm.criticalStories += 1;
      if (seen) harm.criticalSeen += 1;
    }
    for (const id of expected.rules) {
      const rule = ruleOf(id);
      rule.stories += 1;
      if (spokeAsNamed(result, 'medium')) rule.found += 1;
    }
    if (!seen) faults.push({ kind: 'missed', story, alerts });
    else if (!named) faults.push({ kind: 'too mild', story, alerts });
  }
  return {
    score: {
      ordinary: work,
      attacks: harm,
      rules: Object.fromEntries([...rules].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    },
    faults,
  };
}

function spokeAsNamed({ story, alerts }: Replayed, severity: Severity): boolean {
  return alerts.some(
    (alert) => atLeast(severity)(alert) && story.expected?.rules.includes(alert.rule) === true,
  );
}

function atLeast(severity: Severity): (alert: Alert) => boolean {
  return (alert) => severityRank(alert.severity) >= severityRank(severity);
}
