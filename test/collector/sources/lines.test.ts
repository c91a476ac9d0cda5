import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../../collector/sources/lines.ts';

interface Line {
  text: string;
  offset: number;
}

/** Feeds bytes in pieces of the given sizes, again and again. */
function split(bytes: Buffer, sizes: readonly number[], maxLineBytes: number, from = 0) {
  const splitter = new LineSplitter({ offsetBytes: from, maxLineBytes, chunkBytes: 16 });
  const lines: Line[] = [];
  let most = 0;
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = Math.min(splitter.room(), sizes[turn % sizes.length]!, bytes.length - at);
    bytes.copy(splitter.buffer, splitter.filled, at, at + size);
    splitter.added(size);
    at += size;
    while (splitter.next()) {
      const text = splitter.buffer.toString('latin1', splitter.start, splitter.end);
      lines.push({ text, offset: splitter.lineOffsetBytes });
    }
    most = Math.max(most, splitter.buffer.length);
  }
  return { lines, splitter, most };
}

/** The same, the plain way. */
function model(bytes: Buffer, maxLineBytes: number) {
  const lines: Line[] = [];
  let oversize = 0;
  let start = 0;
  for (let newline = bytes.indexOf(10); newline >= 0; newline = bytes.indexOf(10, start)) {
    const raw = bytes.toString('latin1', start, newline);
    if (raw.length > maxLineBytes) oversize += 1;
    else {
      const text = raw.replace(/\r$/, '');
      const nuls = /^\0*/.exec(text)![0].length;
      lines.push({ text: text.slice(nuls), offset: start + nuls });
    }
    start = newline + 1;
  }
  if (bytes.length - start > maxLineBytes) return { lines, oversize: oversize + 1, consumed: bytes.length };
  return { lines, oversize, consumed: start };
}

describe('LineSplitter', () => {
  it('finds the same lines and offsets however the bytes are cut', () => {
    const byte = fc.constantFrom(0, 10, 13, 65, 66, 0xc3, 0xff);
    const bytes = fc.array(
      fc.oneof({ weight: 5, arbitrary: byte }, { weight: 1, arbitrary: fc.constant(10) }),
      {
        maxLength: 200,
      },
    );
    fc.assert(
      fc.property(
        bytes,
        fc.array(fc.integer({ min: 1, max: 16 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 60 }),
        (list, sizes, max) => {
          const input = Buffer.from(list);
          const expected = model(input, max);
          const { lines, splitter } = split(input, sizes, max);
          expect(lines).toEqual(expected.lines);
          expect(splitter.oversize).toBe(expected.oversize);
          expect(splitter.consumedBytes).toBe(expected.consumed);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('goes on at the consumed offset as if never interrupted', () => {
    const bytes = fc.array(fc.constantFrom(10, 65, 66, 13, 0), { maxLength: 120 });
    fc.assert(
      fc.property(bytes, fc.nat(120), (list, cut) => {
        const input = Buffer.from(list);
        const first = split(input.subarray(0, cut), [7], 1000);
        const from = first.splitter.consumedBytes;
        const second = split(input.subarray(from), [5], 1000, from);
        expect([...first.lines, ...second.lines]).toEqual(split(input, [16], 1000).lines);
      }),
    );
  });

  it('never holds much more than the longest line allowed', () => {
    const { lines, splitter, most } = split(Buffer.from(`${'x'.repeat(100_000)}\nshort\n`), [16], 64);
    expect(lines).toEqual([{ text: 'short', offset: 100_001 }]);
    expect(splitter.oversize).toBe(1);
    expect(most).toBeLessThanOrEqual(256);
  });

  it('gives the memory of a long line back', () => {
    const { splitter } = split(
      Buffer.from(`${'x'.repeat(5000)}\na\nb\nc\n${'y\n'.repeat(20)}`),
      [16],
      10_000,
    );
    expect(splitter.buffer.length).toBe(16);
  });

  it('gives it back at once when told to rest, and goes on rightly wherever that is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 300 }), { maxLength: 12 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
        (lengths, rests) => {
          const texts = lengths.map((length, n) => `${n}${'x'.repeat(length)}`);
          const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''));
          const splitter = new LineSplitter({ offsetBytes: 0, maxLineBytes: 1_000, chunkBytes: 16 });
          const lines: string[] = [];
          for (let at = 0; at < bytes.length;) {
            const size = Math.min(splitter.room(), bytes.length - at);
            bytes.copy(splitter.buffer, splitter.filled, at, at + size);
            splitter.added(size);
            at += size;
            while (splitter.next()) {
              lines.push(splitter.buffer.toString('latin1', splitter.start, splitter.end));
              if (rests[lines.length % rests.length] === true) {
                splitter.rest();
                expect(splitter.buffer.length).toBeLessThanOrEqual(64);
              }
            }
          }
          expect(lines).toEqual(texts);
        },
      ),
    );
  });

  it('skips the rest of a line that was too long before the restart', () => {
    const splitter = new LineSplitter({
      offsetBytes: 100,
      maxLineBytes: 8,
      chunkBytes: 32,
      insideOversizeLine: true,
    });
    splitter.room();
    splitter.added(splitter.buffer.write('rest\nnext\n', 0));
    expect(splitter.next()).toBe(true);
    expect(splitter.lineOffsetBytes).toBe(105);
    expect(splitter.oversize).toBe(0);
  });
});
