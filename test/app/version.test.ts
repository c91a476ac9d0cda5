import { describe, expect, it } from 'vitest';
import { judgeVersion } from '../../app/version.ts';

describe('judgeVersion', () => {
  it.each([
    ['1.4.0', '1.4.0', 'same'],
    ['1.4.0', '1.3.9', 'older'],
    ['1.4.0', '1.10.0', 'newer'],
    ['2.0.0', '1.99.99', 'older'],
    ['1.4.0', '1.4.0-beta.2', 'older'],
    ['1.4.0-beta.2', '1.4.0', 'newer'],
    ['1.4.0-beta.2', '1.4.0-rc.1', 'unknown'],
    ['1.4.0', 'abc', 'unknown'],
    ['1.4.0', '1.4', 'unknown'],
  ] as const)('finds with %s that %s is %s', (own, theirs, verdict) => {
    expect(judgeVersion(own, theirs)).toBe(verdict);
  });
});
