import { z } from 'zod';
import { DIMENSIONS } from '../../contract/baseline.ts';
import type { CountModel } from './count-model.ts';
import { DIMENSION_SPECS, RATE_COUNT } from './dimensions.ts';
import { STEPS } from './features.ts';
import { HOURS_OF_WEEK } from './hour-profile.ts';
import type { Profile } from './profile.ts';
import type { Moments } from './rate-model.ts';
import type { Run } from './run.ts';

/*
 * Profiles and runs as JSON: lists instead of names, and weights with six digits, so that a project takes some ten
 * kilobytes. Reading checks every field; a row of another shape (an older or newer version) is left out, and learned
 * anew.
 */

const Counts = z.tuple([
  z.array(z.tuple([z.string(), z.number(), z.int(), z.int(), z.int(), z.int()])),
  z.number(),
  z.number(),
  z.number(),
  z.tuple([z.number(), z.number()]).nullable(),
]);
const MomentsRow = z.tuple([z.number(), z.number(), z.number()]);

const StoredProfile = z.object({
  scope: z.enum(['project', 'user']),
  agentId: z.string(),
  name: z.string(),
  user: z.string(),
  at: z.tuple([z.number(), z.number(), z.number(), z.int()]),
  n: z.tuple([z.int(), z.int(), z.int()]),
  dims: z.array(Counts).max(64),
  rates: z.array(MomentsRow).max(64),
  hours: z.array(z.number()).length(HOURS_OF_WEEK),
  day: z.tuple([z.number(), z.array(z.number()).length(24), z.array(z.number()).length(24)]),
  today: z.array(z.number()).length(24),
  scores: z.tuple([
    z.array(z.number()).length(32),
    z.number(),
    z.number(),
    z.tuple([z.number(), z.number(), z.number()]).nullable(),
  ]),
  news: z.array(z.tuple([z.number(), z.enum(DIMENSIONS), z.string(), z.number(), z.boolean()])),
  peerDay: z.int(),
  paused: z.boolean(),
});

export function writeProfile(profile: Profile): string {
  const { scope, agentId, name, user, scores, day } = profile;
  const row: z.infer<typeof StoredProfile> = {
    scope,
    agentId,
    name,
    user,
    at: [profile.landmarkMs, profile.firstMs, profile.lastMs, profile.lastDay],
    n: [profile.activeDays, profile.runs, profile.toolCalls],
    dims: profile.dimensions.map((model) => [
      [...model.values].map(([value, seen]) => [
        value,
        short(seen.weight),
        seen.runs,
        seen.days,
        seen.firstDay,
        seen.lastDay,
      ]),
      short(model.total),
      short(model.fresh),
      short(model.trials),
      model.anchor === undefined ? null : [short(model.anchor.rate), model.anchor.timeMs],
    ]),
    rates: profile.rates.map(writeMoments),
    hours: profile.hours.map(short),
    day: [short(day.n), day.sums.map(short), day.squares.map(short)],
    today: profile.today,
    scores: [
      scores.bins.map(short),
      short(scores.runs),
      short(scores.days),
      scores.alarm === undefined
        ? null
        : [short(scores.alarm.bits), short(scores.alarm.anchor), scores.alarm.timeMs],
    ],
    news: profile.news.map((one) => [one.timeMs, one.dimension, one.value, one.bits, one.everywhere]),
    peerDay: profile.peerDay,
    paused: profile.paused,
  };
  return JSON.stringify(row);
}

/** @returns `undefined` for text of another shape */
export function readProfile(id: string, text: string): Profile | undefined {
  const parsed = StoredProfile.safeParse(json(text));
  if (!parsed.success) return undefined;
  const row = parsed.data;
  const [landmarkMs, firstMs, lastMs, lastDay] = row.at;
  const [activeDays, runs, toolCalls] = row.n;
  const [bins, scoreRuns, scoreDays, alarm] = row.scores;
  return {
    id,
    scope: row.scope,
    agentId: row.agentId,
    name: row.name,
    user: row.user,
    landmarkMs,
    firstMs,
    lastMs,
    lastDay,
    activeDays,
    runs,
    toolCalls,
    dimensions: DIMENSION_SPECS.map((_, index) => readCounts(row.dims[index])),
    rates: readRates(row.rates),
    hours: row.hours,
    day: { n: row.day[0], sums: row.day[1], squares: row.day[2] },
    today: row.today,
    scores: {
      bins,
      runs: scoreRuns,
      days: scoreDays,
      alarm: alarm === null ? undefined : { bits: alarm[0], anchor: alarm[1], timeMs: alarm[2] },
    },
    news: row.news.map(([timeMs, dimension, value, bits, everywhere]) => ({
      timeMs,
      dimension,
      value,
      bits,
      everywhere,
    })),
    peerDay: row.peerDay,
    paused: row.paused,
  };
}

