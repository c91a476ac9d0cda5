import { runEnd, runStart, DASH, DOT, WORD } from './alphabet.ts';
import { decodeBase64Text, isBasicPair } from './base64.ts';
import { kindOfName } from './name-kinds.ts';
import { classifyName, type NameClass } from './names.ts';
import { entropy, isPlaceholder, isReference, looksRandom } from './placeholders.ts';
import type { Sink } from './types.ts';

const MAX_VALUE = 16_384;
const NAME = WORD | DASH | DOT;

interface Value {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

/** How a name and its value stand together. */
type Join = 'env' | 'code' | 'json' | 'flag' | 'call' | 'xml';

const SPACE = /[ \t]/;

function skipSpaces(text: string, index: number): number {
  let i = index;
  while (i < text.length && i - index < 16 && SPACE.test(text.charAt(i))) i++;
  return i;
}

/** Length of a quote at `index`, counting the backslashes of a quote inside a quoted text: `"`, `\"`, `\\\"`. */
function quoteLength(text: string, index: number): number {
  let i = index;
  while (i - index < 8 && text.charAt(i) === '\\') i++;
  const char = text.charAt(i);
  return char === '"' || char === "'" || char === '`' ? i - index + 1 : 0;
}

/**
 * The value that starts at `index`: up to the matching quote, or a shell word (quoted pieces and escapes included).
 * A quote that never closes takes the rest of its line, so nothing is left over.
 */
export function readValue(text: string, index: number, stopAt: RegExp): Value {
  const stop = Math.min(text.length, index + MAX_VALUE);
  const quote = quoteLength(text, index);
  if (quote > 0) {
    const mark = text.slice(index, index + quote);
    const start = index + quote;
    let i = start;
    while (i < stop) {
      if (text.startsWith(mark, i)) return { start, end: i, quoted: true };
      if (quote === 1 && text.charAt(i) === '\\') i++;
      if (text.charAt(i) === '\n') break;
      i++;
    }
    return { start, end: Math.min(i, stop), quoted: true };
  }
  let i = index;
  while (i < stop) {
    const char = text.charAt(i);
    if (char === '\\' && i + 1 < stop) {
      if ('nrt"\''.includes(text.charAt(i + 1))) break;
      i += 2;
      continue;
    }
    if ((char === '"' || char === "'") && i > index) {
      // `pass'wo rd'`: a quoted piece belongs to the word, if it closes on this line.
      const close = text.indexOf(char, i + 1);
      if (close < 0 || close - i > 256 || text.slice(i, close).includes('\n')) break;
      i = close + 1;
      continue;
    }
    if (stopAt.test(char)) break;
    i++;
  }
  return { start: index, end: Math.min(i, stop), quoted: false };
}

const SHELL_STOP = /[\s;&|<>()"'`]/;
const LOOSE_STOP = /[\s;&,|<>(){}"'`\]]/;
const HEADER_STOP = /[\r\n"'`]/;

/**
 * Looks at the identifier around `index` and at what stands after it.
 * @returns where the caller need look no further for names: the end of the identifier, or of the value that was taken
 */
export function named(text: string, index: number, sink: Sink): number {
  const start = runStart(text, index, NAME, 64);
  const end = runEnd(text, index, NAME, 64);
  const next = text.charAt(end);
  if (next === '' || !' \t=:"\'\\>),]'.includes(next)) return end;
  const name = text.slice(start, end).replace(/^[-.]+|(?<![-.])[-.]+$/g, '');
  const flag = text.charAt(start) === '-' && end - start >= 3;
  if (text.charAt(start - 1) === ':' && text.startsWith('[redacted:', start - 10)) return end;
  const found = separatorAfter(text, start, end, flag);
  if (found === undefined) return end;
  const kind = classifyName(name);
  if (kind === undefined) return end;
  const value = valueFor(text, start, found, kind);
  sink.work += value.end - value.start + 64;
  if (value.end > value.start) {
    const raw = text.slice(value.start, value.end);
    if (isSecretValue(raw, kind, found.join, value.quoted)) {
      const what = kindOfName(name, kind);
      const span = trimScheme(raw, kind);
      sink.out.push({
        ...what,
        start: value.start + span,
        end: value.end,
        confidence: looksRandom(raw) ? 'medium' : 'low',
        placeholder: false,
      });
      return Math.max(end, value.end);
    }
  }
  return end;
}

interface Separator {
  readonly at: number;
  readonly join: Join;
}

function separatorAfter(text: string, start: number, end: number, flag: boolean): Separator | undefined {
  const opening = start > 0 ? text.charAt(start - 1) : '';
  let i = end;
  const quotedName = quoteLength(text, i) > 0 && (opening === '"' || opening === "'");
  if (quotedName) i += quoteLength(text, i);
  if (opening === '<' && text.charAt(i) === '>') return { at: i + 1, join: 'xml' };
  if (!quotedName && text.charAt(i) === '=' && !'=>~'.includes(text.charAt(i + 1) || ' '))
    return { at: i + 1, join: flag ? 'flag' : 'env' };
  if (text.charAt(i) === ']' || text.charAt(i) === ')') i++;
  const spaced = skipSpaces(text, i);
  const separator = /^(?::=|=>|={1,3}|!==?|:)/.exec(text.slice(spaced, spaced + 3))?.[0];
  if (separator !== undefined) {
    if (separator === ':' && (text.charAt(spaced + 1) === ':' || text.startsWith('//', spaced + 1)))
      return undefined;
    const at = skipSpaces(text, spaced + separator.length);
    return { at, join: quotedName ? 'json' : 'code' };
  }
  if (quotedName && text.charAt(spaced) === ',') {
    const at = skipSpaces(text, spaced + 1);
    return quoteLength(text, at) > 0 ? { at, join: 'call' } : undefined;
  }
  if (spaced > i && flag && text.charAt(spaced) !== '-') return { at: spaced, join: 'flag' };
  // aws configure set NAME VALUE, npm config set NAME VALUE.
  if (
    spaced > i &&
    /\bset[ \t]+$/.test(text.slice(Math.max(0, start - 12), start)) &&
    text.charAt(spaced) !== '-'
  )
    return { at: spaced, join: 'flag' };
  // SQL: PASSWORD 'x', IDENTIFIED BY is a keyword of its own.
  if (spaced > i && text.charAt(spaced) === "'" && /^password$/i.test(text.slice(start, end)))
    return { at: spaced, join: 'flag' };
  return undefined;
}

function valueFor(text: string, start: number, found: Separator, kind: NameClass): Value {
  if (found.join === 'xml') {
    const inside = text.slice(found.at, found.at + MAX_VALUE).search(/[<\n]/);
    // No closing tag: `<user> <password>` in a usage line.
    const end = inside >= 0 && text.startsWith('</', found.at + inside) ? found.at + inside : found.at;
    return { start: found.at, end, quoted: true };
  }
  const header = (kind === 'header' || kind === 'cookie') && quoteLength(text, found.at) === 0;
  if (header) return readValue(text, found.at, HEADER_STOP);
  if (found.join === 'env' || found.join === 'flag') {
    const value = readValue(text, found.at, SHELL_STOP);
    if (found.join === 'env' && !value.quoted && (start === 0 || text.charAt(start - 1) === '\n')) {
      // A line of a .env file: the value runs to the end of the line, whatever its characters.
      const newline = text.indexOf('\n', value.end);
      const line = text.slice(
        found.at,
        newline < 0 ? Math.min(text.length, found.at + MAX_VALUE) : Math.min(newline, found.at + MAX_VALUE),
      );
      if (!/\s/.test(line.trimEnd()))
        return { start: found.at, end: found.at + line.trimEnd().length, quoted: false };
    }
    return value;
  }
  return readValue(text, found.at, LOOSE_STOP);
}

/** `Bearer x`: the scheme word stays readable. */
function trimScheme(value: string, kind: NameClass): number {
  const scheme = /^(?:bearer|basic|token|apikey|digest|negotiate|bot|aws4-hmac-sha256)[ \t:]+/i.exec(value);
  return scheme !== null && (kind === 'header' || kind === 'token') ? scheme[0].length : 0;
}

const CODE_WORD =
  /^(?:process\.|os\.|env\.|import\.meta|self\.|this\.|req\.|request\.|config\.|settings\.|ctx\.|args\.|opts\.|options\.|data\.|await |new |function|lambda|async |f"|f')/;
const TYPE_WORD =
  /^(?:string|str|text|number|int|integer|bool|boolean|bytes|any|unknown|object|optional|union|list|dict|none|null|undefined|nil|true|false|required|secretstr|varchar|char|date)\b/i;

/** Would a person have to hide this value? `join` says how sure the place is that it is a literal. */
function isSecretValue(raw: string, kind: NameClass, join: Join, quoted: boolean): boolean {
  if (raw.startsWith('[redacted')) return false;
  const body = raw.slice(trimScheme(raw, kind));
  if (isPlaceholder(body) || isReference(raw)) return false;
  // `set("TOKEN", "…")` and a list of words look alike: only a random value counts.
  if (join === 'call') return looksRandom(body);
  if (kind === 'header')
    return (
      body.length >= 6 &&
      !TYPE_WORD.test(body) &&
      !CODE_WORD.test(body) &&
      !/\s/.test(
        body
          .trim()
          .slice(0, 40)
          .replace(/[,;].*/, ''),
      )
    );
  if (kind === 'cookie') return /=[^;\s]{6,}/.test(body);
  if (/^https?:\/\/[^@\s]*$/.test(body) || /^(?:\/|\.{1,2}\/|~\/|[A-Za-z]:[\\/])[\w.\\/@ -]*$/.test(body))
    return false;
  if (join === 'xml' || join === 'flag') {
    if (kind === 'password') return body.length >= 3;
    return quoted || body.length >= 6
      ? /\d|[^a-z-]/.test(body) && body.length >= 6 && !/^\d{1,6}$/.test(body)
      : false;
  }
  if (join === 'env') {
    if (/^[({[]/.test(body) || (!quoted && (CODE_WORD.test(body) || /^[\w.]+\($/.test(body)))) return false;
    if (kind === 'password') return body.length >= 3 && !/^\d{1,2}$/.test(body);
    return (
      body.length >= 6 &&
      !/^\d{1,6}$/.test(body) &&
      !/^[a-z]+$/.test(body) &&
      (!/^[A-Za-z_.]+$/.test(body) || quoted || looksRandom(body) || body.length >= 24)
    );
  }
  return isLiteralSecret(body, kind, quoted);
}

/** In code, YAML and JSON a name is as often about a secret as its owner: the value has to look like one. */
function isLiteralSecret(body: string, kind: NameClass, quoted: boolean): boolean {
  if (TYPE_WORD.test(body) || CODE_WORD.test(body) || /^[\w.$]+\(|\$\{/.test(body)) return false;
  if (body.length >= 8 && (isBasicPair(body) || decodeBase64Text(body) !== undefined)) return true;
  if (kind === 'password') {
    if (/\s/.test(body)) return /\d/.test(body) && /[^\w\s.,'!?-]/.test(body) && body.length <= 64;
    if (quoted) return body.length >= 4;
    return body.length >= 6 && /\d|[^\w.[\]-]/.test(body) && !/^[\w]+(?:\.[\w]+)+$/.test(body);
  }
  if (/\s/.test(body) || body.length < 8) return false;
  if (quoted) return /\d/.test(body) && !/^\d{1,6}$/.test(body) && entropy(body) >= 2.5;
  return (
    looksRandom(body) && !/^[a-z_]+(?:\.[a-z_]+)+\d*$/i.test(body) && !/^[a-z]+[A-Z][A-Za-z]+\d?$/.test(body)
  );
}

/** `Bearer <value>` anywhere: in code, in a curl command, in prose with a real token. */
export function bearer(text: string, index: number, sink: Sink): number {
  const at = skipSpaces(text, index + 6);
  if (at === index + 6) return at;
  const value = readValue(text, at, LOOSE_STOP);
  const raw = text.slice(value.start, value.end);
  sink.work += raw.length;
  if (!isReference(raw) && looksRandom(raw)) {
    sink.out.push({
      kind: 'bearer-token',
      provider: 'unknown',
      start: value.start,
      end: value.end,
      confidence: 'medium',
      placeholder: false,
    });
  }
  return at;
}
