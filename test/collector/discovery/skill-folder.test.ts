import { describe, expect, it } from 'vitest';
import { createFileFinder } from '../../../collector/discovery/find-files.ts';
import { createPathExpander } from '../../../collector/discovery/expand-path.ts';
import { OWN_DISK } from '../../../collector/discovery/disk.ts';
import { readSkillFolder } from '../../../collector/discovery/skill-folder.ts';
import { importsOf, toolsOf } from '../../../collector/discovery/skill-text.ts';
import { FolderBuilder } from '../../support/home-builder.ts';
import { tempDir } from '../../support/temp.ts';

const CONTEXT = { home: '/home/jane', platform: 'linux' as const, env: {} };
const HOME = {
  context: CONTEXT,
  foreign: false,
  places: createPathExpander(CONTEXT, undefined),
  files: createFileFinder(() => undefined),
  disk: OWN_DISK,
  systemRoot: undefined,
};
const skill = (): FolderBuilder =>
  new FolderBuilder(`${tempDir()}/deploy`).text('SKILL.md', 'Run scripts/go.sh');
const look = (folder: FolderBuilder) => readSkillFolder(HOME, folder.dir, 'Run scripts/go.sh');

describe('readSkillFolder', () => {
  it('sorts what lies there, and says what the text does not speak of', () => {
    const folder = skill()
      .text('scripts/go.sh', 'echo')
      .text('scripts/quiet.py', 'print()')
      .text('bin/helper', Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 1]), 0o755)
      .text('lib/__pycache__/kept.cpython-312.pyc', 'x')
      .text('lib/kept.py', 'x')
      .text('lib/alone.pyc', 'x')
      .text('data/more.zip', 'PK')
      .text('.cache/run.sh', 'x')
      .link('notes.md', '/etc/hostname')
      .link('inner.md', 'SKILL.md');
    const { contents } = look(folder);
    expect(contents).toMatchObject({
      files: 11,
      binaries: ['bin/helper'],
      bytecode: ['lib/alone.pyc'],
      archives: ['data/more.zip'],
      links: ['notes.md'],
      hidden: ['.cache/run.sh'],
      cut: false,
    });
    expect([...contents.scripts].sort()).toEqual([
      '.cache/run.sh',
      'lib/kept.py',
      'scripts/go.sh',
      'scripts/quiet.py',
    ]);
    expect(contents.unmentioned).not.toContain('scripts/go.sh');
    expect(contents.unmentioned).toContain('scripts/quiet.py');
  });

  it('has one hash for one content, and another for every change of any file', () => {
    const a = look(skill().text('scripts/go.sh', 'echo')).treeSha256;
    expect(look(skill().text('scripts/go.sh', 'echo')).treeSha256).toBe(a);
    const others = [
      skill().text('scripts/go.sh', 'echo 2'),
      skill().text('scripts/go2.sh', 'echo'),
      skill().text('scripts/go.sh', 'echo', 0o755),
      skill().text('scripts/go.sh', 'echo').text('extra', ''),
      skill().link('scripts/go.sh', '/etc/hostname'),
    ].map((folder) => look(folder).treeSha256);
    expect(new Set([a, ...others]).size).toBe(6);
  });

  it('ends in a folder without end, gives no hash then, and waits for no pipe', () => {
    const folder = skill().fifo('pipe').text('huge.bin', Buffer.alloc(300_000));
    for (let at = 0; at < 320; at++) folder.text(`many/${at}`, 'x');
    folder.text('a/b/c/d/e/f/g/deep.sh', 'x').link('circle', '.');
    const { contents, treeSha256 } = look(folder);
    expect(contents.cut).toBe(true);
    expect(contents.files).toBe(300);
    expect(treeSha256).toBeUndefined();
    expect(contents.binaries).toContain('pipe');
  });
});

describe('the text of a skill', () => {
  it.each([
    [
      '---\nname: x\nallowed-tools: Read, Bash(git diff:*), Bash(npm run test, npm run lint)\n---\n',
      ['Read', 'Bash(git diff:*)', 'Bash(npm run test, npm run lint)'],
    ],
    ['---\ntools: ["*"]\n---\n', ['*']],
    ['---\nallowed-tools:\n  - Read\n  - "*"\nname: x\n---\n', ['Read', '*']],
    ['---\nname: x\n---\nallowed-tools: *\n', []],
    ['no front matter\n---\nallowed-tools: *\n---', []],
  ])('names the tools it may use: %j', (text, tools) => {
    expect(toolsOf(text)).toEqual(tools);
  });

  it('takes in files outside of code, and no addresses or handles', () => {
    const text =
      'See @docs/rules.md and @~/.claude/team.md, @./AGENTS.md.\nMail jane@example.com, ask @jane, use `@types/node.md`.\n```\n@in/code.md\n```\n@node_modules/x/AGENTS.md';
    expect(importsOf(text)).toEqual([
      'docs/rules.md',
      '~/.claude/team.md',
      './AGENTS.md',
      'node_modules/x/AGENTS.md',
    ]);
  });

  it('is read in time that grows with its length', () => {
    const started = process.cpuUsage();
    importsOf('@a/'.repeat(100_000));
    importsOf('```\n'.repeat(60_000));
    toolsOf(`---\n${'tools: '.repeat(100_000)}`);
    expect(process.cpuUsage(started).user).toBeLessThan(3_000_000);
  });
});
