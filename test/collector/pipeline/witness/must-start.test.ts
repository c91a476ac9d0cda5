import { describe, expect, it } from 'vitest';
import { mustStart } from '../../../../collector/pipeline/witness/must-start.ts';
import { analyzeShell } from '../../../../collector/pipeline/shell/index.ts';

const first = (text: string): string | undefined =>
  mustStart({ text, commands: analyzeShell(text, { home: '/home/dev', platform: 'linux' }).commands });

describe('what must start', () => {
  it.each([
    ['pytest -q tests', 'pytest'],
    ['cd /w && cargo build', 'cargo'],
    ['export A=1; cd "x y" && npm test || true', 'npm'],
    ['echo begin; make all', 'make'],
    ['git fetch && git merge', 'git'],
    ['ls | wc -l', 'ls'],
    ['sudo -n apt-get update', 'apt-get'],
  ])('%s: %s', (text, program) => {
    expect(first(text)).toBe(program);
  });

  it.each([
    'echo hello',
    '[ -d x ] && npm ls x',
    'test -f Makefile || make',
    'if true; then make; fi',
    'for f in *.js; do node "$f"; done',
    'while false; do curl x; done',
    'check() { node --check "$1"; }',
    '$TOOL build',
    'ssh host make',
    '',
  ])('nothing in %s', (text) => {
    const program = first(text);
    expect(program === undefined || program === 'ssh').toBe(true);
  });

  it('takes linear time on hostile text', () => {
    const started = performance.now();
    for (const text of [
      'cd x && '.repeat(50_000),
      '; '.repeat(50_000),
      `cd ${' '.repeat(100_000)}`,
      '('.repeat(50_000),
    ])
      mustStart({ text, commands: [] });
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
