import { IGNORED_TYPES } from './log-types.ts';

/** A row names its type within the first few hundred bytes; only a very long path pushes it further. */
const HEAD = 1_024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN = [0x7b, 0x5b] as const;
const CLOSE = [0x7d, 0x5d] as const;

/** The ignored types by length, as bytes: looked up without making a string. */
const BY_LENGTH: readonly (readonly { name: string; bytes: Uint8Array }[])[] = byLength(IGNORED_TYPES);

/**
 * The row's type when its first top-level `type` key certainly holds a type without interest, else `undefined`.
 * Walks the top-level members in the first KiB of the line, strings and nested values skipped by their grammar, so
 * the same text inside a value does not count. Does not allocate.
 */
export function skipType(bytes: Uint8Array, start: number, end: number): string | undefined {
  const limit = Math.min(end, start + HEAD, bytes.length);
  if (bytes[start] !== OPEN[0]) return undefined;
  let at = start + 1;
  while (at < limit) {
    if (bytes[at] !== QUOTE) return undefined;
    const keyEnd = plainEnd(bytes, at + 1, limit);
    if (keyEnd === -1 || bytes[keyEnd + 1] !== COLON) return undefined;
    const value = keyEnd + 2;
    if (value >= limit) return undefined;
    if (isTypeKey(bytes, at + 1, keyEnd)) {
      if (bytes[value] !== QUOTE) return undefined;
      const valueEnd = plainEnd(bytes, value + 1, limit);
      return valueEnd === -1 ? undefined : nameOf(bytes, value + 1, valueEnd);
    }
    at = valueAfter(bytes, value, limit);
    if (at === -1 || bytes[at] !== COMMA) return undefined;
    at++;
  }
  return undefined;
}

/** Index of the closing quote of a string without escapes, or -1. */
function plainEnd(bytes: Uint8Array, from: number, limit: number): number {
  for (let i = from; i < limit; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) return i;
    if (byte === BACKSLASH) return -1;
  }
  return -1;
}

/** Index just after the value that begins at `from`, or -1 when it does not end before `limit`. */
function valueAfter(bytes: Uint8Array, from: number, limit: number): number {
  let depth = 0;
  let i = from;
  while (i < limit) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      i++;
      while (i < limit && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
      if (i >= limit) return -1;
      if (depth === 0) return i + 1;
    } else if (byte === OPEN[0] || byte === OPEN[1]) {
      depth++;
    } else if (byte === CLOSE[0] || byte === CLOSE[1]) {
      if (depth === 0) return i;
      depth--;
      if (depth === 0) return i + 1;
    } else if (depth === 0 && byte === COMMA) {
      return i;
    }
    i++;
  }
  return -1;
}

function isTypeKey(bytes: Uint8Array, from: number, to: number): boolean {
  return (
    to - from === 4 &&
    bytes[from] === 0x74 &&
    bytes[from + 1] === 0x79 &&
    bytes[from + 2] === 0x70 &&
    bytes[from + 3] === 0x65
  );
}

function nameOf(bytes: Uint8Array, from: number, to: number): string | undefined {
  const length = to - from;
  const candidates = BY_LENGTH[length];
  if (candidates === undefined) return undefined;
  for (const candidate of candidates) {
    let i = 0;
    while (i < length && candidate.bytes[i] === bytes[from + i]) i++;
    if (i === length) return candidate.name;
  }
  return undefined;
}

function byLength(names: readonly string[]): { name: string; bytes: Uint8Array }[][] {
  const table: { name: string; bytes: Uint8Array }[][] = [];
  for (const name of names) {
    while (table.length <= name.length) table.push([]);
    const bytes = Uint8Array.from(name, (letter) => letter.charCodeAt(0));
    table[name.length]?.push({ name, bytes });
  }
  return table;
}
