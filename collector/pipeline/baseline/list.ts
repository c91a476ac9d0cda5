import type { BaselineEntry } from '../../contract/baseline.ts';
import type { Baselines, LocalHour } from './baselines.ts';
import { type CountModel, DAYS_TO_BE_USUAL, newRate } from './count-model.ts';
import { DIMENSION_SPECS } from './dimensions.ts';
import { gammaPoissonQuantile } from './numbers.ts';
import { isReady, type Profile, scaleOf, sizeOf } from './profile.ts';
import { fitted, rateQuantile } from './rate-model.ts';
import { RATE_INDEX, type Run } from './run.ts';

const TOP = 8;
const WEEK_MS = 7 * 86_400_000;
const DAY_MS = 86_400_000;
const HOURS = 24;

/** What is usual, for people: projects worked on last first, each user before the projects of the same agent. */
export function listBaselines(
  state: Baselines,
  nowMs: number,
  localHour: (timeMs: number) => LocalHour,
): BaselineEntry[] {
  const profiles = [...state.profiles.values()].filter(({ runs }) => runs > 0);
  profiles.sort((a, b) => b.lastMs - a.lastMs || (a.scope === 'user' ? -1 : 1));
  return profiles.map((profile) => entryOf(state, profile, nowMs, localHour(nowMs).day));
}

function entryOf(state: Baselines, profile: Profile, nowMs: number, today: number): BaselineEntry {
  const { scope, agentId, name, user, firstMs, lastMs, activeDays, runs, toolCalls, scores } = profile;
  const paused = state.paused || profile.paused;
  const open = [...state.runs.values()].filter((run) => belongs(run, profile));
  return {
    scope,
    agentId,
    name,
    user,
    state: paused ? 'paused' : isReady(profile) ? 'ready' : 'learning',
    history: { firstMs, lastMs, activeDays, runs, toolCalls },
    dimensions: DIMENSION_SPECS.flatMap(({ id }, index) => {
      const model = profile.dimensions[index];
      if (model === undefined || model.values.size === 0) return [];
      const rate = newRate(model, scaleOf(profile, nowMs), nowMs);
      return [{ dimension: id, known: model.values.size, newRate: rate, top: topOf(model) }];
    }),
    volume: volumeOf(profile, open, nowMs, today),
    newThisWeek: profile.news
      .filter(({ timeMs }) => nowMs - timeMs < WEEK_MS)
      .map(({ timeMs, dimension, value, bits, everywhere }) => ({
        timeMs,
        dimension,
        value,
        bits,
        newTo: everywhere ? ('everywhere' as const) : ('here' as const),
      }))
      .reverse(),
    ...(scope === 'user' && scores.alarm !== undefined && { alarmBits: scores.alarm.bits }),
    sizeBytes: sizeOf(profile),
  };
}

function belongs(run: Run, profile: Profile): boolean {
  if (run.agentId !== profile.agentId || run.user !== profile.user) return false;
  return profile.scope === 'user' || run.project === profile.name;
}

function topOf(model: CountModel): BaselineEntry['dimensions'][number]['top'] {
  const total = Math.max(model.total, Number.MIN_VALUE);
  return [...model.values]
    .sort((a, b) => rank(b[1]) - rank(a[1]) || b[1].weight - a[1].weight)
    .slice(0, TOP)
    .map(([value, { weight, runs, firstDay, lastDay }]) => ({
      value,
      runs,
      share: Math.min(1, Math.max(0, weight / total)),
      firstMs: firstDay * DAY_MS,
      lastMs: lastDay * DAY_MS,
    }));
}

/** What is usual comes before what was seen once or twice. */
function rank({ days }: { readonly days: number }): number {
  return days >= DAYS_TO_BE_USUAL ? 1 : 0;
}

function volumeOf(
  profile: Profile,
  open: readonly Run[],
  nowMs: number,
  today: number,
): BaselineEntry['volume'] {
  const { n, sums, squares } = profile.day;
  const calls = profile.rates[RATE_INDEX.calls];
  const window = fitted('calls', calls ?? { n: 0, sum: 0, squares: 0 }, scaleOf(profile, nowMs));
  return {
    hours: Array.from({ length: HOURS }, (_, hour) => {
      const mean = n > 0 ? (sums[hour] ?? 0) / n : 0;
      const shape = hourShape(mean, n > 0 ? (squares[hour] ?? 0) / n : 0);
      const at = (q: number): number => (mean === 0 ? 0 : gammaPoissonQuantile(q, mean, shape));
      return {
        hour,
        low: at(0.05),
        usual: at(0.5),
        high: at(0.95),
        today: todayAt(profile, open, today, hour),
      };
    }),
    window: { usual: rateQuantile(0.5, window), high: rateQuantile(0.95, window) },
  };
}

function hourShape(mean: number, square: number): number {
  const excess = square - mean * mean - mean;
  return excess <= 0 ? 50 : Math.min(50, Math.max(0.15, (mean * mean) / excess));
}

/** Runs that are over, and the ones under way. */
function todayAt(profile: Profile, open: readonly Run[], today: number, hour: number): number {
  let calls = profile.lastDay === today ? (profile.today[hour] ?? 0) : 0;
  for (const run of open) if (run.day === today) calls += run.hourCalls.get(hour) ?? 0;
  return calls;
}
