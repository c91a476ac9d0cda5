/** Log times outside these years are broken clocks or hostile input. */
const MIN_MS = Date.UTC(2015, 0, 1);
const MAX_MS = Date.UTC(2100, 0, 1);

// 2026-11-22T03:25:02.123Z, 2026-11-22 03:25:02+01:00: date, `T` or blank, time, fraction, zone.
const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * ISO 8601 text to epoch milliseconds. Without a zone it is UTC, never the zone of this machine.
 * @returns `undefined` when it is no such text or outside 2015-2100.
 */
export function isoToMs(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined;
  // The form every agent writes today; Date.parse is exact and fast on it.
  if (value.length === 24 && value.charCodeAt(23) === 90 && value.charCodeAt(10) === 84) {
    return inRange(Date.parse(value));
  }
  const match = ISO.exec(value);
  if (match === null) return undefined;
  const [, date = '', time = '', fraction = '', zone = 'Z'] = match;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  return inRange(Date.parse(`${date}T${time}${fraction.slice(0, 4)}${offset}`));
}

/** Epoch milliseconds given as a number. */
export function epochMs(value: unknown): number | undefined {
  return typeof value === 'number' ? inRange(Math.trunc(value)) : undefined;
}

/** Epoch seconds, whole or fractional, to milliseconds. */
export function epochSecondsToMs(value: unknown): number | undefined {
  return typeof value === 'number' ? inRange(Math.trunc(value * 1_000)) : undefined;
}

function inRange(timeMs: number): number | undefined {
  return timeMs >= MIN_MS && timeMs < MAX_MS ? timeMs : undefined;
}
