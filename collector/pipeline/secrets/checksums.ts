/** Offline proofs that vendors built into their tokens. Sources: each vendor's published format, checked 2026-11. */

const CRC_TABLE = new Uint32Array(256);
for (let n = 0; n < 256; n++) {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = (c & 1) === 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  CRC_TABLE[n] = c >>> 0;
}

/** CRC-32 (IEEE) of ASCII text. */
export function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++)
    crc = (CRC_TABLE[(crc ^ text.charCodeAt(i)) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function encode(value: number, alphabet: string, width: number): string {
  let rest = value;
  let out = '';
  while (rest > 0) {
    out = alphabet.charAt(rest % alphabet.length) + out;
    rest = Math.floor(rest / alphabet.length);
  }
  return out.padStart(width, '0');
}

/** The six base-62 characters GitHub, npm and Vercel put at the end of a token: the CRC-32 of the body before them. */
export function base62Crc(body: string): string {
  return encode(crc32(body), BASE62, 6);
}

/** `<prefix>_<body><crc>`: the last six characters of the part after the first `_` prove the rest. */
export function crcAfterPrefix(token: string): boolean {
  const body = token.slice(token.indexOf('_') + 1);
  return body.length > 6 && base62Crc(body.slice(0, -6)) === body.slice(-6);
}

/** The seven base-36 characters at the end of a routable GitLab token prove everything before them. */
export function base36Crc(head: string): string {
  return encode(crc32(head), BASE62.slice(0, 10) + BASE62.slice(36), 7);
}
