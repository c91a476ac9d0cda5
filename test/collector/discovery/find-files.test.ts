import { afterEach, describe, expect, it } from 'vitest';
import { createFileFinder, matchesName } from '../../../collector/discovery/find-files.ts';
import { createPathExpander } from '../../../collector/discovery/expand-path.ts';
import { buildHome, type HomeBuilder } from '../../support/home-builder.ts';

let jane: HomeBuilder | undefined;
afterEach(() => jane?.remove());

describe('find', () => {
  it('finds names, wildcards and nested folders in order', () => {
    jane = buildHome()
      .text('s/b/SKILL.md', '')
      .text('s/a/SKILL.md', '')
      .text('s/README.md', '')
      .text('r/x/y/z.md', '')
      .text('r/top.md', '');
    const { dir } = jane;
    const names = (pattern: string): string[] =>
      createFileFinder(() => undefined)
        .find(`${dir}/${pattern}`)
        .map((path) => path.slice(dir.length + 1));
    expect(names('s/*/SKILL.md')).toEqual(['s/a/SKILL.md', 's/b/SKILL.md']);
    expect(names('r/**/*.md')).toEqual(['r/top.md', 'r/x/y/z.md']);
    expect(names('s/README.md')).toEqual(['s/README.md']);
    expect(names('absent/**/*.md')).toEqual([]);
  });

  it('follows no link below a double star, so that no circle is walked', () => {
    jane = buildHome().text('r/a.md', '').link('r/self', '.').link('r/up', '..');
    expect(createFileFinder(() => undefined).find(`${jane.dir}/r/**/*.md`)).toEqual([`${jane.dir}/r/a.md`]);
  });

  it('says when a folder holds more than is looked at', () => {
    jane = buildHome();
    for (let index = 0; index < 5_001; index++) jane.text(`s/${index}.md`, '');
    const cut: string[] = [];
    const found = createFileFinder((folder) => cut.push(folder)).find(`${jane.dir}/s/*.md`);
    expect(found).toHaveLength(5_000);
    expect(new Set(cut)).toEqual(new Set([`${jane.dir}/s`]));
  });

  it('ends at a depth', () => {
    jane = buildHome().text('1/2/3/4/near.md', '').text('1/2/3/4/5/far.md', '');
    expect(createFileFinder(() => undefined).find(`${jane.dir}/**/*.md`)).toEqual([
      `${jane.dir}/1/2/3/4/near.md`,
    ]);
  });
});

describe('matchesName', () => {
  it.each([
    ['*.md', 'a.md', true],
    ['*.md', 'a.mdx', false],
    ['a*a', 'a', false],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'axxbyyc', true],
    ['a*b*c', 'acb', false],
    ['plain', 'plain', true],
    ['*', 'anything', true],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(matchesName(pattern, name)).toBe(expected);
  });

  it('is quick on names made to be slow', () => {
    expect(matchesName('*a'.repeat(50) + 'b', 'a'.repeat(100_000))).toBe(false);
  });
});

describe('expand', () => {
  const linux = createPathExpander(
    { platform: 'linux', home: '/home/jane/', env: { XDG_CONFIG_HOME: '/cfg' } },
    undefined,
  );
  const windows = createPathExpander({ platform: 'win32', home: 'C:\\Users\\jane', env: {} }, '');

  it.each([
    [linux, '~/.a', '/home/jane/.a'],
    [linux, '{config}/a', '/cfg/a'],
    [linux, '{appSupport}/a', '/cfg/a'],
    [linux, '{NOT_SET|{ALSO_NOT|~/.x}}/a', '/home/jane/.x/a'],
    [linux, '/etc/a', undefined],
    [linux, '{localAppData}/a', undefined],
    [windows, '{appSupport}/a', 'C:/Users/jane/AppData/Roaming/a'],
    [windows, '{programFiles}/a', '/Program Files/a'],
  ])('%#: %s', (places, pattern, expected) => {
    expect(places.expand(pattern)?.path).toBe(expected);
  });

  it('takes a place of no OS for a place in a project', () => {
    expect(linux.expand('.a/b', '/p')).toEqual({ path: '/p/.a/b', area: 'project' });
    expect(linux.expand('.a/b')).toBeUndefined();
  });
});
