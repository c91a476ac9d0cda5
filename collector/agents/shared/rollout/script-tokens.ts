/** A token of a script: as much of JavaScript's grammar as is needed to know what is code and what is text. */
export type Token =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  /** A string or template; `computed` when it holds substitutions, which stay in the text as `${…}`. */
  | { readonly kind: 'text'; readonly text: string; readonly computed: boolean }
  | { readonly kind: 'regex' }
  /** One character of punctuation. */
  | { readonly kind: 'mark'; readonly text: string };

const MAX_TOKENS = 50_000;
/** Templates inside substitutions of templates: deeper ones are kept as text. */
const MAX_DEPTH = 8;

const SPACE = /\s/;
const WORD_START = /[\p{L}_$#]/u;
const WORD = /[\p{L}\p{N}_$]/u;
const DIGIT = /[0-9]/;

/** Words after which a slash begins a regular expression, not a division. */
const BEFORE_REGEX: ReadonlySet<string> = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'do',
  'else',
  'await',
  'yield',
]);

interface Reader {
  readonly source: string;
  at: number;
  readonly tokens: Token[];
}

/** @returns the tokens, at most 50,000. Never throws; an unfinished string or comment ends with the source. */
export function tokenize(source: string): readonly Token[] {
  const reader: Reader = { source, at: 0, tokens: [] };
  readUntil(reader, source.length, 0);
  return reader.tokens;
}

function readUntil(reader: Reader, end: number, depth: number): void {
  const { source, tokens } = reader;
  while (reader.at < end && tokens.length < MAX_TOKENS) {
    const letter = source.charAt(reader.at);
    if (SPACE.test(letter)) reader.at++;
    else if (letter === '/' && isComment(source, reader.at)) skipComment(reader, end);
    else if (letter === '"' || letter === "'") readString(reader, letter, end);
    else if (letter === '`') readTemplate(reader, end, depth);
    else if (letter === '/' && regexMayStart(tokens.at(-1))) readRegex(reader, end);
    else if (WORD_START.test(letter)) tokens.push({ kind: 'word', text: take(reader, WORD, end) });
    else if (DIGIT.test(letter)) tokens.push({ kind: 'number', text: take(reader, /[\w.]/, end) });
    else {
      tokens.push({ kind: 'mark', text: letter });
      reader.at++;
    }
  }
}

function isComment(source: string, at: number): boolean {
  const next = source.charAt(at + 1);
  return next === '/' || next === '*';
}

function skipComment(reader: Reader, end: number): void {
  const block = reader.source.charAt(reader.at + 1) === '*';
  const close = reader.source.indexOf(block ? '*/' : '\n', reader.at + 2);
  reader.at = close === -1 ? end : Math.min(end, close + (block ? 2 : 1));
}

function take(reader: Reader, letters: RegExp, end: number): string {
  const start = reader.at;
  reader.at++;
  while (reader.at < end && letters.test(reader.source.charAt(reader.at))) reader.at++;
  return reader.source.slice(start, reader.at);
}

function readString(reader: Reader, quote: string, end: number): void {
  const parts: string[] = [];
  reader.at++;
  let from = reader.at;
  while (reader.at < end) {
    const letter = reader.source.charAt(reader.at);
    if (letter === quote || letter === '\n') break;
    if (letter === '\\') {
      parts.push(reader.source.slice(from, reader.at), readEscape(reader));
      from = reader.at;
    } else reader.at++;
  }
  parts.push(reader.source.slice(from, Math.min(reader.at, end)));
  reader.at++;
  reader.tokens.push({ kind: 'text', text: parts.join(''), computed: false });
}

/** The text first, then the tokens of its substitutions: calls inside them are calls too. */
function readTemplate(reader: Reader, end: number, depth: number): void {
  const parts: string[] = [];
  const inner: [number, number][] = [];
  reader.at++;
  let from = reader.at;
  while (reader.at < end) {
    const letter = reader.source.charAt(reader.at);
    if (letter === '`') break;
    if (letter === '\\') {
      parts.push(reader.source.slice(from, reader.at), readEscape(reader));
      from = reader.at;
    } else if (letter === '$' && reader.source.charAt(reader.at + 1) === '{') {
      const start = reader.at + 2;
      const close = substitutionEnd(reader.source, start, end);
      inner.push([start, close]);
      reader.at = close + 1;
    } else reader.at++;
  }
  parts.push(reader.source.slice(from, Math.min(reader.at, end)));
  const after = reader.at + 1;
  reader.tokens.push({ kind: 'text', text: parts.join(''), computed: inner.length > 0 });
  if (depth < MAX_DEPTH && inner.length > 0) readInner(reader, inner, depth);
  reader.at = after;
}

/** Substitutions stand between marks that no script has, so that they do not run together with what follows. */
function readInner(reader: Reader, inner: readonly [number, number][], depth: number): void {
  for (const [start, close] of inner) {
    reader.tokens.push({ kind: 'mark', text: SUBSTITUTION });
    reader.at = start;
    readUntil(reader, close, depth + 1);
    reader.tokens.push({ kind: 'mark', text: SUBSTITUTION_END });
  }
}

/** Marks around the tokens of one substitution. */
export const SUBSTITUTION = '${';
export const SUBSTITUTION_END = '}$';

/** Index of the `}` that closes a substitution: strings and nested templates inside are stepped over. */
function substitutionEnd(source: string, start: number, end: number): number {
  let depth = 0;
  const quotes: string[] = [];
  for (let i = start; i < end; i++) {
    const letter = source.charAt(i);
    const quote = quotes.at(-1);
    if (letter === '\\') i++;
    else if (quote === '`' && letter === '$' && source.charAt(i + 1) === '{') {
      quotes.push('{');
      i++;
    } else if (quote !== undefined && quote !== '{') {
      if (letter === quote || (letter === '\n' && quote !== '`')) quotes.pop();
    } else if (letter === '"' || letter === "'" || letter === '`') quotes.push(letter);
    else if (letter === '{') {
      if (quote === '{') quotes.push('{');
      else depth++;
    } else if (letter === '}') {
      if (quote === '{') quotes.pop();
      else if (depth === 0) return i;
      else depth--;
    }
  }
  return end;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['0', '\0'],
  ['\n', ''],
]);

/** The character an escape stands for; the reader is left after it. */
function readEscape(reader: Reader): string {
  const letter = reader.source.charAt(reader.at + 1);
  const rest = reader.source.slice(reader.at, reader.at + 12);
  const code = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\})/.exec(rest);
  if (code !== null) {
    reader.at += code[0].length;
    const point = Number.parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  }
  reader.at += 2;
  return ESCAPES.get(letter) ?? letter;
}

function regexMayStart(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === 'word') return BEFORE_REGEX.has(before.text);
  return before.kind === 'mark' && before.text !== ')' && before.text !== ']' && before.text !== '}';
}

function readRegex(reader: Reader, end: number): void {
  let inClass = false;
  let i = reader.at + 1;
  for (; i < end; i++) {
    const letter = reader.source.charAt(i);
    if (letter === '\n') break;
    if (letter === '\\') i++;
    else if (letter === '[') inClass = true;
    else if (letter === ']') inClass = false;
    else if (letter === '/' && !inClass) break;
  }
  reader.at = i + 1;
  reader.tokens.push({ kind: 'regex' });
}
