import { isUtf8 } from 'node:buffer';

/** Longer lines are shortened before they become text. */
export const LONG_LINE_BYTES = 4_194_304;

/** Far more than a parser lets through of any text; how long an answer was is still known to 8 MiB. */
const MAX_STRING_BYTES = 8_388_608;
/** Numbers and words of JSON are short; and of a long line's own members the short ones are always kept. */
const MAX_SCALAR_BYTES = 1_024;
/** After so much of a line only its own short members are kept: type, ids and time often come last. */
const MAX_BYTES = 16_777_216;
const MAX_VALUES = 100_000;
const MAX_LAST_MEMBERS = 1_000;
const MAX_LAST_BYTES = 3 * MAX_LAST_MEMBERS * MAX_SCALAR_BYTES;
const MAX_DEPTH = 200;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const OPEN_OBJECT = 0x7b;
const CLOSE_LIST = 0x5d;
const CLOSE_OBJECT = 0x7d;
const LETTER_U = 0x75;

export interface ShortLine {
  readonly text: string;
  /** Something was left out. */
  readonly isCut: boolean;
  /** What was kept holds no bytes that became U+FFFD. */
  readonly isUtf8: boolean;
}

/**
 * A long line of JSON as shorter text of the same shape: texts are cut at 8 MiB, and of endless lists and objects the
 * beginning is kept. Parsers look at less than that of anything; but 64 MiB of text would be there three times, and
 * 64 MiB of `{},` are objects of a gigabyte. Time grows with the line, memory does not.
 * @param line the bytes of the line; one that is no JSON gives a text that is none either, or what is JSON of it
 */
export function shortenLine(line: Buffer): ShortLine {
  const out = new Output(Math.min(line.length, MAX_BYTES + MAX_STRING_BYTES + MAX_LAST_BYTES));
  /** Open lists and objects: whether something is in them already. */
  const filled: boolean[] = [];
  let values = 0;
  let lastMembers = 0;
  let isElement = true;
  for (let at = 0; at < line.length;) {
    const byte = line[at] ?? 0;
    if (byte === COMMA) {
      isElement = true;
      at += 1;
    } else if (byte <= 0x20) at += 1;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      filled.pop();
      out.byte(byte);
      isElement = false;
      at += 1;
    } else {
      const depth = filled.length;
      if (isElement && depth > 0) {
        const isFull = out.length > MAX_BYTES || values > MAX_VALUES;
        const isLast = isFull && depth === 1 && lastMembers < MAX_LAST_MEMBERS && isShortMember(line, at);
        if ((isFull && !isLast) || depth > MAX_DEPTH) {
          at = elementEnd(line, at);
          out.isCut = true;
          continue;
        }
        if (isLast) lastMembers += 1;
        if (filled[depth - 1] === true) out.byte(COMMA);
        filled[depth - 1] = true;
        values += 1;
      }
      isElement = byte === OPEN_LIST || byte === OPEN_OBJECT;
      if (isElement) {
        filled.push(false);
        out.byte(byte);
        at += 1;
      } else if (byte === COLON) {
        out.byte(byte);
        at += 1;
      } else if (byte === QUOTE) {
        const end = stringEnd(line, at);
        out.string(line, at, end);
        at = end;
      } else {
        const end = scalarEnd(line, at);
        out.scalar(line, at, end);
        at = end;
      }
    }
  }
  return out.done();
}

class Output {
  readonly #bytes: Buffer;
  length = 0;
  isCut = false;

  constructor(most: number) {
    this.#bytes = Buffer.allocUnsafeSlow(most);
  }

  byte(value: number): void {
    if (this.length < this.#bytes.length) this.#bytes[this.length++] = value;
  }

  /** @param to just after the closing quote, or the end of the line */
  string(line: Buffer, from: number, to: number): void {
    if (to - from <= MAX_STRING_BYTES) {
      this.#copy(line, from, to);
      return;
    }
    this.#copy(line, from, safeCut(line, from + MAX_STRING_BYTES));
    this.byte(QUOTE);
    this.isCut = true;
  }

  scalar(line: Buffer, from: number, to: number): void {
    if (to - from <= MAX_SCALAR_BYTES) {
      this.#copy(line, from, to);
      return;
    }
    this.#copy(NULL, 0, NULL.length);
    this.isCut = true;
  }

  done(): ShortLine {
    const bytes = this.#bytes.subarray(0, this.length);
    const line = { text: bytes.toString('utf8'), isCut: this.isCut, isUtf8: isUtf8(bytes) };
    const { buffer } = this.#bytes;
    // At once: it would wait for the collector of garbage beside what is made of the text.
    if (buffer instanceof ArrayBuffer) buffer.transfer(0);
    return line;
  }

  #copy(line: Buffer, from: number, to: number): void {
    this.length += line.copy(this.#bytes, this.length, from, to);
  }
}

const NULL = Buffer.from('null');

/** Index after the closing quote of the string that begins at `from`, or the end of the line. */
function stringEnd(line: Buffer, from: number): number {
  for (let at = from + 1; ;) {
    const quote = line.indexOf(QUOTE, at);
    if (quote < 0) return line.length;
    if (!isEscaped(line, quote, at)) return quote + 1;
    at = quote + 1;
  }
}

/** An odd number of backslashes stands before `index`; none of them lies before `from`. */
function isEscaped(line: Buffer, index: number, from: number): boolean {
  let at = index;
  while (at > from && line[at - 1] === BACKSLASH) at -= 1;
  return (index - at) % 2 === 1;
}

/** A place near `at` where a string may end: neither in a letter nor in an escape. */
function safeCut(line: Buffer, at: number): number {
  for (let back = 1; back < 6; back++) {
    const start = at - back;
    if (line[start] !== BACKSLASH || isEscaped(line, start, 0)) continue;
    if (start + (line[start + 1] === LETTER_U ? 6 : 2) > at) return start;
  }
  let cut = at;
  while (cut > at - 4 && ((line[cut] ?? 0) & 0xc0) === 0x80) cut -= 1;
  return cut;
}

function scalarEnd(line: Buffer, from: number): number {
  let at = from + 1;
  while (at < line.length && !endsScalar(line[at] ?? 0)) at += 1;
  return at;
}

function endsScalar(byte: number): boolean {
  return (
    byte <= 0x20 ||
    byte === COMMA ||
    byte === COLON ||
    byte === QUOTE ||
    (byte | 0x20) === OPEN_OBJECT ||
    (byte | 0x20) === CLOSE_OBJECT
  );
}

/** Index of the comma or closing bracket after the element that begins at `from`. */
function elementEnd(line: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < line.length;) {
    const byte = line[at] ?? 0;
    if (byte === QUOTE) {
      at = stringEnd(line, at);
      continue;
    }
    if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth += 1;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      if (depth === 0) return at;
      depth -= 1;
    } else if (byte === COMMA && depth === 0) return at;
    at += 1;
  }
  return line.length;
}

/** `"name": value` with a short name and a short value that is neither list nor object. */
function isShortMember(line: Buffer, from: number): boolean {
  const near = line.subarray(from, from + 2 * MAX_SCALAR_BYTES);
  if (near[0] !== QUOTE) return false;
  let value = stringEnd(near, 0);
  while (value < near.length && ((near[value] ?? 0) <= 0x20 || near[value] === COLON)) value += 1;
  const first = near[value] ?? OPEN_OBJECT;
  if (first === OPEN_OBJECT || first === OPEN_LIST) return false;
  return (first === QUOTE ? stringEnd(near, value) : scalarEnd(near, value)) < near.length;
}
