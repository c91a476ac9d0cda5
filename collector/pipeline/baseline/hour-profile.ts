/** Hours of a week, Monday 0:00 first, local time. */
export const HOURS_OF_WEEK = 168;
const DAY = 24;
const WEEKDAYS = 5;
/** Weight of the opinion that all hours are alike. */
const PRIOR = 4;

/** Decayed counts of hours in which there was work: one per run and hour. */
export type HourProfile = number[];

export function createHours(): HourProfile {
  return Array.from({ length: HOURS_OF_WEEK }, () => 0);
}

/**
 * Share of work that falls into hours at least as unusual as this one. Neighbouring hours and the same hour on days of
 * the same kind lend each other weight: half past eight is no news for who begins at nine, nor is Thursday for who
 * works on Wednesday.
 * @param scale see `newRate`
 */
export function hourTail(hours: HourProfile, hour: number, scale: number): number {
  const smooth = smoothed(hours, scale);
  const at = smooth[hour] ?? 0;
  let sum = 0;
  let rarer = 0;
  for (const weight of smooth) {
    sum += weight;
    if (weight <= at) rarer += weight;
  }
  return sum === 0 ? 1 : rarer / sum;
}

function smoothed(hours: HourProfile, scale: number): number[] {
  const kind = kindMeans(hours);
  return hours.map((weight, hour) => {
    const before = hours[(hour + HOURS_OF_WEEK - 1) % HOURS_OF_WEEK] ?? 0;
    const after = hours[(hour + 1) % HOURS_OF_WEEK] ?? 0;
    const alike = kind[kindOf(hour)]?.[hour % DAY] ?? 0;
    return scale * (0.4 * weight + 0.15 * before + 0.15 * after + 0.3 * alike) + PRIOR / HOURS_OF_WEEK;
  });
}

/** Mean weight of each hour of the day, on weekdays and at weekends. */
function kindMeans(hours: HourProfile): readonly (readonly number[])[] {
  const sums = [Array.from({ length: DAY }, () => 0), Array.from({ length: DAY }, () => 0)] as const;
  hours.forEach((weight, hour) => {
    const kind = kindOf(hour);
    const list = sums[kind];
    list[hour % DAY] = (list[hour % DAY] ?? 0) + weight / (kind === 0 ? WEEKDAYS : 2);
  });
  return sums;
}

function kindOf(hour: number): 0 | 1 {
  return Math.floor(hour / DAY) < WEEKDAYS ? 0 : 1;
}
