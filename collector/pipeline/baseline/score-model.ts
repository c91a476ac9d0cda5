const BIN_BITS = 2;
const BINS = 32;
/** No run is told below this, whatever was learned: less is no evidence. */
const MIN_ALARM_BITS = 10;
/** Every run is told from here on, whatever was learned. */
export const MAX_ALARM_BITS = 40;
/** Runs of ordinary work that may be told by mistake, per day of work. */
export const ALARMS_PER_DAY = 0.05;
/** How fast growing scores may raise what is needed for an alarm. */
const RISE_BITS_MS = 86_400_000 * 7.5;

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
  /** Bits a run needs to be told, and when that was worked out. */
  alarm: { bits: number; timeMs: number } | undefined;
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
  let above = 0;
  for (let bin = Math.floor(score / BIN_BITS); bin < BINS; bin++) above += model.bins[bin] ?? 0;
  return Math.min(1, (above * scale + 0.5) / (model.runs * scale + 1));
}

/** Runs on a day of work. */
export function runsPerDay(model: ScoreModel): number {
  return model.days <= 0 ? 1 : Math.max(1, model.runs / model.days);
}

/**
 * Works out again how many bits a run needs, so that ordinary work is told at most `ALARMS_PER_DAY` times. It may fall
 * at once but rises by no more than four bits in 30 days, so that nobody can raise it quickly on purpose.
 */
export function followAlarm(model: ScoreModel, scale: number, timeMs: number): void {
  const allowed = ALARMS_PER_DAY / runsPerDay(model);
  let bits = MAX_ALARM_BITS;
  for (let candidate = MIN_ALARM_BITS; candidate < MAX_ALARM_BITS; candidate += BIN_BITS) {
    if (scoreTail(model, candidate, scale) > allowed) continue;
    bits = candidate;
    break;
  }
  const before = model.alarm;
  if (before !== undefined && bits > before.bits) {
    bits = Math.min(bits, before.bits + Math.max(0, timeMs - before.timeMs) / RISE_BITS_MS);
  }
  model.alarm = { bits, timeMs: Math.max(timeMs, before?.timeMs ?? timeMs) };
}

export function scaleScores(model: ScoreModel, factor: number): void {
  model.bins.forEach((weight, bin) => {
    model.bins[bin] = weight * factor;
  });
  model.runs *= factor;
  model.days *= factor;
}
