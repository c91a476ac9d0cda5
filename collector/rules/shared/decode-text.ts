/** Longest word that is looked into, and most words of one text. */
const MAX_WORD = 4_096;
const MAX_WORDS = 40;
const MIN_WORD = 20;
const MIN_TEXT = 14;

/**
 * Readable text hidden in the words of a text: base64 (both alphabets), hexadecimal, percent signs, or written backwards
 * as one of these. One layer. What does not read as text (a signature, a hash, a compressed body) is left out.
 */
export function decodedTexts(text: string): readonly string[] {
  let found: string[] | undefined;
  let words = 0;
  for (const match of text.matchAll(/(?<![\w+/=%.~-])[\w+/=%.~-]{20,4000}/g)) {
    if (++words > MAX_WORDS) break;
    for (const part of match[0].split(/=(?<=^[\w.]{1,40}=)|[.&]/)) {
      const plain = decodedPart(part) ?? decodedPart(part.slice(part.lastIndexOf('/') + 1));
      if (plain !== undefined) (found ??= []).push(plain);
    }
  }
  return found ?? NONE;
}

const NONE: readonly string[] = [];

function decodedPart(part: string): string | undefined {
  return part.length < MIN_WORD || part.length > MAX_WORD ? undefined : decoded(part);
}

/** The text from its end to its beginning. */
export function backwards(text: string): string {
  return text.split('').reverse().join('');
}

function decoded(word: string): string | undefined {
  if (/^(?:[0-9a-f]{2}){10,}$|^(?:[0-9A-F]{2}){10,}$/.test(word)) return readable(fromHex(word));
  if (/%[0-9A-Fa-f]{2}/.test(word)) return percent(word);
  return fromBase64(word) ?? fromBase64(backwards(word));
}

function fromHex(word: string): string {
  let out = '';
  for (let i = 0; i + 1 < word.length; i += 2)
    out += String.fromCharCode(Number.parseInt(word.slice(i, i + 2), 16));
  return out;
}

/** Only when letters and digits are escaped, which no program does: blanks, colons and slashes are ordinary. */
function percent(word: string): string | undefined {
  const needless = word.match(/%(?:3[0-9]|4[1-9A-Fa-f]|5[0-9Aa]|6[1-9A-Fa-f]|7[0-9Aa])/g)?.length ?? 0;
  if (needless < 6) return undefined;
  return readable(
    word.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  );
}

function fromBase64(word: string): string | undefined {
  const body = word
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/(?<!=)=+$/, '');
  if (body.length < MIN_WORD || body.length % 4 === 1 || !/^[A-Za-z0-9+/]+$/.test(body)) return undefined;
  return readable(atob(body));
}

/** Text has blanks, line ends or the signs of settings, and hardly anything that cannot be printed. */
function readable(text: string): string | undefined {
  if (text.length < MIN_TEXT) return undefined;
  const most = Math.floor(text.length / 20);
  let odd = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (((unit < 32 && unit !== 9 && unit !== 10 && unit !== 13) || unit > 126) && ++odd > most)
      return undefined;
  }
  return text;
}
