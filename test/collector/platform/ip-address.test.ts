import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalAddress, formatIPv6 } from '../../../collector/platform/ip-address.ts';

describe('canonicalAddress', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:C000:0201', '192.0.2.1'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['fe80::1%en0', 'fe80::1'],
    ['[::1]', '::1'],
    ['::', '::'],
    ['*', '0.0.0.0'],
  ])('writes %s as %s', (text, expected) => {
    expect(canonicalAddress(text)).toBe(expected);
  });

  it.each(['', 'example.com', '1.2.3', '1::2::3', ':::', '12345::'])('refuses %j', (text) => {
    expect(canonicalAddress(text)).toBeUndefined();
  });

  it('agrees with the URL parser on every IPv6 address that is not mapped', () => {
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        fc.pre(!(groups[5] === 0xffff && groups.slice(0, 5).every((part) => part === 0)));
        const plain = groups.map((part) => part.toString(16)).join(':');
        const expected = new URL(`http://[${plain}]/`).hostname.slice(1, -1);
        expect(formatIPv6(groups)).toBe(expected);
        expect(canonicalAddress(plain)).toBe(expected);
        expect(canonicalAddress(expected)).toBe(expected);
      }),
    );
  });
});
