import type { StoredEvent } from '../../contract/stored.ts';
import { type Baselines, closeEnded, type LocalHour, profilesOf, runOf } from './baselines.ts';
import { isUsual } from './count-model.ts';
import { DIMENSION_INDEX as DIM, DIMENSION_SPECS } from './dimensions.ts';
import { type FeaturePlace, featuresOf, SENSITIVE_STEPS, short, type Step } from './features.ts';
import { type Alarm, judge } from './judge.ts';
import type { Profiles } from './evaluate.ts';
import {
  addHour,
  addResult,
  addReturned,
  addToRun,
  closeTurn,
  inWindow,
  knownInRun,
  type Novelty,
  raise,
  RATE_INDEX,
  type Run,
} from './run.ts';

/** Whose session an event belongs to, and what is known of that session. */
export interface SessionPlace extends FeaturePlace {
  /** The session a person started; sub-agents belong to it. */
  readonly rootId: string;
  readonly agentId: string;
  readonly user: string;
  /** Folder of the root session; `''` when it is not known. */
  readonly project: string;
  readonly model?: string;
  readonly account?: string;
  readonly mode?: string;
  readonly repository?: string;
}

export interface ObserveOptions {
  readonly localHour: (timeMs: number) => LocalHour;
  /** History from before the first start: learned, never told. */
  readonly silent: boolean;
  /** Whether an event is part of an open finding: then it is judged but not learned. */
  readonly tainted: (eventId: string) => boolean;
}

/** Runs without news are judged again after this many calls: their length alone makes new things less surprising. */
const RETURN_AFTER_DAYS = 30;
const EVERY_TURN_CALLS = 25;
const EVERY_ERRORS = 5;

/**
 * Takes one event into account: adds it to its run and, when something about the run became unusual, judges it.
 * @returns what is to be told, nearly always nothing
 */
export function observeEvent(
  state: Baselines,
  event: StoredEvent,
  place: SessionPlace,
  options: ObserveOptions,
): Alarm | undefined {
  if (!isObserved(event.kind)) return undefined;
  closeEnded(state, event.timeMs);
  const hour = options.localHour(event.timeMs);
  const run = runOf(state, place, event.timeMs, hour.day);
  const profiles = profilesOf(state, run, event.timeMs);
  if (state.paused || profiles.user.paused || profiles.project.paused) return undefined;
  state.changed.add(run.id);
  run.lastMs = Math.max(run.lastMs, event.timeMs);
  const clean = !options.tainted(event.id);
  const see = (dimension: number, value: string): boolean =>
    seen(run, profiles, dimension, value, event, clean);
  // Until the first call, because what is known of a session comes with its first records, tokens before them.
  let worth = run.toolCalls === 0 && sessionFacts(place, see);
  if (event.kind === 'tool.call') worth = toolCall(run, event, place, hour.hourOfWeek, see) || worth;
  else if (event.kind === 'tool.result') {
    const failed = event.outcome?.status === 'error' || event.outcome?.status === 'denied';
    addResult(run, failed);
    worth ||= failed && (run.measures[RATE_INDEX.errors]?.sum ?? 0) % EVERY_ERRORS === 0;
  } else if (event.kind === 'prompt.submit') {
    if (event.input?.['origin'] === 'human') closeTurn(run);
  } else worth = sessionChange(event, see) || worth;
  return worth ? judge(state, run, profiles, event.timeMs, options.silent) : undefined;
}

/** Whether events of a kind say anything about how an agent works. */
export function isObserved(kind: string): boolean {
  return OBSERVED.has(kind);
}

const OBSERVED: ReadonlySet<string> = new Set([
  'tool.call',
  'tool.result',
  'prompt.submit',
  'session.start',
  'session.update',
]);

/** Tokens of a response; judged with the next event. */
export function observeTokens(
  state: Baselines,
  usage: { readonly timeMs: number; readonly tokens: number; readonly model?: string },
  place: SessionPlace,
  options: Pick<ObserveOptions, 'localHour'>,
): void {
  const run = runOf(state, place, usage.timeMs, options.localHour(usage.timeMs).day);
  const profiles = profilesOf(state, run, usage.timeMs);
  if (state.paused || profiles.user.paused || profiles.project.paused) return;
  state.changed.add(run.id);
  run.lastMs = Math.max(run.lastMs, usage.timeMs);
  if (usage.model !== undefined && usage.model !== '' && !usage.model.startsWith('<')) {
    seen(run, profiles, DIM.model, short(usage.model), { id: undefined, timeMs: usage.timeMs }, true);
  }
  if (!inWindow(run, usage.timeMs)) return;
  run.window.tokens += usage.tokens;
  raise(run, RATE_INDEX.tokens, Math.round(run.window.tokens / 1_000));
}

