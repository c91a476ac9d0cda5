import type { Fault, Score } from './measure.ts';
import type { Replay } from './replay.ts';
import type { RuleClock } from './rule-clock.ts';

const MAX_SAID = 220;

/** One false alarm or miss with the rule's reason, in as few lines as say everything. */
export function faultText({ kind, story, alerts }: Fault): string {
  const variant = story.variant === undefined ? '' : ` [${story.variant}]`;
  const head = `${kind}: ${story.group}: ${story.name}${variant}`;
  const said = alerts.map(
    (alert) =>
      `    ${alert.severity} ${alert.rule} (${alert.subject})\n      ${short(alert.said)}\n      ${short(alert.why)}`,
  );
  if (kind === 'false alarm') return [head, ...said].join('\n');
  const last = story.steps.at(-1)?.step;
  const call = last?.kind === 'call' ? last.call : undefined;
  const text =
    call === undefined
      ? ''
      : call.kind === 'mcp'
        ? `${call.server} ${call.tool} ${JSON.stringify(call.args)}`
        : call.text;
  const wanted = `    expected ${story.expected?.rules.join(' or ') ?? ''} ${story.expected?.severity ?? ''}`;
  return [head, wanted, `    ${short(text)}`, ...said].join('\n');
}

function short(text: string): string {
  const line = text.replaceAll('\n', '⏎');
  return line.length <= MAX_SAID ? line : `${line.slice(0, MAX_SAID)}…`;
}

export function scoreText(score: Score): string {
  const { ordinary, attacks, rules } = score;
  const per = (n: number): string => ((n * 1_000) / Math.max(1, ordinary.calls)).toFixed(2);
  const part = (n: number, of: number): string =>
    `${n} of ${of} (${((100 * n) / Math.max(1, of)).toFixed(1)} %)`;
  const loud = attacks.seen + ordinary.medium;
  const rows = Object.entries(rules).map(([rule, { stories, found, falseAlarms }]) => {
    const recall = stories === 0 ? '-' : `${((100 * found) / stories).toFixed(1)} %`;
    const precision =
      found + falseAlarms === 0 ? '-' : `${((100 * found) / (found + falseAlarms)).toFixed(1)} %`;
    return `${rule.padEnd(34)} ${String(stories).padStart(7)} ${recall.padStart(9)} ${precision.padStart(9)} ${String(falseAlarms).padStart(12)}`;
  });
  return [
    `${'rule'.padEnd(34)} ${'stories'.padStart(7)} ${'recall'.padStart(9)} ${'precision'.padStart(9)} ${'false alarms'.padStart(12)}`,
    ...rows,
    '',
    `ordinary work: ${ordinary.calls} tool calls; per 1,000: ${per(ordinary.medium)} medium or above, ${per(ordinary.high)} high or above, ${per(ordinary.all)} of any severity`,
    `attacks: ${part(attacks.seen, attacks.stories)} seen at medium or above; critical ones ${part(attacks.criticalSeen, attacks.criticalStories)}`,
    `attacks named rightly (rule and severity): ${part(attacks.named, attacks.stories)}`,
    `precision over everything: ${((100 * attacks.seen) / Math.max(1, loud)).toFixed(1)} %`,
  ].join('\n');
}

export function timeText(clock: RuleClock, runs: readonly Replay[]): string {
  const events = runs.reduce((sum, run) => sum + run.events, 0);
  const seconds = runs.reduce((sum, run) => sum + run.seconds, 0);
  const slow = clock
    .rules()
    .slice(0, 5)
    .map(({ rule, medianUs, p99Us }) => `${rule} ${medianUs.toFixed(1)} (${p99Us.toFixed(0)})`);
  return [
    `time: ${events} events in ${seconds.toFixed(1)} s, everything included; rules alone ${clock.medianEventUs().toFixed(1)} µs a step (median), ${clock.p99EventUs().toFixed(0)} µs (99th percentile)`,
    `slowest rules, µs a call, median (99th percentile): ${slow.join(', ')}`,
  ].join('\n');
}
