import { readdirSync, readFileSync } from 'node:fs';
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decode, smallPng } from '../../build/small-png.ts';

/** A true-colour PNG whose rows use the filters given. */
function png(width: number, rows: readonly (readonly [filter: number, bytes: readonly number[]])[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const raw = Buffer.from(rows.flatMap(([filter, bytes]) => [filter, ...bytes]));
  const chunk = (name: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('a smaller picture', () => {
  it('undoes every filter', () => {
    const { pixels } = decode(
      png(2, [
        [0, [10, 20, 30, 40, 50, 60]],
        [1, [1, 1, 1, 1, 1, 1]],
        [2, [5, 5, 5, 5, 5, 5]],
        [3, [0, 0, 0, 0, 0, 0]],
        [4, [1, 0, 0, 0, 0, 1]],
      ]),
    );
    expect([...pixels]).toEqual([
      10, 20, 30, 40, 50, 60, 1, 1, 1, 2, 2, 2, 6, 6, 6, 7, 7, 7, 3, 3, 3, 5, 5, 5, 4, 3, 3, 5, 5, 6,
    ]);
  });

  it('keeps every pixel while there are no more than 256 colours', () => {
    const small = smallPng(png(3, [[0, [1, 2, 3, 4, 5, 6, 1, 2, 3]]]));
    const table = small.subarray(small.indexOf('PLTE') + 4);
    const size = small.readUInt32BE(small.indexOf('IDAT') - 4);
    const start = small.indexOf('IDAT') + 4;
    const row = inflateSync(small.subarray(start, start + size));
    expect([...row.subarray(1)].map((index) => [...table.subarray(index * 3, index * 3 + 3)])).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [1, 2, 3],
    ]);
  });

  it('refuses what it does not understand', () => {
    expect(() => smallPng(Buffer.from('GIF89a'))).toThrow('not a PNG');
  });

  it('made the pictures of the docs small', () => {
    const folder = new URL('../../docs/screens/', import.meta.url).pathname;
    const sizes = readdirSync(folder).map((name) => readFileSync(folder + name).length);
    expect(sizes.length).toBeGreaterThan(5);
    expect(Math.max(...sizes)).toBeLessThan(100_000);
  });
});
