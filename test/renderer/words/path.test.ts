import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baseName, guessHome, shortPath, tilde, tildeText } from '../../../renderer/words/path.ts';

describe('paths on the screen', () => {
  it('writes the home as ~, and nothing that only begins like it', () => {
    expect(tilde('/home/ana/src', '/home/ana')).toBe('~/src');
    expect(tilde('/home/ana', '/home/ana')).toBe('~');
    expect(tilde('/home/anastasia/src', '/home/ana')).toBe('/home/anastasia/src');
    expect(tilde('C:\\Users\\ana\\src', 'C:\\Users\\ana')).toBe('~\\src');
    expect(tildeText('sent /home/ana/.aws/credentials away', '/home/ana')).toBe(
      'sent ~/.aws/credentials away',
    );
  });

  it('leaves the middle out and keeps the end', () => {
    const path = '/home/ana/src/shop/packages/checkout/src/cart/total.test.ts';
    expect(shortPath(path, 40, '/home/ana')).toMatch(/^~\/…\/.*total\.test\.ts$/);
  });

  it('never gets longer than asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z.]{0,30}$/), { maxLength: 12 }),
        fc.integer({ min: 12, max: 80 }),
        (parts, max) => {
          const path = `/${parts.join('/')}`;
          expect(shortPath(path, max).length).toBeLessThanOrEqual(max);
        },
      ),
    );
  });

  it('finds the home by the hidden folders in it, wherever it lies', () => {
    expect(
      guessHome(['/home/ana/.claude.json', '/home/ana/.codex/config.toml', '/home/ana/src/a/.mcp.json']),
    ).toBe('/home/ana');
    expect(guessHome(['/tmp/demo/ana/.gemini/settings.json'])).toBe('/tmp/demo/ana');
    expect(guessHome(['C:\\Users\\ana\\.codex\\config.toml'])).toBe('C:\\Users\\ana');
    expect(guessHome(['/etc/passwd'])).toBeUndefined();
  });

  it('names a folder by its last part', () => {
    expect(baseName('/home/ana/src/shop/')).toBe('shop');
    expect(baseName('C:\\src\\shop')).toBe('shop');
  });
});
