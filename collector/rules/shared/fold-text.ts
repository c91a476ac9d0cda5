/**
 * Letters of other scripts that look like Latin ones, as far as they are used to hide words: from the confusables of
 * Unicode 17, lower and upper case apart.
 */
const LOOKALIKES = new Map(
  Object.entries({
    a: 'аɑα',
    b: 'Ьƅ',
    c: 'сϲ',
    d: 'ԁ',
    e: 'еҽ',
    g: 'ɡց',
    h: 'һհ',
    i: 'іιıɩ',
    j: 'јϳ',
    k: 'κ',
    l: 'ӏⅼ',
    m: 'ⅿ',
    n: 'ոп',
    o: 'оοօ',
    p: 'рρ',
    q: 'ԛզ',
    r: 'гᴦ',
    s: 'ѕꜱ',
    t: 'τ',
    u: 'υսц',
    v: 'ѵν',
    w: 'ԝաω',
    x: 'хχ',
    y: 'уүγ',
    z: 'ᴢ',
    A: 'АΑ',
    B: 'ВΒ',
    C: 'СϹ',
    D: 'Ꭰ',
    E: 'ЕΕ',
    H: 'НΗ',
    I: 'ІΙӀ',
    J: 'ЈͿ',
    K: 'КΚ',
    M: 'МΜ',
    N: 'Ν',
    O: 'ОΟ',
    P: 'РΡ',
    S: 'ЅՏ',
    T: 'ТΤ',
    X: 'ХΧ',
    Y: 'УΥ',
    Z: 'Ζ',
  }).flatMap(([latin, others]) => Array.from(others, (other) => [other, latin] as const)),
);
const INVISIBLE =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]|\udb40[\udc00-\udfff]/g;
const ODD = /[^\t\n\r\x20-\x7e]|&#|\+[A-Za-z0-9+/]{8}/;
const MAX_ENTITY_DIGITS = 6;

/**
 * The text as a person would read it aloud: letters of other scripts that stand in for Latin ones, compatibility forms,
 * accents piled on letters, letters written as numbers (`&#73;`, UTF-7), and nothing that does not show. Line breaks stay, so
 * that lines keep their numbers. `undefined` when that is the text itself.
 */
export function foldedText(text: string): string | undefined {
  if (!ODD.test(text)) return undefined;
  const plain = withoutUtf7(withoutEntities(text))
    .replace(INVISIBLE, '')
    .normalize('NFKD')
    .replace(/([A-Za-z])[\u0300-\u036f]{1,20}/g, '$1')
    .normalize('NFC');
  const folded = plain.split('\n').map(foldLine).join('\n');
  return folded === text ? undefined : folded;
}

/** A word of foreign letters alone is foreign, unless Latin words stand around it and all of it looks Latin. */
function foldLine(line: string): string {
  if (!/[^\x00-\x7f]/.test(line)) return line;
  const latin = /[A-Za-z]{3}/.test(line);
  return line.replace(/[\p{L}\d]{1,100}/gu, (word) => {
    if (!/[^\x00-\x7f]/.test(word) || (!latin && !/[A-Za-z]/.test(word))) return word;
    let out = '';
    for (const letter of word) {
      const plain = letter <= '\x7f' ? letter : LOOKALIKES.get(letter);
      if (plain === undefined) return word;
      out += plain;
    }
    return out;
  });
}

/** Letters only: a bracket written as a number is an example of HTML, a letter is not. */
function withoutEntities(text: string): string {
  if (!text.includes('&#')) return text;
  return text.replace(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));?/gi, (all, hex?: string, decimal?: string) => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const char = code < 128 && String(code).length < MAX_ENTITY_DIGITS ? String.fromCharCode(code) : '';
    return /[A-Za-z0-9 ~/.:_-]/.test(char) ? char : all;
  });
}

/** RFC 2152: `+AEkAZwBuAG8AcgBl-` is `Ignore`. Only what comes out as plain text counts. */
function withoutUtf7(text: string): string {
  return text.replace(/\+([A-Za-z0-9+/]{8,2000})-/g, (all, body: string) => {
    const bytes = atob(body.slice(0, body.length - (body.length % 4 === 1 ? 1 : 0)));
    let out = '';
    for (let at = 0; at + 1 < bytes.length; at += 2)
      out += String.fromCharCode(bytes.charCodeAt(at) * 256 + bytes.charCodeAt(at + 1));
    return out !== '' && !/[^\t\n\r\x20-\x7e]/.test(out) ? out : all;
  });
}
