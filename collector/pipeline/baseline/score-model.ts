const BIN_BITS = 2;
const BINS = 32;
/** No run is told below this, whatever was learned: less is no evidence. */
const MIN_ALARM_BITS = 10;
/** Every run is told from here on, whatever was learned. */
export const MAX_ALARM_BITS = 40;
/** Runs of ordinary work that may be told by mistake, per day of work. */
export const ALARMS_PER_DAY = 0.05;
/** Growing scores may raise what is needed for an alarm by this much at once, and four bits in 30 days beyond it. */
const RISE_SLACK_BITS = 6;
const RISE_BIT_MS = 86_400_000 * 7.5;
/** What is needed falls back faster, but not in one jump: a quiet day is no proof. */
const FALL_BIT_MS = 86_400_000 * 3;
/**
 * How surprising runs usually are. Surprises of one run depend on each other (a new program brings new hosts), so their
 * sum says nothing by itself; compared with the sums of earlier runs it does.
 */
export interface ScoreModel {
  /** Decayed counts of runs by score, two bits each, the last open ended. */
  readonly bins: number[];
  /** Decayed counts of runs and of days with runs. */
  runs: number;
  days: number;
  /** Bits a run needs to be told; what it is held near to, and when that was worked out. */
  alarm: { bits: number; anchor: number; timeMs: number } | undefined;
}

export function createScores(): ScoreModel {
  return { bins: Array.from({ length: BINS }, () => 0), runs: 0, days: 0, alarm: undefined };
}

export function learnScore(model: ScoreModel, score: number, weight: number, newDay: boolean): void {
  const bin = Math.min(BINS - 1, Math.floor(score / BIN_BITS));
  model.bins[bin] = (model.bins[bin] ?? 0) + weight;
  model.runs += weight;
  if (newDay) model.days += weight;
}

/**
 * P(a run of ordinary work scores at least this): what was counted, with half a run for what was not seen yet. So the
 * answer is never less than half a run of all that were seen, however high the score.
 */
export function scoreTail(model: ScoreModel, score: number, scale: number): number {
  return Math.min(1, (runsAbove(model, score, scale) + 0.5) / (model.runs * scale + 1));
}

/** Runs that scored at least about this. */
export function runsAbove(model: ScoreModel, score: number, scale: number): number {
  let above = 0;
  for (let bin = Math.floor(score / BIN_BITS); bin < BINS; bin++) above += model.bins[bin] ?? 0;
  return above * scale;
}

/** Runs on a day of work. */
export function runsPerDay(model: ScoreModel): number {
  return model.days <= 0 ? 1 : Math.max(1, model.runs / model.days);
}

/**
 * Works out again how many bits a run needs, so that ordinary work is told at most `ALARMS_PER_DAY` times. A slow anchor
 * holds it: nobody can raise it by more than six bits at once, and four more in 30 days.
 */
export function followAlarm(model: ScoreModel, scale: number, timeMs: number): void {
  // Half a run of all must be rare enough, or no score could be: about ten days of work.
  if (model.alarm === undefined && scoreTail(model, Infinity, scale) > ALARMS_PER_DAY / runsPerDay(model))
    return;
  const wanted = wantedBits(model, scale);
  const { anchor, timeMs: beforeMs } = model.alarm ?? { anchor: wanted, timeMs };
  const passedMs = Math.max(0, timeMs - beforeMs);
  const moved =
    wanted > anchor
      ? Math.min(wanted, anchor + passedMs / RISE_BIT_MS)
      : Math.max(wanted, anchor - passedMs / FALL_BIT_MS);
  model.alarm = {
    bits: Math.min(wanted, moved + RISE_SLACK_BITS),
    anchor: moved,
    timeMs: Math.max(timeMs, beforeMs),
  };
}

function wantedBits(model: ScoreModel, scale: number): number {
  const allowed = ALARMS_PER_DAY / runsPerDay(model);
  for (let bits = MIN_ALARM_BITS; bits < MAX_ALARM_BITS; bits += BIN_BITS) {
    if (scoreTail(model, bits, scale) <= allowed) return bits;
  }
  return MAX_ALARM_BITS;
}

export function scaleScores(model: ScoreModel, factor: number): void {
  model.bins.forEach((weight, bin) => {
    model.bins[bin] = weight * factor;
  });
  model.runs *= factor;
  model.days *= factor;
}
