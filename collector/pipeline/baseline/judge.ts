import type { Deviation } from '../../contract/baseline.ts';
import type { Confidence, Severity } from '../../contract/finding.ts';
import { type Baselines, REST_KEY } from './baselines.ts';
import { catalogued, DIMENSION_INDEX } from './dimensions.ts';
import { type Evidence, evidenceOf, isIndependent, type Profiles, scoreOf } from './evaluate.ts';
import { explain } from './explain.ts';
import { isPlanting } from './features.ts';
import { peerEvidence } from './peers.ts';
import { isReady, type Profile, scaleOf } from './profile.ts';
import type { Run } from './run.ts';
import { MAX_ALARM_BITS, runsPerDay, scoreTail } from './score-model.ts';

/** A run that is to be told. */
export interface Alarm {
  readonly run: Run;
  /** The rule of the most surprising deviation when the run was first told; it stays for later words about it. */
  readonly code: string;
  readonly deviations: readonly Deviation[];
  readonly bits: number;
  /** Such a run of ordinary work is expected once in about this many days of work. */
  readonly everyDays: number;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly update: boolean;
}

/** Judged by scores at all only when they come from this many days of work. */
const MIN_SCORED_DAYS = 5;
/** Each further run that is told on the same day needs this much more. */
const NEXT_ALARM_BITS = 8;
/** A run that was told is told again when it got this much more surprising, and only so often. */
const UPDATE_BITS = 3;
const MAX_UPDATES = 4;
const MIN_TOLD_BITS = 2;
const MAX_TOLD = 8;

/** Works out how unusual a run is now, remembers the highest, and says so when it is time. */
export function judge(
  state: Baselines,
  run: Run,
  profiles: Profiles,
  timeMs: number,
  silent: boolean,
): Alarm | undefined {
  const { user, project } = profiles;
  if (!isReady(user)) return undefined;
  const evidence = evidenceOf(run, profiles);
  const score = scoreOf(evidence);
  run.score = Math.max(score, run.score ?? 0);
  const peers = peerEvidence(state.profiles.values(), run, project, score);
  if (peers !== undefined) evidence.push(peers);
  if (silent || score < run.score || !isDue(state, run, user, evidence, timeMs)) return undefined;
  const told = evidence.filter(({ bits }) => bits >= MIN_TOLD_BITS).slice(0, MAX_TOLD);
  const deviations = told.map((one) => explain(one, run, profiles));
  const lead = deviations.find(({ what }) => what !== 'hour' && what !== 'peers') ?? deviations[0];
  if (lead === undefined) return undefined;
  const scale = scaleOf(user, timeMs);
  const everyDays = 1 / (scoreTail(user.scores, score, scale) * runsPerDay(user.scores));
  return {
    run,
    code: run.alarm?.code ?? lead.code,
    deviations,
    bits: score,
    everyDays,
    severity: severityOf(told, run),
    confidence: everyDays >= 60 ? 'medium' : 'low',
    update: run.alarm !== undefined,
  };
}

function isDue(
  state: Baselines,
  run: Run,
  user: Profile,
  evidence: readonly Evidence[],
  timeMs: number,
): boolean {
  const bits = scoreOf(evidence);
  if (run.alarm !== undefined) {
    const { told, updates } = run.alarm;
    const more = evidence.some((one) => one.bits >= MIN_TOLD_BITS && !told.includes(one.what));
    return updates < MAX_UPDATES && more && bits >= run.alarm.bits + UPDATE_BITS;
  }
  const { alarm, days } = user.scores;
  if (alarm === undefined || days * scaleOf(user, timeMs) < MIN_SCORED_DAYS) return false;
  const before = state.alarms.get(user.name);
  const today = before?.day === run.day ? before.count : 0;
  return bits >= Math.min(alarm.bits, MAX_ALARM_BITS) + today * NEXT_ALARM_BITS && isIndependent(evidence);
}

/** The run was told: it counts against the day's budget, and is not learned while its finding is open. */
export function noteAlarm(state: Baselines, alarm: Alarm, findingId: string): void {
  const { run } = alarm;
  const updates = run.alarm === undefined ? 0 : run.alarm.updates + 1;
  run.alarm = {
    findingId,
    code: alarm.code,
    bits: alarm.bits,
    updates,
    told: alarm.deviations.map(({ what }) => what),
  };
  state.changed.add(run.id);
  if (alarm.update) return;
  const before = state.alarms.get(run.user);
  state.alarms.set(run.user, { day: run.day, count: before?.day === run.day ? before.count + 1 : 1 });
  state.changed.add(REST_KEY);
}

const GRAVE_BITS = 3;

/**
 * Baseline findings are hints: medium when a secret, the account, the way of approval, or a file that runs something
 * later is clearly new, or a new destination comes with a new kind of place; else low.
 */
function severityOf(evidence: readonly Evidence[], run: Run): Severity {
  const clear = evidence.filter((one) => 'newToUser' in one && one.newToUser && one.bits >= GRAVE_BITS);
  const kinds = new Set(clear.map(({ what }) => catalogued(what).kind));
  if (clear.some(({ what }) => GRAVE.has(what)) || (kinds.has('destination') && kinds.has('place')))
    return 'medium';
  const planted = [...(run.seen[DIMENSION_INDEX.path] ?? [])].some(
    ([value, { novelty }]) => novelty === 2 && isPlanting(value),
  );
  return planted ? 'medium' : 'low';
}

const GRAVE: ReadonlySet<string> = new Set(['mode', 'account', 'credential']);