function readCounts(row: z.infer<typeof Counts> | undefined): CountModel {
  const [values, total, fresh, trials, anchor] = row ?? [[], 0, 0, 0, null];
  return {
    values: new Map(
      values.map(([value, weight, runs, days, firstDay, lastDay]) => [
        value,
        { weight, runs, days, firstDay, lastDay },
      ]),
    ),
    total,
    fresh,
    trials,
    anchor: anchor === null ? undefined : { rate: anchor[0], timeMs: anchor[1] },
  };
}

function writeMoments({ n, sum, squares }: Moments): [number, number, number] {
  return [short(n), short(sum), short(squares)];
}

function readRates(rows: readonly (readonly [number, number, number])[]): Moments[] {
  return Array.from({ length: RATE_COUNT }, (_, index) => {
    const [n, sum, squares] = rows[index] ?? [0, 0, 0];
    return { n, sum, squares };
  });
}

const StoredRun = z.object({
  who: z.tuple([z.string(), z.string(), z.string(), z.string(), z.int()]),
  at: z.tuple([z.number(), z.number()]),
  calls: z.int(),
  seen: z
    .array(
      z.array(
        z.tuple([
          z.string(),
          z.int(),
          z.union([z.literal(0), z.literal(1), z.literal(2)]),
          z.number(),
          z.string(),
        ]),
      ),
    )
    .max(64),
  returned: z.array(z.tuple([z.int(), z.string(), z.int(), z.string()])),
  window: z.tuple([z.number(), z.number(), z.number()]),
  measures: z.array(MomentsRow).max(64),
  largest: z.array(z.number()).max(64),
  turn: z.int(),
  fanOut: z.int(),
  hours: z.array(
    z
      .int()
      .min(0)
      .max(HOURS_OF_WEEK - 1),
  ),
  hourCalls: z.array(z.tuple([z.int(), z.int()])),
  steps: z.array(z.enum(STEPS)),
  score: z.number().nullable(),
  alarm: z
    .object({
      findingId: z.string(),
      code: z.string(),
      bits: z.number(),
      updates: z.int(),
      told: z.array(z.string()),
    })
    .nullable(),
});

export function writeRun(run: Run): string {
  const row: z.infer<typeof StoredRun> = {
    who: [run.rootId, run.agentId, run.user, run.project, run.day],
    at: [run.startMs, run.lastMs],
    calls: run.toolCalls,
    seen: run.seen.map((values) =>
      [...values].map(([value, one]) => [
        value,
        one.uses,
        one.novelty,
        one.novelty === 0 ? 0 : one.timeMs,
        one.eventId ?? '',
      ]),
    ),
    returned: run.returned.map(({ dimension, value, days, eventId }) => [dimension, value, days, eventId]),
    window: [run.window.startMs, run.window.calls, run.window.tokens],
    measures: run.measures.map(({ n, sum, squares }) => [n, sum, squares]),
    largest: run.largest,
    turn: run.turn,
    fanOut: run.fanOut,
    hours: run.hoursOfWeek,
    hourCalls: [...run.hourCalls],
    steps: [...run.lastSteps],
    score: run.score ?? null,
    alarm: run.alarm === undefined ? null : { ...run.alarm, told: [...run.alarm.told] },
  };
  return JSON.stringify(row);
}

/** @returns `undefined` for text of another shape */
export function readRun(text: string): Run | undefined {
  const parsed = StoredRun.safeParse(json(text));
  if (!parsed.success) return undefined;
  const row = parsed.data;
  const [rootId, agentId, user, project, day] = row.who;
  const seen = DIMENSION_SPECS.map(
    (_, index) =>
      new Map(
        (row.seen[index] ?? []).map(([value, uses, novelty, timeMs, eventId]) => [
          value,
          { uses, novelty, timeMs, eventId: eventId === '' ? undefined : eventId },
        ]),
      ),
  );
  const [startMs, calls, tokens] = row.window;
  return {
    id: `r|${rootId}|${day}`,
    rootId,
    agentId,
    user,
    project,
    day,
    startMs: row.at[0],
    lastMs: row.at[1],
    toolCalls: row.calls,
    seen,
    values: seen.reduce((sum, values) => sum + values.size, 0),
    newHere: seen.map((values) => countOf(values.values(), 1)),
    newToUser: seen.map((values) => countOf(values.values(), 2)),
    returned: row.returned.map(([dimension, value, days, eventId]) => ({ dimension, value, days, eventId })),
    window: { startMs, calls, tokens },
    measures: readRates(row.measures),
    largest: Array.from({ length: RATE_COUNT }, (_, index) => row.largest[index] ?? 0),
    turn: row.turn,
    fanOut: row.fanOut,
    hoursOfWeek: row.hours,
    hourCalls: new Map(row.hourCalls),
    lastSteps: row.steps,
    score: row.score ?? undefined,
    alarm: row.alarm ?? undefined,
  };
}

function countOf(values: Iterable<{ readonly novelty: number }>, atLeast: number): number {
  let n = 0;
  for (const { novelty } of values) if (novelty >= atLeast) n += 1;
  return n;
}

/** Six digits are far finer than anything learned here. */
function short(value: number): number {
  return Number(value.toPrecision(6));
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
