import { zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { unpackRow } from '../../../collector/sources/unpack-row.ts';

const query = { id: 'q', sql: '', compressed: ['data'] };

it('gives text of compressed columns, and leaves all others as they are', () => {
  const packed = zstdCompressSync(Buffer.from('{"a":"ä"}'));
  expect(unpackRow({ data: packed, other: packed }, query)).toEqual({ data: '{"a":"ä"}', other: packed });
  expect(unpackRow({ data: packed }, { id: 'q', sql: '' })).toEqual({ data: packed });
  expect(unpackRow({ data: 'text' }, query)).toEqual({ data: 'text' });
  expect(unpackRow({ data: Buffer.from('plain') }, query)).toEqual({ data: 'plain' });
  expect(unpackRow({ data: null }, query)).toEqual({ data: null });
});

it('gives nothing for what is broken, cut, or unpacks to more than memory should hold', () => {
  const packed = zstdCompressSync(Buffer.from('x'.repeat(1_000)));
  const bomb = zstdCompressSync(Buffer.alloc(80 * 1_048_576));
  expect(bomb.length).toBeLessThan(100_000);
  for (const data of [packed.subarray(0, 12), Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0]), bomb])
    expect(unpackRow({ data }, query)).toEqual({ data: null });
});
