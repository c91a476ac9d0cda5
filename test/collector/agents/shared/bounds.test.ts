import { describe, expect, it } from 'vitest';
import { boundedJson, textOf } from '../../../../collector/agents/shared/bounds.ts';

describe('textOf', () => {
  it('joins text blocks and leaves others out', () => {
    expect(textOf('a', 9)).toBe('a');
    expect(textOf([{ text: 'a' }, { type: 'image' }, null, 5, 'b', { text: '' }], 9)).toBe('a\nb');
    expect(textOf({ text: 'a' }, 9)).toBe('');
    expect(textOf(undefined, 9)).toBe('');
  });

  it('never gives more than asked for', () => {
    expect(textOf([{ text: 'aaaa' }, { text: 'bbbb' }], 6)).toBe('aaaa\nb');
    expect(textOf('x'.repeat(100), 6)).toHaveLength(6);
  });
});

describe('boundedJson', () => {
  it('keeps small values as they are', () => {
    const value = { a: [1, 'x', null, true, { b: {} }], c: '' };
    expect(boundedJson(value)).toEqual(value);
  });

  it('cuts depth, count and text, and drops prototype keys', () => {
    let deep: unknown = 'end';
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(JSON.stringify(boundedJson(deep)).length).toBeLessThan(200);
    expect(JSON.stringify(boundedJson(Array.from({ length: 100_000 }, () => 1))).length).toBeLessThan(10_000);
    expect(JSON.stringify(boundedJson({ a: 'x'.repeat(1_000_000), b: 'y'.repeat(9) })).length).toBeLessThan(
      270_000,
    );
    const hostile: unknown = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":1}}');
    expect(Object.keys(boundedJson(hostile) as object)).toEqual(['constructor']);
    expect({}).not.toHaveProperty('polluted');
  });
});
