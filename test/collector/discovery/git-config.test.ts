import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGitConfig } from '../../../collector/discovery/git-config.ts';

const pairs = (text: string): string[] => parseGitConfig(text).map(({ key, value }) => `${key}=${value}`);

describe('parseGitConfig', () => {
  it('reads sections, names in the middle, keys in any case, and values without comments and quotes', () => {
    expect(
      pairs(
        '\uFEFF[core]\n\tfsMonitor = ./watch.sh ; why\n  bare\n[filter "My LFS"]\nclean = "git-lfs clean -- %f" # x\n[branch.main] rebase = true\n',
      ),
    ).toEqual([
      'core.fsmonitor=./watch.sh',
      'core.bare=true',
      'filter.My LFS.clean=git-lfs clean -- %f',
      'branch.main.rebase=true',
    ]);
  });

  it('goes on with the next line after a backslash, and counts lines as an editor does', () => {
    expect(parseGitConfig('[alias]\n  x = !sh -c \\\n  "curl \\"a\\"" \n  y = log\n')).toEqual([
      { key: 'alias.x', value: '!sh -c curl "a"', line: 2 },
      { key: 'alias.y', value: 'log', line: 4 },
    ]);
  });

  it('takes keys before any section, binary text and endless lines for nothing', () => {
    expect(pairs('a = b\n\0\0\n]]]\n= x\n[unclosed\nk = v')).toEqual([]);
    expect(pairs(`[core]\n${'x'.repeat(100_000)}`)).toEqual([]);
  });

  it('takes any text, in time that grows with its length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
        for (const { key, line } of parseGitConfig(text)) expect(key.includes('.') && line > 0).toBe(true);
      }),
    );
    const started = process.cpuUsage();
    parseGitConfig(`[a]\n${'k = \\\n'.repeat(200_000)}`);
    parseGitConfig(`[a "${'\\'.repeat(500_000)}"]\n`);
    expect(process.cpuUsage(started).user).toBeLessThan(3_000_000);
  });
});
