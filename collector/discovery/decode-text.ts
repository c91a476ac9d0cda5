/** What a text may begin with, and what it then is. UTF-32 before UTF-16, whose mark is the beginning of its own. */
const MARKS = [
  [[0xff, 0xfe, 0x00, 0x00], 'utf-32le'],
  [[0x00, 0x00, 0xfe, 0xff], 'utf-32be'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
  [[0xef, 0xbb, 0xbf], 'utf-8'],
] as const;
const SAMPLE = 4_096;

/**
 * Text of a file that people and agents read, whatever it was saved as: UTF-8, UTF-16 or UTF-32, with or without a
 * mark. A text saved in a wide encoding says the same to an agent that knows it, and must say the same to the rules.
 * Invalid bytes become U+FFFD. UTF-16 or UTF-32 without a mark keeps a U+0000 at its end, so that the rule against
 * hidden encodings still sees it.
 */
export function decodeText(bytes: Uint8Array): string {
  for (const [mark, encoding] of MARKS) {
    if (mark.every((byte, at) => bytes[at] === byte)) return decode(bytes.subarray(mark.length), encoding);
  }
  const guessed = guess(bytes);
  return guessed === undefined ? decode(bytes, 'utf-8') : `${decode(bytes, guessed)}\0`;
}

type Encoding = (typeof MARKS)[number][1];

/** Western text in a wide encoding has a zero beside most letters, always on the same side. */
function guess(bytes: Uint8Array): Encoding | undefined {
  const length = Math.min(bytes.length, SAMPLE) & ~3;
  if (length < 8) return undefined;
  const zeros = [0, 0, 0, 0];
  for (let at = 0; at < length; at++) if (bytes[at] === 0) zeros[at & 3] = (zeros[at & 3] ?? 0) + 1;
  const most = (length / 4) * 0.7;
  const none = (length / 4) * 0.3;
  const [a = 0, b = 0, c = 0, d = 0] = zeros;
  if (b > most && c > most && d > most && a < none) return 'utf-32le';
  if (a > most && b > most && c > most && d < none) return 'utf-32be';
  if (b > most && d > most && a < none && c < none) return 'utf-16le';
  if (a > most && c > most && b < none && d < none) return 'utf-16be';
  return undefined;
}

function decode(bytes: Uint8Array, encoding: Encoding): string {
  if (encoding === 'utf-32le' || encoding === 'utf-32be') return decodeWide(bytes, encoding === 'utf-32le');
  return new TextDecoder(encoding, { ignoreBOM: false }).decode(bytes);
}

/** The platform has no decoder for UTF-32. */
function decodeWide(bytes: Uint8Array, little: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  for (let at = 0; at + 4 <= bytes.byteLength; at += 4) {
    const point = view.getUint32(at, little);
    parts.push(
      point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? '\uFFFD' : String.fromCodePoint(point),
    );
  }
  return parts.join('');
}
