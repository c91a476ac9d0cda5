import type { Dimension } from '../../contract/baseline.ts';
import { RATES } from '../../contract/baseline.ts';
import { type CountModel, createCountModel, forgetOld, scaleCounts } from './count-model.ts';
import { rebaseFactor, weightAt } from './decay.ts';
import { DIMENSION_SPECS } from './dimensions.ts';
import { createHours, type HourProfile } from './hour-profile.ts';
import { createMoments, type Moments, scaleMoments } from './rate-model.ts';
import { createScores, scaleScores, type ScoreModel } from './score-model.ts';

/** Something new that was met, for the list of the week. */
export interface News {
  readonly timeMs: number;
  readonly dimension: Dimension;
  readonly value: string;
  readonly bits: number;
  readonly everywhere: boolean;
}

/** What is usual for an agent in a project, or for a user with this agent. */
export interface Profile {
  readonly id: string;
  readonly scope: 'project' | 'user';
  readonly agentId: string;
  /** Folder or user. */
  readonly name: string;
  readonly user: string;
  /** Weights are relative to this moment. */
  landmarkMs: number;
  firstMs: number;
  lastMs: number;
  /** Local days since 1970. */
  lastDay: number;
  activeDays: number;
  runs: number;
  toolCalls: number;
  readonly dimensions: readonly CountModel[];
  /** In the order of `RATES`. */
  readonly rates: readonly Moments[];
  readonly hours: HourProfile;
  /** Tool calls per hour of the day, over the days before the last. */
  readonly day: { n: number; readonly sums: number[]; readonly squares: number[] };
  /** Tool calls per hour of `lastDay`. */
  readonly today: number[];
  readonly scores: ScoreModel;
  readonly news: News[];
  /** Local day on which a run stood out among the user's other projects. */
  peerDay: number;
  paused: boolean;
}

const DAY_HOURS = 24;

/** Before this much was seen nothing is called unusual. */
export const MIN_ACTIVE_DAYS = 10;
export const MIN_TOOL_CALLS = 200;
const MAX_NEWS = 40;

export function projectKey(agentId: string, user: string, project: string): string {
  return `p|${agentId}|${user}|${project}`;
}

export function userKey(agentId: string, user: string): string {
  return `u|${agentId}|${user}`;
}

export function createProfile(
  who: Pick<Profile, 'id' | 'scope' | 'agentId' | 'name' | 'user'>,
  timeMs: number,
  day: number,
): Profile {
  const zeros = (): number[] => Array.from({ length: DAY_HOURS }, () => 0);
  return {
    ...who,
    landmarkMs: timeMs,
    firstMs: timeMs,
    lastMs: timeMs,
    lastDay: day,
    activeDays: 0,
    runs: 0,
    toolCalls: 0,
    dimensions: DIMENSION_SPECS.map(() => createCountModel()),
    rates: RATES.map(() => createMoments()),
    hours: createHours(),
    day: { n: 0, sums: zeros(), squares: zeros() },
    today: zeros(),
    scores: createScores(),
    news: [],
    peerDay: -1,
    paused: false,
  };
}

export function isReady(profile: Profile): boolean {
  return profile.activeDays >= MIN_ACTIVE_DAYS && profile.toolCalls >= MIN_TOOL_CALLS;
}

/** What a weight of 1 at the landmark is worth at this time. */
export function scaleOf(profile: Profile, timeMs: number): number {
  return 1 / weightAt(Math.max(timeMs, profile.lastMs), profile.landmarkMs);
}

/** Begins a new day of work: the day before becomes history. Late days change nothing. @returns whether it did */
export function beginDay(profile: Profile, timeMs: number, day: number): boolean {
  if (profile.activeDays > 0 && day <= profile.lastDay) return false;
  if (profile.activeDays > 0) keepDay(profile, weightAt(profile.lastMs, profile.landmarkMs));
  profile.activeDays += 1;
  profile.lastDay = day;
  profile.today.fill(0);
  const factor = rebaseFactor(timeMs, profile.landmarkMs);
  if (factor !== undefined) rebase(profile, timeMs, day, factor);
  return true;
}

function keepDay(profile: Profile, weight: number): void {
  profile.day.n += weight;
  profile.today.forEach((calls, hour) => {
    profile.day.sums[hour] = (profile.day.sums[hour] ?? 0) + calls * weight;
    profile.day.squares[hour] = (profile.day.squares[hour] ?? 0) + calls * calls * weight;
  });
}

function rebase(profile: Profile, timeMs: number, day: number, factor: number): void {
  profile.landmarkMs = timeMs;
  for (const model of profile.dimensions) {
    scaleCounts(model, factor);
    forgetOld(model, day);
  }
  for (const moments of profile.rates) scaleMoments(moments, factor);
  scaleScores(profile.scores, factor);
  scaleList(profile.hours, factor);
  profile.day.n *= factor;
  scaleList(profile.day.sums, factor);
  scaleList(profile.day.squares, factor);
}

function scaleList(list: number[], factor: number): void {
  list.forEach((value, index) => {
    list[index] = value * factor;
  });
}

export function addNews(profile: Profile, news: News): void {
  profile.news.push(news);
  if (profile.news.length > MAX_NEWS) profile.news.shift();
}

/** What the profile takes in the store, about and not less: the names in it are what varies. */
export function sizeOf(profile: Profile): number {
  let bytes = 2_600 + 2 * bytesOf(profile.id) + bytesOf(profile.name);
  for (const { values } of profile.dimensions) {
    for (const value of values.keys()) bytes += bytesOf(value) + 34;
  }
  for (const news of profile.news) bytes += bytesOf(news.value) + 50;
  return bytes;
}

const ASCII = /^[ -~]*$/;

/** At most three bytes of UTF-8 for each unit of the text. */
function bytesOf(text: string): number {
  return ASCII.test(text) ? text.length : text.length * 3;
}
