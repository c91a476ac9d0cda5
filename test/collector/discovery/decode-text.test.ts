import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../collector/discovery/decode-text.ts';

const TEXT = 'Use tabs. Ünïcode, \u{1F600} too.';
const wide = (text: string, bytes: 2 | 4, little: boolean, mark: boolean): Uint8Array => {
  const units =
    bytes === 2
      ? Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
      : Array.from(text, (char) => char.codePointAt(0) ?? 0);
  const all = mark ? [0xfeff, ...units] : units;
  const view = new DataView(new ArrayBuffer(all.length * bytes));
  for (const [at, unit] of all.entries())
    if (bytes === 2) view.setUint16(at * 2, unit, little);
    else view.setUint32(at * 4, unit, little);
  return new Uint8Array(view.buffer);
};

describe('decodeText', () => {
  it('reads UTF-8 with and without a mark', () => {
    expect(decodeText(Buffer.from(TEXT))).toBe(TEXT);
    expect(decodeText(Buffer.from(`\uFEFF${TEXT}`))).toBe(TEXT);
  });

  it.each([
    [2, true],
    [2, false],
    [4, true],
    [4, false],
  ] as const)(
    'reads %i bytes a letter, little endian %j, and keeps a sign when there was no mark',
    (bytes, little) => {
      expect(decodeText(wide(TEXT, bytes, little, true))).toBe(TEXT);
      expect(decodeText(wide(TEXT, bytes, little, false))).toBe(`${TEXT}\0`);
    },
  );

  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        expect(decodeText(bytes).length).toBeLessThanOrEqual(bytes.length + 1);
      }),
    );
    expect(decodeText(Uint8Array.from([0xff, 0xfe, 0, 0, 0xff, 0xff, 0xff, 0xff]))).toBe('\uFFFD');
  });
});
