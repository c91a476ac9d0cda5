import type { Deviation, Dimension } from '../../contract/baseline.ts';
import { type CountModel, isUsual } from './count-model.ts';
import { catalogued, DIMENSION_INDEX, DIMENSION_SPECS } from './dimensions.ts';
import type { Evidence, Profiles } from './evaluate.ts';
import type { Profile } from './profile.ts';
import type { Run } from './run.ts';

const MAX_VALUE = 120;
const SHOWN = 3;

/** One deviation in words: what is new, against how much history, how rare that is, and what usually happens instead. */
export function explain(evidence: Evidence, run: Run, profiles: Profiles): Deviation {
  const { code } = catalogued(evidence.what);
  const base = { code, what: evidence.what, bits: Math.round(evidence.bits * 10) / 10 };
  switch (evidence.what) {
    case 'hour':
      return {
        ...base,
        value: hourName(evidence.hour),
        text: `It works on ${hourName(evidence.hour)}. Of ${history(profiles.user)}, ${percent(evidence.share)} fell into hours as unusual as that; usual is ${usualHours(profiles.user)}.`,
      };
    case 'return':
      return {
        ...base,
        value: cut(evidence.value),
        text: `It uses the ${oneOf(evidence.dimension)} ${cut(evidence.value)} again, after ${plural(evidence.days, 'day')} in which nothing did.`,
        ...withId(run.returned.find(({ value }) => value === evidence.value)?.eventId),
      };
    case 'peers':
      return {
        ...base,
        value: `${percent(evidence.share)} of runs elsewhere`,
        text: `On another day of the last week this project stood out as well; in the other projects ${percent(evidence.share)} of runs are as unusual.`,
      };
    case 'calls':
    case 'tokens':
    case 'errors':
    case 'fan-out':
    case 'turn':
      return { ...base, ...rateWords(evidence, profiles) };
    default:
      return { ...base, ...noveltyWords(evidence, run, profiles) };
  }
}

function noveltyWords(
  evidence: Extract<Evidence, { readonly newToUser: boolean }>,
  run: Run,
  { user, project }: Profiles,
): Pick<Deviation, 'value' | 'text' | 'eventId'> {
  const index = DIMENSION_INDEX[evidence.what];
  const spec = DIMENSION_SPECS[index];
  const against = evidence.newToUser ? user : project;
  const model = against.dimensions[index];
  const fresh = [...(run.seen[index] ?? [])].filter(([, { novelty }]) =>
    evidence.newToUser ? novelty === 2 : novelty >= 1,
  );
  const names = fresh.map(([value]) => value);
  const shown =
    names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '');
  const count =
    names.length === 1 ? article(spec?.one ?? 'thing') : `${names.length} ${spec?.many ?? 'things'}`;
  const before = daysBefore(model, names);
  const where = evidence.newToUser ? 'here' : 'in this project (known from others)';
  const rare = `about 1 ${spec?.one ?? 'thing'} in ${Math.max(2, Math.round(1 / evidence.rate))} was new`;
  const first = fresh.find(([, { eventId }]) => eventId !== undefined)?.[1].eventId;
  return {
    value: cut(shown),
    text: `It uses ${count} not usual ${where}: ${cut(shown)}${before}. In ${history(against)} ${rare}; ${usual(model, run.day)}.`,
    ...withId(first),
  };
}

/** Something that was met on one or two days is still new; say so. */
function daysBefore(model: CountModel | undefined, names: readonly string[]): string {
  const [only, another] = names;
  const days = only === undefined || another !== undefined ? 0 : (model?.values.get(only)?.days ?? 0);
  return days === 0 ? '' : ` (met on ${plural(days, 'day')} before)`;
}

function usual(model: CountModel | undefined, day: number): string {
  const names = topValues(model, day, SHOWN);
  return names.length === 0
    ? 'nothing of the kind is usual yet'
    : `usual ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`;
}

/** The most frequent usual things. */
export function topValues(model: CountModel | undefined, day: number, count: number): string[] {
  if (model === undefined) return [];
  return [...model.values]
    .filter(([value]) => isUsual(model, value, day))
    .sort((a, b) => b[1].weight - a[1].weight)
    .slice(0, count)
    .map(([value]) => value);
}

type RateEvidence = Extract<Evidence, { readonly usual: number }>;

function rateWords(evidence: RateEvidence, { user }: Profiles): Pick<Deviation, 'value' | 'text'> {
  const { value, usual: mean, what } = evidence;
  const seen = history(user);
  switch (what) {
    case 'calls':
      return {
        value: `${value} tool calls in 5 min`,
        text: `It made ${value} tool calls within five minutes; over ${seen} the mean is ${round(mean)}.`,
      };
    case 'tokens':
      return {
        value: `${value}k tokens in 5 min`,
        text: `It used ${value},000 tokens within five minutes; over ${seen} the mean is ${round(mean)},000.`,
      };
    case 'errors':
      return {
        value: `${percent(value)} failed`,
        text: `${percent(value)} of its tool calls failed or were denied; over ${seen} it is ${percent(mean)}.`,
      };
    case 'fan-out':
      return {
        value: plural(value, 'sub-agent'),
        text: `It started ${plural(value, 'sub-agent')}; over ${seen} the mean is ${round(mean)} per run.`,
      };
    case 'turn':
      return {
        value: `${value} calls in one turn`,
        text: `It made ${value} tool calls without a word from a person; over ${seen} the mean is ${round(mean)}.`,
      };
  }
}

/** `1,240 runs on 46 days`. */
function history(profile: Profile): string {
  return `${plural(profile.runs, 'run')} on ${plural(profile.activeDays, 'day')}`;
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

function hourName(hourOfWeek: number): string {
  const hour = hourOfWeek % 24;
  return `${DAYS[Math.floor(hourOfWeek / 24)] ?? 'a day'} between ${hour}:00 and ${(hour + 1) % 24}:00`;
}

/** The hours of the day in which nine tenths of the work fall, widest stretch first: `8:00 to 19:00`. */
function usualHours(profile: Profile): string {
  const byHour = Array.from({ length: 24 }, (_, hour) =>
    profile.hours.reduce((sum, weight, slot) => (slot % 24 === hour ? sum + weight : sum), 0),
  );
  const total = byHour.reduce((sum, weight) => sum + weight, 0);
  let best = { start: 0, length: 24 };
  for (let start = 0; start < 24; start++) {
    let sum = 0;
    for (let length = 1; length < best.length; length++) {
      sum += byHour[(start + length - 1) % 24] ?? 0;
      if (sum >= total * 0.9) best = { start, length };
    }
  }
  return `${best.start}:00 to ${(best.start + best.length) % 24}:00`;
}

function oneOf(dimension: Dimension): string {
  return DIMENSION_SPECS[DIMENSION_INDEX[dimension]]?.one ?? 'thing';
}

function article(noun: string): string {
  return `${/^[aeiou]|^MCP/.test(noun) ? 'an' : 'a'} ${noun}`;
}

function withId(eventId: string | undefined): { eventId?: string } {
  return eventId === undefined ? {} : { eventId };
}

function percent(share: number): string {
  const value = share * 100;
  return value < 0.1 ? 'less than 0.1 %' : `${value < 10 ? value.toFixed(1) : Math.round(value)} %`;
}

function round(value: number): string {
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}

function plural(n: number, one: string): string {
  return `${n.toLocaleString('en-US')} ${one}${n === 1 ? '' : 's'}`;
}

function cut(text: string): string {
  return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE - 1)}…`;
}
