import { type Baselines, createBaselines } from '../../collector/pipeline/baseline/baselines.ts';
import { noteAlarm } from '../../collector/pipeline/baseline/judge.ts';
import { observeEvent } from '../../collector/pipeline/baseline/observe.ts';
import {
  DAY_MS,
  Developer,
  START_MS,
  takeover,
  type TimedEvent,
  utcHour,
  type WorkStyle,
} from './developer-months.ts';

export interface LivedMonths {
  events: number;
  /** Days with work, after three weeks of learning. */
  workDays: number;
  alarms: number;
  medium: number;
  mostPerDay: number;
  takeovers: number;
  caught: number;
  largestProjectBytes: number;
  stateBytes: number;
  /** Share of ordinary runs per two bits of score, of the last developer. */
  ordinary: number[];
  /** Bits needed, of the last developer. */
  alarmBits: number;
  /** Highest score of each takeover of the last developer. */
  takeoverBits: number[];
}

const LEARNING_DAYS = 21;
const TAKEOVERS = 8;
const OPTIONS = { localHour: utcHour, silent: false, tainted: () => false };

/** Lets developers work for some months, one per seed, then lets each be taken over in eight ways. */
export function liveThrough(style: WorkStyle, seeds: readonly number[], days: number): LivedMonths {
  const result: LivedMonths = {
    events: 0,
    workDays: 0,
    alarms: 0,
    medium: 0,
    mostPerDay: 0,
    takeovers: 0,
    caught: 0,
    largestProjectBytes: 0,
    stateBytes: 0,
    ordinary: [],
    alarmBits: 0,
    takeoverBits: [],
  };
  for (const seed of seeds) {
    const developer = new Developer(style, seed);
    const state = createBaselines();
    for (let day = 0; day < days; day++) liveDay(state, developer.day(day), day, result);
    result.largestProjectBytes = Math.max(result.largestProjectBytes, ...state.sizes.values());
    for (const size of state.sizes.values()) result.stateBytes += size;
    const user = [...state.profiles.values()].find(({ scope }) => scope === 'user')!;
    result.ordinary = user.scores.bins.map((runs) => runs / user.scores.runs);
    result.alarmBits = user.scores.alarm?.bits ?? 0;
    result.takeoverBits = [];
    for (let variant = 0; variant < TAKEOVERS; variant++) {
      const copy = structuredClone(state);
      copy.alarms.clear();
      // Half of them in the middle of the day, half at night.
      const hour = variant < TAKEOVERS / 2 ? 11 : 3;
      const startMs = START_MS + (days + 1) * DAY_MS + hour * 3_600_000;
      const project = developer.projects[variant % developer.projects.length]!;
      result.takeovers += 1;
      const events = takeover(developer, startMs, project, variant);
      if (feed(copy, events).first > 0) result.caught += 1;
      const rootId = events.at(-1)!.place.rootId;
      const own = [...copy.runs.values()].filter((run) => run.rootId === rootId);
      result.takeoverBits.push(Math.max(0, ...own.map(({ score }) => score ?? 0)));
    }
  }
  return result;
}

function liveDay(state: Baselines, events: readonly TimedEvent[], day: number, result: LivedMonths): void {
  const { first, medium } = feed(state, events);
  result.events += events.length;
  if (day < LEARNING_DAYS || events.length === 0) return;
  result.workDays += 1;
  result.alarms += first;
  result.medium += medium;
  result.mostPerDay = Math.max(result.mostPerDay, first);
}

function feed(state: Baselines, events: readonly TimedEvent[]): { first: number; medium: number } {
  let first = 0;
  let medium = 0;
  for (const { event, place } of events) {
    const alarm = observeEvent(state, event, place, OPTIONS);
    if (alarm === undefined) continue;
    if (!alarm.update) {
      first += 1;
      if (alarm.severity === 'medium') medium += 1;
    }
    noteAlarm(state, alarm, alarm.run.id);
  }
  return { first, medium };
}
