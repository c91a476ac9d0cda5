import { type Anchor, guarded, moveAnchor } from './decay.ts';

/** What is known of one thing that was seen. */
export interface SeenValue {
  /** Decayed count of runs, relative to the landmark of the profile. */
  weight: number;
  runs: number;
  /** Different local days. */
  days: number;
  firstDay: number;
  lastDay: number;
}

/**
 * How often what was seen in one dimension, and how often something new. A Bayesian count model: one observation is
 * one thing in one run, however often the run repeats it, because calls of a run are no independent draws.
 */
export interface CountModel {
  readonly values: Map<string, SeenValue>;
  /** Sum of the weights. */
  total: number;
  /** Decayed count of new things, and of all things that could have been new. */
  fresh: number;
  trials: number;
  /** Set once there is enough history; before that the rate is learned without a guard. */
  anchor: Anchor | undefined;
}

/** Before anything is known: one thing in twenty is new, and this opinion weighs as much as twenty observations. */
const PRIOR_FRESH = 1;
const PRIOR_TRIALS = 20;
/**
 * Something is usual from its third day on. A single sight proves little, and who wants to slip a thing in has to show
 * it on three days, each time as something new.
 */
export const DAYS_TO_BE_USUAL = 3;
/** Not seen for this long: forgotten, and new again. */
export const FORGET_DAYS = 180;

export function createCountModel(): CountModel {
  return { values: new Map(), total: 0, fresh: 0, trials: 0, anchor: undefined };
}

/** Whether a thing is usual; everything else counts as new. */
export function isUsual(model: CountModel, value: string, day: number): boolean {
  const seen = model.values.get(value);
  return seen !== undefined && seen.days >= DAYS_TO_BE_USUAL && day - seen.lastDay <= FORGET_DAYS;
}

/** How likely the next thing is a new one. Between 0 and 1, never quite either. */
export function learnedRate(model: CountModel, scale: number): number {
  return (model.fresh * scale + PRIOR_FRESH) / (model.trials * scale + PRIOR_TRIALS);
}

/**
 * The learned rate of new things, held back by the guard.
 * @param scale turns weights into counts of today: what a weight of 1 at the landmark is worth now
 */
export function newRate(model: CountModel, scale: number, timeMs: number): number {
  const learned = learnedRate(model, scale);
  return model.anchor === undefined ? learned : guarded(learned, model.anchor, timeMs);
}

/**
 * How likely something at least as rare as this thing is: the mass of all things that were seen as rarely or more
 * rarely, new ones included. As a tail and not as a point it is calibrated: a tail of p or less happens in at most p
 * of all cases, also when a thousand things are equally rare.
 */
export function tailOf(model: CountModel, value: string, day: number, scale: number, timeMs: number): number {
  const fresh = newRate(model, scale, timeMs);
  if (!isUsual(model, value, day)) return fresh;
  const weight = model.values.get(value)?.weight ?? 0;
  let usual = 0;
  let rarer = 0;
  for (const seen of model.values.values()) {
    if (seen.days < DAYS_TO_BE_USUAL || day - seen.lastDay > FORGET_DAYS) continue;
    usual += seen.weight;
    if (seen.weight <= weight) rarer += seen.weight;
  }
  return usual === 0 ? fresh : Math.min(1, fresh + (1 - fresh) * (rarer / usual));
}

/** One run had this thing. `weight` is the weight of the run. */
export function learnValue(
  model: CountModel,
  value: string,
  day: number,
  weight: number,
  maxValues: number,
): void {
  model.total += weight;
  const seen = model.values.get(value);
  if (seen !== undefined) {
    seen.weight += weight;
    seen.runs += 1;
    // A late day that lies before the last one is not counted twice.
    if (day > seen.lastDay) seen.days += 1;
    seen.firstDay = Math.min(seen.firstDay, day);
    seen.lastDay = Math.max(seen.lastDay, day);
    return;
  }
  if (model.values.size >= maxValues) forgetLightest(model);
  model.values.set(value, { weight, runs: 1, days: 1, firstDay: day, lastDay: day });
}

/** What a run says of new things: `fresh` of `trials` different things were. */
export function learnRate(model: CountModel, fresh: number, trials: number, weight: number): void {
  model.fresh += fresh * weight;
  model.trials += trials * weight;
}

/** After learning: the guard follows. @param ready enough history is there for the guard to begin */
export function followRate(model: CountModel, scale: number, timeMs: number, ready: boolean): void {
  if (model.anchor !== undefined) moveAnchor(learnedRate(model, scale), model.anchor, timeMs);
  else if (ready) model.anchor = { rate: learnedRate(model, scale), timeMs };
}

/**
 * Things that never became usual go before those that did, then the lightest, then the oldest: a flood of names
 * pushes out itself, not what is known.
 */
function forgetLightest(model: CountModel): void {
  let name: string | undefined;
  let least: SeenValue | undefined;
  for (const [value, seen] of model.values) {
    if (least === undefined || comesBefore(seen, least)) [name, least] = [value, seen];
  }
  if (name === undefined || least === undefined) return;
  model.values.delete(name);
  model.total -= least.weight;
}

function comesBefore(a: SeenValue, b: SeenValue): boolean {
  const usual = Number(a.days >= DAYS_TO_BE_USUAL) - Number(b.days >= DAYS_TO_BE_USUAL);
  if (usual !== 0) return usual < 0;
  return a.weight < b.weight;
}

export function forgetOld(model: CountModel, day: number): void {
  for (const [value, seen] of model.values) {
    if (day - seen.lastDay <= FORGET_DAYS) continue;
    model.values.delete(value);
    model.total -= seen.weight;
  }
}

/** All weights times a factor: the landmark has moved. */
export function scaleCounts(model: CountModel, factor: number): void {
  for (const seen of model.values.values()) seen.weight *= factor;
  model.total *= factor;
  model.fresh *= factor;
  model.trials *= factor;
}
