import { describe, expect, it } from 'vitest';
import { readAliases, readAssignments } from '../../../collector/discovery/shell-files.ts';
import { expectLinear } from '../../support/linear.ts';

describe('readAssignments', () => {
  it.each([
    ['A=b', 'A', 'b'],
    ['  export A="b c" # why', 'A', 'b c'],
    ["export A='b'; export C=d", 'A', 'b'],
    ['A=b # why', 'A', 'b'],
    ['set -gx A b', 'A', 'b'],
    ['$env:A = "b"', 'A', 'b'],
    ['declare -x A=b', 'A', 'b'],
    ['A=', 'A', ''],
  ])('%s', (line, name, value) => {
    expect(readAssignments(line)).toEqual([{ name, value, line: 1 }]);
  });

  it.each(['# A=b', 'if [ "$A" = b ]; then', 'echo A', ''])('%s sets nothing', (line) => {
    expect(readAssignments(line)).toEqual([]);
  });
});

describe('readAliases', () => {
  it('finds aliases and functions of several shells that start an agent', () => {
    const text = [
      "alias c='claude --dangerously-skip-permissions'",
      'alias -s x=codex',
      "alias g 'gemini --yolo'",
      'alias ll="ls -l"',
      'function cc { claude --model opus $args }',
      'work() { cd ~/work && codex; }',
      'function fish_one',
      '  opencode $argv',
      'end',
      '# alias old=claude',
      'build() { make; }',
    ].join('\n');
    expect(readAliases(text, ['claude', 'codex', 'gemini', 'opencode'])).toEqual([
      { name: 'c', command: 'claude --dangerously-skip-permissions', line: 1 },
      { name: 'x', command: 'codex', line: 2 },
      { name: 'g', command: 'gemini --yolo', line: 3 },
      { name: 'cc', command: 'claude --model opus $args', line: 5 },
      { name: 'work', command: 'cd ~/work && codex;', line: 6 },
      { name: 'fish_one', command: 'opencode $argv', line: 7 },
    ]);
  });

  it('ends with a function that never ends', () => {
    const text = `f() {\n${'claude\n'.repeat(10_000)}`;
    expect(readAliases(text, ['claude'])[0]?.command.split('\n')).toHaveLength(20);
  });

  it('is quick on lines made to be slow', () => {
    expectLinear((size) => {
      readAliases(`alias ${'-a '.repeat(size)}`, ['claude']);
      readAssignments(`set ${'-x '.repeat(size)}\n${' '.repeat(5 * size)}=`);
    }, 100_000);
  });
});
