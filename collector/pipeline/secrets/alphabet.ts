/** Character classes of tokens as bits, and the longest run of a class. */

export const LOWER = 1;
export const UPPER = 2;
export const DIGIT = 4;
export const UNDERSCORE = 8;
export const DASH = 16;
export const DOT = 32;
export const PLUS = 64;
export const SLASH = 128;
export const EQUALS = 256;
export const TILDE = 512;
const HEX_LOWER = 1024;
const HEX_UPPER = 2048;
const PERCENT = 4096;

export const ALNUM = LOWER | UPPER | DIGIT;
export const LOWER_ALNUM = LOWER | DIGIT;
export const UPPER_ALNUM = UPPER | DIGIT;
export const WORD = ALNUM | UNDERSCORE;
export const TOKEN = WORD | DASH;
export const BASE64 = ALNUM | PLUS | SLASH | EQUALS;
export const BASE64_ANY = BASE64 | DASH | UNDERSCORE;
export const DOTTED = TOKEN | DOT | EQUALS;
export const HEX = DIGIT | HEX_LOWER;
export const HEX_ANY = HEX | HEX_UPPER;
export const URL_PATH = TOKEN | DOT | SLASH | PLUS | EQUALS | PERCENT | TILDE;

const CLASS = new Uint16Array(128);
for (let c = 0; c < 26; c++) {
  CLASS[0x61 + c] = LOWER | (c < 6 ? HEX_LOWER : 0);
  CLASS[0x41 + c] = UPPER | (c < 6 ? HEX_UPPER : 0);
}
for (let c = 0; c < 10; c++) CLASS[0x30 + c] = DIGIT;
for (const [char, bit] of [
  ['_', UNDERSCORE],
  ['-', DASH],
  ['.', DOT],
  ['+', PLUS],
  ['/', SLASH],
  ['=', EQUALS],
  ['~', TILDE],
  ['%', PERCENT],
] as const) {
  CLASS[char.charCodeAt(0)] = bit;
}

export function isOf(mask: number, code: number): boolean {
  return code < 128 && ((CLASS[code] ?? 0) & mask) !== 0;
}

/** End of the run of `mask` characters that starts at `start`; looks at no more than `limit` characters. */
export function runEnd(text: string, start: number, mask: number, limit: number): number {
  const stop = Math.min(text.length, start + limit);
  let i = start;
  while (i < stop && isOf(mask, text.charCodeAt(i))) i++;
  return i;
}

/** Start of the run of `mask` characters that ends before `end`; looks at no more than `limit` characters. */
export function runStart(text: string, end: number, mask: number, limit: number): number {
  const stop = Math.max(0, end - limit);
  let i = end;
  while (i > stop && isOf(mask, text.charCodeAt(i - 1))) i--;
  return i;
}

/** No letter, digit or `_` stands before `index`; the letter of `\n`, `\t`, `\r` and a percent escape do not count. */
export function startsWord(text: string, index: number): boolean {
  if (index === 0 || !isOf(WORD, text.charCodeAt(index - 1))) return true;
  if (index >= 2 && text.charCodeAt(index - 2) === 0x5c && 'nrtfvb'.includes(text.charAt(index - 1)))
    return true;
  return index >= 3 && text.charCodeAt(index - 3) === 0x25 && isOf(HEX_ANY, text.charCodeAt(index - 2));
}
