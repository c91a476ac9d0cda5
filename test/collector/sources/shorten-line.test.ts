import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortenLine } from '../../../collector/sources/shorten-line.ts';

const MIB = 1_048_576;
const short = (text: string): { value: unknown; isCut: boolean; isUtf8: boolean } => {
  const { text: kept, ...rest } = shortenLine(Buffer.from(text));
  return { value: JSON.parse(kept) as unknown, ...rest };
};
const lastMembers = '"uuid":"u-1","timestamp":"2026-11-22T10:00:00.000Z"';

describe('a long line', () => {
  it('means the same when nothing has to be left out', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.nat(3), (json, indent) => {
        const value = JSON.parse(json) as unknown;
        const text = JSON.stringify(value, undefined, indent);
        expect(short(text)).toEqual({ value: JSON.parse(text) as unknown, isCut: false, isUtf8: true });
      }),
    );
  });

  it('keeps the beginning of a text without an end, and what comes after it', () => {
    const { value, isCut } = short(`{"a":"${'x'.repeat(12 * MIB)}","b":[1,{"c":"d"}],${lastMembers}}`);
    const { a, ...rest } = value as { a: string };
    expect(a).toHaveLength(8 * MIB - 1);
    expect(rest).toEqual({ b: [1, { c: 'd' }], uuid: 'u-1', timestamp: '2026-11-22T10:00:00.000Z' });
    expect(isCut).toBe(true);
  });

  it.each([
    ['a letter of several bytes', '€', 3],
    ['a letter of two units', '😀', 4],
    ['an escape', '\\n', 2],
    ['an escape of a code', '\\u00e9', 6],
    ['backslashes', '\\\\', 2],
    ['quotes', '\\"', 2],
  ])('is never cut inside %s', (_, unit, bytes) => {
    for (let shift = 0; shift < bytes; shift++) {
      const line = `{"a":"${'-'.repeat(shift)}${unit.repeat((9 * MIB) / bytes)}","z":1}`;
      const { value, isUtf8 } = short(line);
      expect(value).toHaveProperty('z', 1);
      expect(isUtf8).toBe(true);
    }
  });

  it.each([
    ['objects', '[', '{},', '{}]'],
    ['numbers', '[', '1,', '1]'],
    ['texts', '[', '"a",', '"a"]'],
    ['lists in lists', '[', '[[1],[2]],', '1]'],
    ['members', '{', '"k":{"v":[1]},', '"k":1}'],
  ])('keeps a bounded part of endless %s, and the type, id and time after them', (_, open, unit, close) => {
    const endless = `${open}${unit.repeat((12 * MIB) / unit.length)}${close}`;
    const line = Buffer.from(`{"type":"user","message":${endless},${lastMembers}}`);
    const { text, isCut } = shortenLine(line);
    expect(isCut).toBe(true);
    expect(text.length).toBeLessThan(2 * MIB);
    expect(JSON.parse(text)).toMatchObject({ type: 'user', uuid: 'u-1' });
  });

  it('keeps a bounded part of endless members of its own', () => {
    const { text } = shortenLine(Buffer.from(`{${'"key":{"a":1},'.repeat(MIB)}${lastMembers}}`));
    expect(text.length).toBeLessThan(4 * MIB);
    expect(JSON.parse(text)).toHaveProperty('uuid', 'u-1');
  });

  it('gives a number without an end up', () => {
    expect(short(`{"a":${'9'.repeat(5 * MIB)},"b":2}`).value).toEqual({ a: null, b: 2 });
  });

  it('ends however deep it is nested, and whatever it is', () => {
    expect(shortenLine(Buffer.from('['.repeat(4 * MIB))).text.length).toBeLessThan(1_000);
    expect(shortenLine(Buffer.from(']'.repeat(4 * MIB))).text.length).toBeLessThanOrEqual(4 * MIB);
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', 'u', '1', ' '),
          maxLength: 200,
        }),
        (text) => {
          expect(shortenLine(Buffer.from(text)).text.length).toBeLessThanOrEqual(text.length + 4);
        },
      ),
    );
  });

  it('says when bytes were no UTF-8', () => {
    const line = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect(shortenLine(line)).toEqual({ text: '{"a":"\uFFFD"}', isCut: false, isUtf8: false });
  });
});
