import { LOWER_ALNUM, PLUS, DASH, DOT, UPPER, runStart } from './alphabet.ts';
import { isSecretQueryName } from './names.ts';
import { isPlaceholder, isReference, looksRandom } from './placeholders.ts';
import type { Sink } from './types.ts';

const SCHEME = LOWER_ALNUM | UPPER | PLUS | DASH | DOT;
const MAX_URL = 8192;
const DATABASE =
  /^(?:postgres(?:ql)?|mysql2?|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|sqlserver|oracle|clickhouse|cockroachdb|neo4j(?:\+s)?|bolt|couchdb|influxdb|nats|mqtts?|kafka|ldaps?|smtps?|jdbc:\w+)$/i;

/** Passwords in `scheme://user:pass@host` and secret values in the query. `index` is at the `://`. */
export function url(text: string, index: number, sink: Sink): number {
  const schemeStart = runStart(text, index, SCHEME, 24);
  const scheme = text.slice(schemeStart, index);
  if (scheme === '') return index + 3;
  const start = index + 3;
  const stop = endOfUrl(text, start);
  sink.work += stop - start;
  const database = DATABASE.test(scheme);
  const hostEnd = userInfo(text, start, stop, database, sink);
  query(text, hostEnd, stop, sink);
  return start;
}

function endOfUrl(text: string, start: number): number {
  const limit = Math.min(text.length, start + MAX_URL);
  for (let i = start; i < limit; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code === 0x22 || code === 0x27 || code === 0x60 || code === 0x3c || code === 0x3e)
      return i;
    // A second URL glued on by a comma or bracket has its own turn.
    if (code === 0x3a && i > start && text.startsWith('://', i)) return i;
  }
  return limit;
}

/** @returns where the host part starts or, without user-info, `start` */
function userInfo(text: string, start: number, stop: number, database: boolean, sink: Sink): number {
  let authorityEnd = start;
  while (authorityEnd < stop && !'/?#'.includes(text.charAt(authorityEnd))) authorityEnd++;
  let at = start + text.slice(start, authorityEnd).lastIndexOf('@');
  if (at < start && (database || authorityEnd - start > 0)) {
    // An unescaped `/`, `?` or `#` in the password: the `@` comes later. Only where a colon stands before it and what
    // follows the colon is no port.
    const head = text.slice(start, Math.min(stop, start + 512));
    const loose = /^[^:/?#@]{0,128}:(?!\d{1,5}(?:[/?#]|$))[^@]{1,300}@/.exec(head);
    if (loose === null) return start;
    at = start + loose[0].length - 1;
  }
  if (at < start) return start;
  const colon = start + text.slice(start, at).indexOf(':');
  if (colon < start) {
    const user = text.slice(start, at);
    if (user.length >= 20 && looksRandom(user))
      sink.out.push({
        kind: 'url-token',
        provider: 'URL',
        start,
        end: at,
        confidence: 'medium',
        placeholder: false,
      });
    return at + 1;
  }
  const secret = text.slice(colon + 1, at);
  if (secret === '' || isReference(secret) || /^(?:pass(?:word)?|pwd|\*+|x+|\.+)$/i.test(secret))
    return at + 1;
  const kind = database ? 'database-password' : 'url-password';
  sink.out.push({
    kind,
    provider: database ? 'database' : 'URL',
    start: colon + 1,
    end: at,
    confidence: 'medium',
    placeholder: false,
  });
  return at + 1;
}

function query(text: string, from: number, stop: number, sink: Sink): void {
  let i = from;
  while (i < stop && text.charAt(i) !== '?' && text.charAt(i) !== '#') i++;
  i++;
  while (i < stop) {
    let end = i;
    while (end < stop && !'&;#'.includes(text.charAt(end))) end++;
    const equals = i + text.slice(i, end).indexOf('=');
    if (equals > i && equals - i <= 64) {
      // Markdown and code put brackets right behind an address.
      const bracket = text.slice(equals + 1, end).search(/[)\]}\\]/);
      let valueEnd = bracket < 0 ? end : equals + 1 + bracket;
      while (valueEnd > equals && ',.'.includes(text.charAt(valueEnd - 1))) valueEnd--;
      const value = text.slice(equals + 1, valueEnd);
      if (
        value.length >= 6 &&
        isSecretQueryName(text.slice(i, equals)) &&
        !isPlaceholder(value) &&
        !isWord(value)
      ) {
        sink.out.push({
          kind: 'url-secret',
          provider: 'URL',
          start: equals + 1,
          end: valueEnd,
          confidence: 'medium',
          placeholder: false,
        });
      }
    }
    i = end + 1;
  }
}

/** `?key=getting-started`, `?session=monday`: words and short numbers, as people write them. */
function isWord(value: string): boolean {
  return /^[a-z]+(?:[-_.][a-z]+)*$/i.test(value)
    ? value.length < 20 || !/[A-Z]/.test(value.slice(1))
    : /^\d{1,8}$/.test(value);
}
