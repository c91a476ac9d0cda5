import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuantity, quantityText } from '../../../renderer/words/quantity.ts';
import { parseSetting } from '../../../renderer/words/setting.ts';

const valueOf = (text: string, kind: 'bytes' | 'ms' | 'days') => {
  const parsed = parseQuantity(text, kind);
  return parsed.ok ? parsed.value : parsed.problem;
};

describe('a quantity', () => {
  it('is shown in the unit that a person would use', () => {
    expect([2e9, 256e6, 1.5e9, 2 ** 28, 999, 123_456_789].map((n) => quantityText(n, 'bytes'))).toEqual([
      '2 GB',
      '256 MB',
      '1.5 GB',
      '256 MiB',
      '999 bytes',
      '123,456,789 bytes',
    ]);
    expect([10_000, 90_000, 250, 0].map((n) => quantityText(n, 'ms'))).toEqual([
      '10 s',
      '1.5 min',
      '250 ms',
      '0 ms',
    ]);
    expect([1, 14, 90].map((n) => quantityText(n, 'days'))).toEqual(['1 day', '14 days', '90 days']);
  });

  it('is understood however a person writes it', () => {
    const sizes = ['50 MB', '50mb', '1.1 GB', '2000000000', '1,000 kB', '256 MiB'];
    expect(sizes.map((text) => valueOf(text, 'bytes'))).toEqual([50e6, 50e6, 1.1e9, 2e9, 1e6, 2 ** 28]);
    expect(['10 s', '10s', '2 min', '500'].map((t) => valueOf(t, 'ms'))).toEqual([
      10_000, 10_000, 120_000, 500,
    ]);
    expect(['7', '7 days', '2 weeks', '1 day'].map((t) => valueOf(t, 'days'))).toEqual([7, 7, 14, 1]);
  });

  it('says how to write it when it is not understood', () => {
    expect(valueOf('a lot', 'bytes')).toBe('Write a number with its unit, such as 50 MB or 2 GB.');
    expect(valueOf('10 days', 'ms')).toBe('Write a number with its unit, such as 500 ms or 10 s.');
    expect(valueOf('0.5 days', 'days')).toBe('That is no whole number of days.');
    expect(valueOf('-5 MB', 'bytes')).toMatch(/^Write a number/);
    expect(parseSetting({ type: 'integer', min: 1_000 }, '10', 'ms')).toEqual({
      ok: false,
      problem: 'That is 10 ms. The least is 1 s.',
    });
    expect(parseSetting({ type: 'integer', max: 100e9 }, '1 TB', 'bytes')).toEqual({
      ok: false,
      problem: 'The most is 100 GB.',
    });
  });

  it('is the same number when what is shown is typed in again', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        fc.constantFrom('bytes' as const, 'ms' as const, 'days' as const),
        (n, kind) => {
          expect(parseQuantity(quantityText(n, kind), kind)).toEqual({ ok: true, value: n });
        },
      ),
    );
  });
});
