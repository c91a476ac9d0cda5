import { controlsOf } from '../../contract/controls.ts';
import type { Evidence, Finding } from '../../contract/finding.ts';
import { baselineRule } from '../../rules/baselines.ts';
import { redactFinding, redactText } from '../redact.ts';
import type { Alarm } from './judge.ts';

const MAX_WHY = 990;
const MAX_EXCERPT = 200;

/** Id of the finding about a run: the same for every word about it. */
export function baselineFindingId(
  alarm: Pick<Alarm, 'code' | 'run'>,
  hash: (text: string) => string,
): string {
  return `f_${hash(`${baselineRule(alarm.code).id}\u0000${alarm.run.id}`).slice(0, 24)}`;
}

/** One finding for all deviations of a run, redacted. It says how rare such a run is before it says what is in it. */
export function baselineFinding(alarm: Alarm, hash: (text: string) => string): Finding {
  const { run, deviations, severity, confidence } = alarm;
  const rule = baselineRule(alarm.code);
  const evidence: Evidence[] = deviations.flatMap(({ eventId, text }) =>
    eventId === undefined ? [] : [{ eventId, excerpt: text.slice(0, MAX_EXCERPT) }],
  );
  const finding = redactFinding({
    id: baselineFindingId(alarm, hash),
    ruleId: rule.id,
    ruleCode: rule.code,
    severity,
    confidence,
    title: rule.title,
    why: wordsOf(alarm, rule.why),
    subject: {
      kind: 'session',
      value: run.rootId,
      agentId: run.agentId,
      ...(run.project !== '' && { cwd: run.project }),
    },
    sessionId: run.rootId,
    evidence,
    taxonomies: {
      attack: [...rule.taxonomies.attack],
      atlas: [...rule.taxonomies.atlas],
      owasp: [...rule.taxonomies.owasp],
    },
    bundles: [...rule.bundles],
    controls: controlsOf(rule.bundles),
    firstSeenMs: run.startMs,
    lastSeenMs: run.lastMs,
    count: 1,
    status: 'open',
    advice: rule.advice,
    actions: [],
  });
  return {
    ...finding,
    deviations: deviations.map((one) => ({
      ...one,
      value: redactText(one.value),
      text: redactText(one.text),
    })),
  };
}

/** Whole sentences only: what does not fit is in the list of deviations. */
function wordsOf({ deviations, everyDays }: Alarm, why: string): string {
  const days = Math.round(everyDays);
  const often = days >= 365 ? 'less than once a year' : `about once in ${Math.max(2, days)} days of work`;
  let text = `This run differs from what is usual in ${deviations.length} ways at once; by the history here that happens ${often}.`;
  for (const { text: sentence } of deviations) {
    if (text.length + sentence.length + why.length + 2 > MAX_WHY) break;
    text += ` ${sentence}`;
  }
  return `${text} ${why}`;
}
