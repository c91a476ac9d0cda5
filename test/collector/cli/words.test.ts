import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonPieces, toJson } from '../../../collector/cli/context.ts';
import {
  ago,
  bytes,
  columns,
  compact,
  cut,
  hanging,
  parseDuration,
  plain,
  tilde,
  wrap,
} from '../../../collector/cli/words.ts';
import { expectLinear } from '../../support/linear.ts';

const HARMFUL = /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/u;
const text = fc.string({ unit: 'binary', maxLength: 60 });

describe('plain', () => {
  it('leaves nothing that steers a terminal, whatever comes', () => {
    fc.assert(fc.property(text, (any) => !HARMFUL.test(plain(any))));
    expect(plain('\u001b]0;x\u0007 \u009b31m a\r\nb \u202egnp')).toBe('·]0;x· ·31m a b ·gnp');
  });

  it('keeps ordinary words of any language', () => {
    for (const words of ['grüße', '日本語', 'עברית', 'naïve e\u0301', '👍', 'a b'])
      expect(plain(words)).toBe(words);
  });
});

describe('cut, wrap and hanging', () => {
  it('never exceed the width, and cut only what is too long', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 40 }), (any, width) => {
        const safe = plain(any);
        expect(columns(cut(safe, width))).toBeLessThanOrEqual(width);
        if (columns(safe) <= width) expect(cut(safe, width)).toBe(safe);
        for (const line of wrap(safe, width)) expect(columns(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('lose no character of what is wrapped', () => {
    fc.assert(
      fc.property(text, (any) => {
        const safe = plain(any);
        expect(wrap(safe, 7).join('').replaceAll(' ', '')).toBe(safe.replaceAll(' ', ''));
      }),
    );
  });

  it('count wide characters twice and combining ones not at all', () => {
    expect(columns('漢字')).toBe(4);
    expect(columns('e\u0301')).toBe(1);
    expect(columns('👍')).toBe(2);
    expect(cut('漢字漢字', 5)).toBe('漢字…');
    expect(cut('abc', 0)).toBe('');
  });

  it('put the rest of a paragraph below its first word, colour or not', () => {
    expect(hanging('! ', 'one two three four five', 22)).toBe('! one two three four\n  five');
    expect(hanging('\u001b[33m!\u001b[39m ', 'one two three four five', 22)).toBe(
      '\u001b[33m!\u001b[39m one two three four\n  five',
    );
    expect(hanging('Maps to    ', '', 80)).toBe('Maps to');
  });

  it('take time in proportion to the text', () => {
    expectLinear((size) => {
      cut('漢'.repeat(size), 80);
      wrap('x'.repeat(size), 80);
      plain('\u001b[31m'.repeat(size / 5));
    }, 1_000_000);
  });
});

describe('JSON for a terminal', () => {
  it('means the same and shows no control or direction character', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const json = toJson(value);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(json).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });

  it('is the same in pieces', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect([...jsonPieces(value)].join('')).toBe(`${toJson(value, 2)}\n`);
      }),
    );
  });

  it('never holds a long document as a whole', () => {
    const rows = Array.from({ length: 2_000 }, (_, n) => ({
      n,
      path: `/home/jane/projects/${n}`.repeat(10),
    }));
    const pieces = [...jsonPieces({ rows, gone: undefined, none: [undefined] })];
    expect(pieces.join('')).toBe(`${toJson({ rows, none: [null] }, 2)}\n`);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(80_000);
  });
});

describe('numbers, times and places', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    [' 2w ', 1_209_600_000],
    ['0s', 0],
    ['7', undefined],
    ['d', undefined],
    ['-1d', undefined],
    ['1.5h', undefined],
    ['1d1h', undefined],
    ['1000000d', undefined],
    ['٣d', undefined],
    ['', undefined],
  ])('reads %j as %j', (duration, expected) => {
    expect(parseDuration(duration)).toBe(expected);
  });

  it('says ages, sizes and counts in few characters', () => {
    expect([0, 60_000, 7_200_000, 3 * 86_400_000].map((past) => ago(0, past))).toEqual([
      'now',
      '1 min ago',
      '2 h ago',
      '3 d ago',
    ]);
    expect(ago(5_000, 0)).toBe('now');
    expect([9_999, 12_345, 999_999, 8_900_000].map(compact)).toEqual(['9,999', '12.3k', '1000k', '8.9M']);
    expect([1, 999_000, 1_500_000].map(bytes)).toEqual(['1 kB', '999 kB', '1.5 MB']);
  });

  it('shortens the home only at a folder border', () => {
    expect(tilde('/home/ana/src', '/home/ana')).toBe('~/src');
    expect(tilde('/home/ana', '/home/ana')).toBe('~');
    expect(tilde('/home/anabel/src', '/home/ana')).toBe('/home/anabel/src');
  });
});
