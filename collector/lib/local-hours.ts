const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Offsets from UTC are whole quarters of an hour, and change at whole quarters. */
const SLOT_MS = HOUR_MS / 4;
const MAX_SLOTS = 5_000;

/** Time as people on this machine count it. */
export interface LocalHour {
  /** Local days since 1970. */
  readonly day: number;
  /** 0 is Monday, 0:00. */
  readonly hourOfWeek: number;
}

/** The time zone of this machine as a function, quick for many moments close together. */
export function localHours(): (timeMs: number) => LocalHour {
  const known = new Map<number, LocalHour>();
  let last: LocalHour = { day: 0, hourOfWeek: 0 };
  let lastSlot = Number.NaN;
  return (timeMs) => {
    const slot = Math.floor(timeMs / SLOT_MS);
    if (slot === lastSlot) return last;
    let found = known.get(slot);
    if (found === undefined) {
      if (known.size >= MAX_SLOTS) known.clear();
      found = localHourOf(slot * SLOT_MS);
      known.set(slot, found);
    }
    lastSlot = slot;
    last = found;
    return found;
  };
}

function localHourOf(timeMs: number): LocalHour {
  const localMs = timeMs - new Date(timeMs).getTimezoneOffset() * 60_000;
  const day = Math.floor(localMs / DAY_MS);
  // The first of January 1970 was a Thursday.
  const weekday = (day + 3) % 7;
  return { day, hourOfWeek: weekday * 24 + Math.floor((localMs - day * DAY_MS) / HOUR_MS) };
}
