import { count, plural } from './number.ts';

/** What a whole number of a setting counts. The file keeps the number; a person reads and types it with a unit. */
export type Quantity = 'bytes' | 'ms' | 'days';

interface Unit {
  /** As it is written; the others are understood as well. */
  readonly name: string;
  readonly also: readonly string[];
  readonly size: number;
  /** Understood when it is typed, but not what a value is shown in. */
  readonly typed?: true;
}

/** Largest first. Sizes are decimal, as file managers show them; `MiB` is understood too. */
const UNITS: Readonly<Record<Quantity, readonly Unit[]>> = {
  bytes: [
    { name: 'TB', also: ['tb', 't'], size: 1e12 },
    { name: 'GB', also: ['gb', 'g', 'gigabytes', 'gigabyte'], size: 1e9 },
    { name: 'MB', also: ['mb', 'm', 'megabytes', 'megabyte'], size: 1e6 },
    { name: 'kB', also: ['kb', 'k', 'kilobytes', 'kilobyte'], size: 1e3 },
    { name: 'GiB', also: ['gib'], size: 2 ** 30 },
    { name: 'MiB', also: ['mib'], size: 2 ** 20 },
    { name: 'KiB', also: ['kib'], size: 2 ** 10 },
    { name: 'bytes', also: ['byte', 'b'], size: 1 },
  ],
  ms: [
    { name: 'h', also: ['hour', 'hours'], size: 3_600_000 },
    { name: 'min', also: ['m', 'minute', 'minutes'], size: 60_000 },
    { name: 's', also: ['sec', 'second', 'seconds'], size: 1_000 },
    { name: 'ms', also: ['millisecond', 'milliseconds'], size: 1 },
  ],
  days: [
    { name: 'weeks', also: ['week', 'w'], size: 7, typed: true },
    { name: 'days', also: ['day', 'd'], size: 1 },
  ],
};

const EXAMPLES: Readonly<Record<Quantity, string>> = {
  bytes: '50 MB or 2 GB',
  ms: '500 ms or 10 s',
  days: '7 days or 2 weeks',
};

/**
 * `256000000` → `256 MB`. Never rounded: what is shown, typed in again, is the same number.
 * @param n a whole number
 */
export function quantityText(n: number, kind: Quantity): string {
  for (const { name, size, typed } of UNITS[kind]) {
    const value = n / size;
    if (typed === true || value < 1 || !/^\d+(?:\.\d{1,2})?$/.test(String(value))) continue;
    if (kind === 'days') return plural(n, 'day');
    const text = `${value < 10_000 ? String(value) : count(value)} ${name}`;
    const again = parseQuantity(text, kind);
    if (again.ok && again.value === n) return text;
  }
  return `${count(n)} ${UNITS[kind].at(-1)?.name ?? ''}`;
}

export type QuantityResult =
  { readonly ok: true; readonly value: number } | { readonly ok: false; readonly problem: string };

/**
 * `2 GB`, `1.5gb`, `10 s`, `2 weeks` as the number that is kept. A number alone counts the smallest unit, as in the file.
 * @returns a problem in words when it is none, or not a whole one
 */
export function parseQuantity(text: string, kind: Quantity): QuantityResult {
  const match = /^(\d[\d,_ ]*(?:\.\d+)?)\s*([a-zA-Z]*)$/.exec(text.trim());
  const [, digits = '', word = ''] = match ?? [];
  const units = UNITS[kind];
  const unit =
    word === ''
      ? units.at(-1)
      : // `MB` and `mb` are the same to a person; only then is a short form tried.
        units.find(({ name, also }) => name === word || also.includes(word.toLowerCase()));
  if (match === null || unit === undefined)
    return { ok: false, problem: `Write a number with its unit, such as ${EXAMPLES[kind]}.` };
  const exact = Number(digits.replaceAll(/[,_ ]/g, '')) * unit.size;
  // `1.1 GB` is a whole number of bytes, whatever its product with a power of ten is in binary.
  const value = Number.isInteger(exact) ? exact : Math.round(exact * 1_000) / 1_000;
  return Number.isSafeInteger(value)
    ? { ok: true, value }
    : { ok: false, problem: `That is no whole number of ${units.at(-1)?.name ?? 'units'}.` };
}
