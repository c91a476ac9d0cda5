import { describe, expect, it } from 'vitest';
import { analyzeShell } from '../../../../collector/pipeline/shell/index.ts';
import { childrenOf, feedersOf } from '../../../../collector/rules/shared/command-tree.ts';

const ONE = 'cat a.txt | gzip | curl -d "$(cat b.txt)" -T - https://files.example.com/x; echo done';
const place = { home: '/home/dev', platform: 'linux', cwd: '/home/dev/app' } as const;

/** Program and words of the feeders and children of each command. */
function tree(line: string): { feeders: string[][]; children: string[][] } {
  const shell = analyzeShell(line, place);
  const said = (commands: readonly { program: string; args: readonly string[] }[]): string[] =>
    commands.map(({ program, args }) => [program, ...args].join(' '));
  return {
    feeders: shell.commands.map((command) => said(feedersOf(shell, command))),
    children: shell.commands.map((command) => said(childrenOf(shell, command))),
  };
}

describe('the tree of commands', () => {
  it('says the same of a line however many commands stand after it', () => {
    const short = tree(ONE);
    expect(short.feeders.flat()).toContain('cat b.txt');
    const long = tree(`${ONE}; ${Array.from({ length: 60 }, (_, i) => `echo ${i}`).join('; ')}`);
    expect(long.feeders.slice(0, short.feeders.length)).toEqual(short.feeders);
    expect(long.children.slice(0, short.children.length)).toEqual(short.children);
    expect(long.feeders.slice(short.feeders.length).flat()).toEqual([]);
  });
});