function toolCall(
  run: Run,
  event: StoredEvent,
  place: SessionPlace,
  hourOfWeek: number,
  see: (dimension: number, value: string) => boolean,
): boolean {
  let worth = false;
  run.toolCalls += 1;
  const step = featuresOf(event, place, (dimension, value) => {
    if (see(dimension, value)) worth = true;
  });
  if (addSteps(run, step, see)) worth = true;
  if (addHour(run, hourOfWeek)) worth = true;
  if (event.tool?.category === 'subagent') {
    run.fanOut += 1;
    if (raise(run, RATE_INDEX.fanOut, run.fanOut)) worth = true;
  }
  run.turn += 1;
  if (raise(run, RATE_INDEX.turn, run.turn) && run.turn % EVERY_TURN_CALLS === 0) worth = true;
  if (inWindow(run, event.timeMs)) {
    run.window.calls += 1;
    // Each step of a rising window would be judged; every eighth tells the same.
    if (raise(run, RATE_INDEX.calls, run.window.calls) && run.window.calls % 8 === 0) worth = true;
  }
  return worth;
}

/** Keeps three different steps in a row, when one of them is sensitive. */
function addSteps(run: Run, step: Step, see: (dimension: number, value: string) => boolean): boolean {
  if (run.lastSteps.at(-1) === step) return false;
  run.lastSteps = [...run.lastSteps.slice(-2), step];
  if (run.lastSteps.length < 3 || !run.lastSteps.some((one) => SENSITIVE_STEPS.has(one))) return false;
  return see(DIM.sequence, run.lastSteps.join(' → '));
}

function sessionFacts(place: SessionPlace, see: (dimension: number, value: string) => boolean): boolean {
  let worth = false;
  const facts = [
    [DIM.model, place.model],
    [DIM.account, place.account],
    [DIM.mode, place.mode],
    [DIM.repository, place.repository],
  ] as const;
  for (const [dimension, value] of facts) {
    if (value !== undefined && value !== '' && see(dimension, short(value))) worth = true;
  }
  return worth;
}

function sessionChange(event: StoredEvent, see: (dimension: number, value: string) => boolean): boolean {
  const change = event.input?.['change'];
  const to = event.input?.['to'];
  if (typeof to !== 'string' || to === '') return false;
  if (change === 'permission-mode') return see(DIM.mode, short(to));
  return change === 'model' && see(DIM.model, short(to));
}

/** @returns whether it is something new or something that came back */
function seen(
  run: Run,
  profiles: Profiles,
  dimension: number,
  value: string,
  event: { readonly id: string | undefined; readonly timeMs: number },
  clean: boolean,
): boolean {
  if (knownInRun(run, dimension, value, clean)) return false;
  const novelty = noveltyOf(profiles, dimension, value, run.day);
  addToRun(run, dimension, value, {
    uses: clean ? 1 : 0,
    novelty,
    eventId: novelty === 0 ? undefined : event.id,
    timeMs: event.timeMs,
  });
  if (novelty > 0) return true;
  return returned(run, profiles, dimension, value, event.id);
}

function noveltyOf({ user, project }: Profiles, dimension: number, value: string, day: number): Novelty {
  const here = project.dimensions[dimension];
  if (here !== undefined && isUsual(here, value, day)) return 0;
  const anywhere = user.dimensions[dimension];
  return anywhere !== undefined && isUsual(anywhere, value, day) ? 1 : 2;
}

/** Something known that nobody used for a month, while there was work on other days (D-14). */
function returned(
  run: Run,
  { user }: Profiles,
  dimension: number,
  value: string,
  eventId: string | undefined,
): boolean {
  if (DIMENSION_SPECS[dimension]?.returns !== true) return false;
  const known = user.dimensions[dimension]?.values.get(value);
  if (known === undefined || eventId === undefined) return false;
  const days = run.day - known.lastDay;
  if (days < RETURN_AFTER_DAYS || user.lastDay - known.lastDay < RETURN_AFTER_DAYS / 2) return false;
  addReturned(run, { dimension, value, days, eventId });
  return true;
}

/** Events of a run turned out to be part of a finding: what only they used is not learned. */
export function taintRun(state: Baselines, rootId: string, eventIds: ReadonlySet<string>): void {
  for (const run of state.runs.values()) {
    if (run.rootId !== rootId) continue;
    for (const values of run.seen) {
      for (const seenValue of values.values()) {
        if (seenValue.eventId === undefined || !eventIds.has(seenValue.eventId)) continue;
        seenValue.uses = 0;
        state.changed.add(run.id);
      }
    }
  }
}
