import { epochMs } from '../shared/time.ts';

/** Ids hold the low 36 bits of a time in milliseconds; this is how long they last (795 days). */
const PERIOD_MS = 2 ** 36;
/** The period from 2024-06-10 to 2026-08-14: every JSON store was written in it. */
const PERIOD = 25;

/**
 * The time inside an id such as `prt_98a1c2d3e001abcdefghijklmn`: 12 hexadecimal digits of milliseconds × 4096 plus a
 * counter, cut to 48 bits. Only for records of the JSON store that tell no time themselves; the SQLite store has
 * columns. Session ids count down and are not read.
 */
export function idTimeMs(id: string): number | undefined {
  const hex = /^(?:prt|msg)_([0-9a-f]{12})[0-9A-Za-z]{8,40}$/.exec(id)?.[1];
  if (hex === undefined) return undefined;
  return epochMs(PERIOD * PERIOD_MS + Math.floor(Number.parseInt(hex, 16) / 4096));
}
