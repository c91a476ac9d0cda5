import { type Dimension, RATES, type Rate } from '../../contract/baseline.ts';
import { newRate } from './count-model.ts';
import { catalogued, DIMENSION_SPECS, type EvidenceKind, MAX_EVIDENCE_BITS, RHYTHM } from './dimensions.ts';
import { hourTail } from './hour-profile.ts';
import { bitsOf, gammaPoissonTail } from './numbers.ts';
import { isReady, type Profile, scaleOf } from './profile.ts';
import { errorTail, fitted, rateTail } from './rate-model.ts';
import type { Run } from './run.ts';

/** One way in which a run differs, in numbers. */
export type Evidence = { readonly bits: number } & (
  | { readonly what: Dimension; readonly newToUser: boolean; readonly rate: number }
  | { readonly what: Rate; readonly value: number; readonly usual: number }
  | { readonly what: 'hour'; readonly hour: number; readonly share: number }
  | { readonly what: 'return'; readonly dimension: Dimension; readonly value: string; readonly days: number }
  | { readonly what: 'peers'; readonly share: number }
);

/** New things come in bursts: a mean of one in ten runs is rather ten in one run of a hundred. */
const NOVELTY_SHAPE = 0.5;
/** New here but known from the user's other projects is weaker evidence, however rare. */
const MAX_HERE_BITS = 3;
const RETURN_BITS_PER_MONTH = 2;
const MAX_RETURN_BITS = 6;
/** Less is the noise of every run. */
const MIN_BITS = 1;
const MIN_RESULTS = 10;
const MIN_ERRORS = 5;

/** Two profiles a run is compared with. */
export interface Profiles {
  readonly user: Profile;
  readonly project: Profile;
}

/** Everything in which a run differs so far, the most surprising first. Nothing while the user's history is short. */
export function evidenceOf(run: Run, { user, project }: Profiles): Evidence[] {
  if (!isReady(user)) return [];
  const found: Evidence[] = [];
  const add = (evidence: Evidence): void => {
    if (evidence.bits >= MIN_BITS)
      found.push({ ...evidence, bits: Math.min(MAX_EVIDENCE_BITS, evidence.bits) });
  };
  for (const [index, { id }] of DIMENSION_SPECS.entries()) {
    if ((run.newHere[index] ?? 0) === 0) continue;
    const toUser = noveltyBits(run, index, user, run.newToUser[index] ?? 0);
    const here = isReady(project)
      ? Math.min(MAX_HERE_BITS, noveltyBits(run, index, project, run.newHere[index] ?? 0).bits)
      : 0;
    add({ what: id, newToUser: toUser.bits >= here, rate: toUser.rate, bits: Math.max(toUser.bits, here) });
  }
  addRates(run, isReady(project) ? project : user, add);
  addHour(run, user, add);
  for (const { dimension, value, days } of run.returned) {
    const id = DIMENSION_SPECS[dimension]?.id;
    const bits = Math.min(MAX_RETURN_BITS, (RETURN_BITS_PER_MONTH * days) / 30);
    if (id !== undefined) add({ what: 'return', dimension: id, value, days, bits });
  }
  return found.sort((a, b) => b.bits - a.bits);
}

/** How unlikely it is to meet this many new things, given how many different things the run used. */
function noveltyBits(
  run: Run,
  index: number,
  profile: Profile,
  count: number,
): { readonly bits: number; readonly rate: number } {
  const model = profile.dimensions[index];
  if (model === undefined) return { bits: 0, rate: 1 };
  const rate = newRate(model, scaleOf(profile, run.lastMs), run.lastMs);
  if (count === 0) return { bits: 0, rate };
  const chances = Math.max(1, run.seen[index]?.size ?? 0);
  return { bits: bitsOf(gammaPoissonTail(count, rate * chances, NOVELTY_SHAPE)), rate };
}

type Add = (evidence: Evidence) => void;

function addRates(run: Run, profile: Profile, add: Add): void {
  const scale = scaleOf(profile, run.lastMs);
  for (const [index, rate] of RATES.entries()) {
    const learned = profile.rates[index];
    const own = run.measures[index];
    if (learned === undefined || own === undefined) continue;
    if (rate === 'errors') {
      if (own.n < MIN_RESULTS || own.sum < MIN_ERRORS) continue;
      const usual = fittedErrors(learned.sum, learned.n);
      add({
        what: rate,
        value: own.sum / own.n,
        usual,
        bits: bitsOf(errorTail(own.sum, own.n, learned, scale)),
      });
      continue;
    }
    const largest = run.largest[index] ?? 0;
    if (largest === 0) continue;
    const distribution = fitted(rate, learned, scale);
    // The largest of many windows is larger: each of them was a chance.
    const chances = rate === 'fan-out' ? 1 : own.n + 1;
    const bits = bitsOf(Math.min(1, rateTail(largest, distribution) * chances));
    add({ what: rate, value: largest, usual: distribution.mean, bits });
  }
}

function fittedErrors(errors: number, results: number): number {
  return results === 0 ? 0 : errors / results;
}

function addHour(run: Run, user: Profile, add: Add): void {
  const scale = scaleOf(user, run.lastMs);
  let share = 1;
  let rarest = -1;
  for (const hour of run.hoursOfWeek) {
    const tail = hourTail(user.hours, hour, scale);
    if (tail >= share) continue;
    share = tail;
    rarest = hour;
  }
  if (rarest < 0) return;
  add({ what: 'hour', hour: rarest, share, bits: bitsOf(Math.min(1, share * run.hoursOfWeek.length)) });
}

/** How much and when say less than what. */
const RHYTHM_WEIGHT = 0.5;

/** Sum of the strongest evidence of each kind; rhythm counts half. */
export function scoreOf(evidence: readonly Evidence[]): number {
  let sum = 0;
  for (const [kind, bits] of bitsByKind(evidence)) sum += RHYTHM.has(kind) ? bits * RHYTHM_WEIGHT : bits;
  return sum;
}

export function bitsByKind(evidence: readonly Evidence[]): Map<EvidenceKind, number> {
  const strongest = new Map<EvidenceKind, number>();
  for (const { what, bits } of evidence) {
    const { kind } = catalogued(what);
    if (bits > (strongest.get(kind) ?? 0)) strongest.set(kind, bits);
  }
  return strongest;
}

/** Evidence of this much is clear. */
export const CLEAR_BITS = 3;
const MIN_KINDS = 2;

/** Whether the evidence is of several kinds that do not follow from each other, one of them about what was done. */
export function isIndependent(evidence: readonly Evidence[]): boolean {
  const clear = [...bitsByKind(evidence)].filter(([, bits]) => bits >= CLEAR_BITS);
  return clear.length >= MIN_KINDS && clear.some(([kind]) => !RHYTHM.has(kind));
}
