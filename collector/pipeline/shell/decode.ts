/** Bounded, pure decoders of what commands hide text in. Every one returns `undefined` for what it cannot read. */

/** Longest decoded text that is looked at. */
export const MAX_DECODED = 65_536;

/** Base64 or base64url, blanks ignored. Bytes become text as UTF-8, or UTF-16LE when every second byte is NUL. */
export function decodeBase64(text: string): string | undefined {
  if (text.length > MAX_DECODED * 2) return undefined;
  const clean = text.replace(/\s+/g, '').replaceAll('-', '+').replaceAll('_', '/');
  if (clean.length < 2 || !/^[A-Za-z0-9+/]+={0,2}$/.test(clean)) return undefined;
  const body = clean.replace(/(?<!=)=+$/, '');
  if (body.length % 4 === 1) return undefined;
  const binary = atob(body);
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  return toText(bytes);
}

/** Hex pairs, blanks, `0x`, `\x` and colons ignored. */
export function decodeHex(text: string): string | undefined {
  if (text.length > MAX_DECODED * 4) return undefined;
  const clean = text.replace(/\\x|0x|[\s:,]/gi, '');
  if (clean.length < 2 || clean.length % 2 === 1 || !/^[0-9a-f]+$/i.test(clean)) return undefined;
  const bytes = new Uint8Array(clean.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(clean.slice(i * 2, i * 2 + 2), 16);
  return toText(bytes);
}

/** UTF-16LE base64, as `powershell -EncodedCommand` wants it. */
export function decodePowerShell(text: string): string | undefined {
  const clean = text.replace(/\s+/g, '').replace(/(?<!=)=+$/, '');
  if (clean.length > MAX_DECODED * 3 || clean.length % 4 === 1 || !/^[A-Za-z0-9+/]+$/.test(clean))
    return undefined;
  const binary = atob(clean);
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  return new TextDecoder('utf-16le').decode(bytes);
}

/** `\n \t \e \\ \xHH \0NNN \NNN \uHHHH` as `echo -e`, `printf` and `$'…'` write them. */
export function decodeEscapes(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|0?([0-7]{1,3})|([abefnrtv\\'"]))/g,
    (whole, hex?: string, short?: string, long?: string, octal?: string, letter?: string) => {
      const digits = hex ?? short ?? long;
      if (digits !== undefined) {
        const code = Number.parseInt(digits, 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      }
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
      return letter === undefined ? whole : (LETTERS[letter] ?? whole);
    },
  );
}

const LETTERS: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

function toText(bytes: Uint8Array): string | undefined {
  if (bytes.length > MAX_DECODED) return undefined;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return undefined;
  if (bytes.length >= 4 && bytes[1] === 0 && bytes[3] === 0) return new TextDecoder('utf-16le').decode(bytes);
  const text = new TextDecoder('utf-8').decode(bytes);
  // Binary data decodes to many replacement characters; it is no command.
  let bad = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0xfffd || (unit < 32 && unit !== 9 && unit !== 10 && unit !== 13)) bad++;
  }
  return bad * 8 > text.length ? undefined : text;
}
