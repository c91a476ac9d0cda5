import { RATES } from '../../contract/baseline.ts';
import { DIMENSION_SPECS } from './dimensions.ts';
import type { Step } from './features.ts';
import { addMeasure, createMoments, type Moments } from './rate-model.ts';

/** To whom a thing is new: 0 nobody, 1 this project, 2 this user and agent altogether. */
export type Novelty = 0 | 1 | 2;

/** One thing a run used. */
export interface RunValue {
  /** Uses that may be learned; 0 when every one of them is part of an open finding. */
  uses: number;
  readonly novelty: Novelty;
  /** Of its first use, while it is new. */
  readonly eventId: string | undefined;
  readonly timeMs: number;
}

/** What one session and its sub-agents did on one local day: what is judged, and learned when it is over. */
export interface Run {
  readonly id: string;
  readonly rootId: string;
  readonly agentId: string;
  readonly user: string;
  readonly project: string;
  readonly day: number;
  readonly startMs: number;
  lastMs: number;
  toolCalls: number;
  /** In the order of `DIMENSIONS`. */
  readonly seen: readonly Map<string, RunValue>[];
  values: number;
  /** New things per dimension: to the project, and to the user. */
  readonly newHere: number[];
  readonly newToUser: number[];
  /** Known things that were not used for a month: dimension, name, days since, event. */
  readonly returned: {
    readonly dimension: number;
    readonly value: string;
    readonly days: number;
    eventId: string;
  }[];
  /** Five minutes of work. */
  readonly window: { startMs: number; calls: number; tokens: number };
  /** What was measured, in the order of `RATES`, and the largest of each. */
  readonly measures: readonly Moments[];
  readonly largest: number[];
  /** Tool calls since a person last said something. */
  turn: number;
  fanOut: number;
  readonly hoursOfWeek: number[];
  /** Tool calls per hour of the day. */
  readonly hourCalls: Map<number, number>;
  lastSteps: readonly Step[];
  /** Highest sum of bits so far; `undefined` while there was too little history to judge. */
  score: number | undefined;
  alarm: RunAlarm | undefined;
}

/** What was told about a run. */
export interface RunAlarm {
  readonly findingId: string;
  readonly code: string;
  readonly bits: number;
  readonly updates: number;
  /** What was told; a later word is only worth it for something else. */
  readonly told: readonly string[];
}

export const WINDOW_MS = 300_000;
const MAX_RUN_VALUES = 400;
const MAX_RETURNED = 5;
const MAX_RUN_HOURS = 26;

export function createRun(
  who: Pick<Run, 'id' | 'rootId' | 'agentId' | 'user' | 'project' | 'day'>,
  timeMs: number,
): Run {
  return {
    ...who,
    startMs: timeMs,
    lastMs: timeMs,
    toolCalls: 0,
    seen: DIMENSION_SPECS.map(() => new Map<string, RunValue>()),
    values: 0,
    newHere: DIMENSION_SPECS.map(() => 0),
    newToUser: DIMENSION_SPECS.map(() => 0),
    returned: [],
    window: { startMs: timeMs, calls: 0, tokens: 0 },
    measures: RATES.map(() => createMoments()),
    largest: RATES.map(() => 0),
    turn: 0,
    fanOut: 0,
    hoursOfWeek: [],
    hourCalls: new Map(),
    lastSteps: [],
    score: undefined,
    alarm: undefined,
  };
}

/** @returns the thing when the run has used it before, or has too many already; `undefined` when it is to be added */
export function knownInRun(run: Run, dimension: number, value: string, clean: boolean): boolean {
  const known = run.seen[dimension]?.get(value);
  if (known !== undefined) {
    if (clean) known.uses += 1;
    return true;
  }
  return run.values >= MAX_RUN_VALUES;
}

export function addToRun(run: Run, dimension: number, value: string, seen: RunValue): void {
  run.seen[dimension]?.set(value, seen);
  run.values += 1;
  if (seen.novelty >= 1) run.newHere[dimension] = (run.newHere[dimension] ?? 0) + 1;
  if (seen.novelty === 2) run.newToUser[dimension] = (run.newToUser[dimension] ?? 0) + 1;
}

export function addReturned(run: Run, entry: Run['returned'][number]): void {
  if (run.returned.length < MAX_RETURNED) run.returned.push(entry);
}

/**
 * Moves the window of five minutes on when this moment lies behind it.
 * @returns whether the moment lies in the window now: what is much too late is not counted as the work of now
 */
export function inWindow(run: Run, timeMs: number): boolean {
  if (timeMs >= run.window.startMs + WINDOW_MS) {
    closeWindow(run);
    run.window.startMs = timeMs - (timeMs % WINDOW_MS);
  }
  return timeMs > run.window.startMs - WINDOW_MS;
}

const CALLS = RATES.indexOf('calls');
const TOKENS = RATES.indexOf('tokens');
const FAN_OUT = RATES.indexOf('fan-out');
const TURN = RATES.indexOf('turn');
const ERRORS = RATES.indexOf('errors');

function closeWindow(run: Run): void {
  const { window } = run;
  if (window.calls > 0) measure(run, CALLS, window.calls);
  if (window.tokens > 0) measure(run, TOKENS, Math.round(window.tokens / 1_000));
  window.calls = 0;
  window.tokens = 0;
}

/** A person said something: the turn before is over. */
export function closeTurn(run: Run): void {
  if (run.turn > 0) measure(run, TURN, run.turn);
  run.turn = 0;
}

/** The run is over: what was still being measured counts now. */
export function closeMeasures(run: Run): void {
  closeWindow(run);
  closeTurn(run);
  measure(run, FAN_OUT, run.fanOut);
}

function measure(run: Run, rate: number, value: number): void {
  const moments = run.measures[rate];
  if (moments !== undefined) addMeasure(moments, value, 1);
}

/** @returns whether it is the largest so far */
export function raise(run: Run, rate: number, value: number): boolean {
  if (value <= (run.largest[rate] ?? 0)) return false;
  run.largest[rate] = value;
  return true;
}

/** @returns whether the hour is new to the run */
export function addHour(run: Run, hourOfWeek: number): boolean {
  const hour = hourOfWeek % 24;
  run.hourCalls.set(hour, (run.hourCalls.get(hour) ?? 0) + 1);
  if (run.hoursOfWeek.includes(hourOfWeek) || run.hoursOfWeek.length >= MAX_RUN_HOURS) return false;
  run.hoursOfWeek.push(hourOfWeek);
  return true;
}

/** A result came: `n` counts results, `sum` errors. */
export function addResult(run: Run, failed: boolean): void {
  const moments = run.measures[ERRORS];
  if (moments === undefined) return;
  moments.n += 1;
  if (failed) moments.sum += 1;
}

export const RATE_INDEX = {
  calls: CALLS,
  tokens: TOKENS,
  errors: ERRORS,
  fanOut: FAN_OUT,
  turn: TURN,
} as const;
