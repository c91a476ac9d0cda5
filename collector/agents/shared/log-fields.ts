/** Narrowing of untrusted log records: every reader answers `undefined` for a wrong type and never throws. */

export type Fields = Readonly<Record<string, unknown>>;

/** Contents of writes; the contract bounds `ToolInput.content` to 256 KiB. */
export const MAX_CONTENT = 262_144;
/** Output of tools; the contract bounds `output` to 64 KiB. */
export const MAX_OUTPUT = 65_536;
/** Paths, names, URLs and modes: far over any real one. */
export const MAX_NAME = 4096;
/** How many paths, arguments or list entries one call may name. */
export const MAX_ITEMS = 500;

/** @returns the parsed object, or why there is none. Nesting depth is safe: JSON.parse does not recurse in V8. */
export function parseObject(
  text: string,
): { ok: true; fields: Fields } | { ok: false; reason: 'not-json' | 'not-an-object' } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // SyntaxError only: the input is a string.
    return { ok: false, reason: 'not-json' };
  }
  const fields = fieldsOf(value);
  return fields === undefined ? { ok: false, reason: 'not-an-object' } : { ok: true, fields };
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsOf(value: unknown): Fields | undefined {
  return isFields(value) ? value : undefined;
}

/** An object given as such or, as some vendors do, as JSON text inside JSON. */
export function fieldsOrJson(value: unknown): Fields | undefined {
  if (typeof value !== 'string') return fieldsOf(value);
  const parsed = parseObject(value);
  return parsed.ok ? parsed.fields : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A non-empty string; longer than `max` is cut. */
export function textOf(value: unknown, max: number = MAX_NAME): string | undefined {
  return typeof value === 'string' && value !== '' ? cut(value, max) : undefined;
}

/** A finite number that is not negative: durations, sizes, token counts. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** Whole token counts; a missing or wrong one counts as none. */
export function tokensOf(value: unknown): number {
  return Math.min(Math.trunc(countOf(value) ?? 0), Number.MAX_SAFE_INTEGER);
}

export function integerOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

/** The first of the named fields that is a non-empty string. */
export function firstText(fields: Fields, names: readonly string[], max?: number): string | undefined {
  for (const name of names) {
    const text = textOf(fields[name], max);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Strings of a list, or one string as a list of one; others are left out. */
export function textsOf(value: unknown): readonly string[] {
  const one = textOf(value);
  if (one !== undefined) return [one];
  const texts: string[] = [];
  for (const item of listOf(value).slice(0, MAX_ITEMS)) {
    const text = textOf(item);
    if (text !== undefined) texts.push(text);
  }
  return texts;
}

/** Cuts at `max` UTF-16 units, not inside a surrogate pair. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}

/** Length in UTF-8 without encoding it. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit <= 0xdbff && i + 1 < text.length) {
      bytes += 4;
      i++;
    } else bytes += 3;
  }
  return bytes;
}

// 2026-06-12T10:57:06.885Z; a text without a zone would be read in the machine's own, so it is refused.
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/;
/** 2015-01-01 to 2100-01-01: outside it the number is not a time in milliseconds of any coding agent. */
const FIRST_MS = 1_420_070_400_000;
const LAST_MS = 4_102_444_800_000;

/** ISO 8601 text with a zone, or epoch milliseconds, to epoch milliseconds. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return inRange(Math.trunc(value));
  if (typeof value !== 'string' || value.length > 40 || !ISO.test(value)) return undefined;
  return inRange(Date.parse(value));
}

function inRange(timeMs: number): number | undefined {
  return timeMs >= FIRST_MS && timeMs <= LAST_MS ? timeMs : undefined;
}

const MAX_DEPTH = 12;

/**
 * A copy of free-form arguments that is safe to walk and to serialise: at most 12 levels, 500 values and
 * 256 KiB of text; what is over becomes `"[cut]"`. A `__proto__` key is renamed, so that no later assignment
 * can reach a prototype.
 */
export function boundedCopy(value: unknown): unknown {
  return copy(value, MAX_DEPTH, { values: MAX_ITEMS, chars: MAX_CONTENT });
}

interface Budget {
  values: number;
  chars: number;
}

function copy(value: unknown, depth: number, budget: Budget): unknown {
  budget.values--;
  if (typeof value === 'string') {
    const text = cut(value, Math.max(0, budget.chars));
    budget.chars -= text.length;
    return text.length < value.length ? `${text}[cut]` : text;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0 || budget.values <= 0 || budget.chars <= 0) return '[cut]';
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      if (budget.values <= 0) break;
      items.push(copy(item, depth - 1, budget));
    }
    return items;
  }
  const entries: [string, unknown][] = [];
  for (const key of Object.keys(value)) {
    if (budget.values <= 0) break;
    const name = cut(key, 200);
    budget.chars -= name.length;
    entries.push([
      name === '__proto__' ? '[__proto__]' : name,
      copy(fieldsOf(value)?.[key], depth - 1, budget),
    ]);
  }
  return Object.fromEntries(entries);
}
