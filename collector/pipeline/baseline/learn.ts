import { RATES } from '../../contract/baseline.ts';
import { DAYS_TO_BE_USUAL, followRate, learnRate, learnValue, newRate } from './count-model.ts';
import { weightAt } from './decay.ts';
import { DIMENSION_SPECS } from './dimensions.ts';
import { bitsOf } from './numbers.ts';
import { addNews, beginDay, isReady, type Profile, scaleOf } from './profile.ts';
import { addMoments } from './rate-model.ts';
import { closeMeasures, type Run, type RunValue } from './run.ts';
import { followAlarm, learnScore } from './score-model.ts';

/** From this day of work on the rate of new things is learned. */
const SETTLED_DAYS = DAYS_TO_BE_USUAL + 2;

/** A run is over and nothing speaks against it: it becomes part of what is usual. */
export function learnRun(run: Run, profiles: readonly Profile[]): void {
  closeMeasures(run);
  for (const profile of profiles) learnInto(profile, run);
}

/** What was new in a run, for the list of the week; also of runs that are not learned. */
export function noteNews(run: Run, project: Profile): void {
  for (const [index, { id }] of DIMENSION_SPECS.entries()) {
    const model = project.dimensions[index];
    if (model === undefined || (run.newHere[index] ?? 0) === 0) continue;
    const bits = bitsOf(newRate(model, scaleOf(project, run.lastMs), run.lastMs));
    for (const [value, seen] of run.seen[index] ?? []) {
      if (seen.novelty === 0) continue;
      // What was met before but is not usual yet is no news.
      if (model.values.has(value)) continue;
      const everywhere = seen.novelty === 2;
      addNews(project, { timeMs: seen.timeMs, dimension: id, value, bits: round(bits), everywhere });
    }
  }
}

function round(bits: number): number {
  return Math.round(bits * 10) / 10;
}

function learnInto(profile: Profile, run: Run): void {
  const newDay = beginDay(profile, run.lastMs, run.day);
  const weight = weightAt(run.lastMs, profile.landmarkMs);
  profile.runs += 1;
  profile.toolCalls += run.toolCalls;
  profile.firstMs = Math.min(profile.firstMs, run.startMs);
  profile.lastMs = Math.max(profile.lastMs, run.lastMs);
  for (const index of DIMENSION_SPECS.keys()) learnDimension(profile, run, index, weight);
  for (const index of RATES.keys()) {
    const into = profile.rates[index];
    const from = run.measures[index];
    if (into !== undefined && from !== undefined) addMoments(into, from, weight);
  }
  for (const hour of run.hoursOfWeek) profile.hours[hour] = (profile.hours[hour] ?? 0) + weight;
  if (run.day === profile.lastDay) {
    for (const [hour, calls] of run.hourCalls) profile.today[hour] = (profile.today[hour] ?? 0) + calls;
  }
  const ready = isReady(profile);
  const scale = scaleOf(profile, run.lastMs);
  for (const model of profile.dimensions) followRate(model, scale, run.lastMs, ready);
  if (run.score === undefined) return;
  learnScore(profile.scores, run.score, weight, newDay || profile.scores.days === 0);
  followAlarm(profile.scores, scale, run.lastMs);
}

function learnDimension(profile: Profile, run: Run, index: number, weight: number): void {
  const model = profile.dimensions[index];
  const values = run.seen[index];
  const spec = DIMENSION_SPECS[index];
  if (model === undefined || values === undefined || spec === undefined) return;
  let fresh = 0;
  let trials = 0;
  for (const [value, seen] of values) {
    if (seen.uses === 0) continue;
    trials += 1;
    if (isNewTo(profile, seen)) fresh += 1;
    learnValue(model, value, run.day, weight, spec.maxValues);
  }
  // In the first days everything is new: that says nothing about how often new things come later.
  if (profile.activeDays < SETTLED_DAYS) return;
  // A run without anything of the kind was a chance for something new as well.
  learnRate(model, fresh, Math.max(1, trials), weight);
}

function isNewTo(profile: Profile, seen: RunValue): boolean {
  return profile.scope === 'user' ? seen.novelty === 2 : seen.novelty >= 1;
}
