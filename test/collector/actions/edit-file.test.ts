import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  editFile,
  moveFolder,
  readEditable,
  restoreFolder,
  sha256Of,
} from '../../../collector/actions/edit-file.ts';
import { tempDir } from '../../support/temp.ts';

const uid = process.getuid?.();

function home(): {
  home: string;
  file: string;
  aside: string;
  ground: { uid: number | undefined; home: string };
} {
  const dir = tempDir();
  const own = join(dir, 'home');
  mkdirSync(join(own, '.agent'), { recursive: true, mode: 0o700 });
  const file = join(own, '.agent', 'settings.json');
  writeFileSync(file, '{"a": 1}', { mode: 0o640 });
  return { home: own, file, aside: join(dir, 'aside', 'one'), ground: { uid, home: own } };
}
const edit = (path: string, asidePath: string, text = '{"a": 1}') => ({
  path,
  sha256: sha256Of(text),
  after: '{"a": 2}',
  asidePath,
});

describe('editFile', () => {
  it('replaces the text in one step, keeps the mode, lays the old text aside for the owner only, and leaves nothing else', () => {
    const { file, aside, ground, home: own } = home();
    const before = statSync(file).ino;
    expect(editFile(edit(file, aside), ground)).toEqual({ ok: true });
    expect(readFileSync(file, 'utf8')).toBe('{"a": 2}');
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(statSync(file).ino).not.toBe(before);
    expect(readFileSync(aside, 'utf8')).toBe('{"a": 1}');
    expect(statSync(aside).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(own, '.agent'))).toEqual(['settings.json']);
  });

  it('leaves a file alone that is not what the person saw', () => {
    const { file, aside, ground } = home();
    writeFileSync(file, '{"a": 1 }');
    expect(editFile(edit(file, aside), ground)).toMatchObject({
      ok: false,
      reason: /changed after you looked/,
    });
    expect(readFileSync(file, 'utf8')).toBe('{"a": 1 }');
  });

  const hostile: readonly [string, (place: ReturnType<typeof home>) => string, RegExp][] = [
    [
      'a link',
      ({ file, home: own }) => {
        const link = join(own, '.agent', 'link.json');
        symlinkSync(file, link);
        return link;
      },
      /is a link/,
    ],
    [
      'a folder on the way that is a link',
      ({ home: own }) => {
        symlinkSync(join(own, '.agent'), join(own, '.other'));
        return join(own, '.other', 'settings.json');
      },
      /folder on the way is a link/,
    ],
    [
      'a file with a second name',
      ({ file, home: own }) => {
        linkSync(file, join(own, 'second.json'));
        return file;
      },
      /second name/,
    ],
    [
      'a folder others may write to',
      ({ file, home: own }) => {
        chmodSync(join(own, '.agent'), 0o707);
        return file;
      },
      /Others may write/,
    ],
    ['a folder', ({ home: own }) => join(own, '.agent'), /not an ordinary file/],
    [
      'a path with steps back',
      ({ home: own }) => `${own}/.agent/../.agent/settings.json`,
      /not a plain path/,
    ],
    ['a relative path', () => 'settings.json', /not a plain path/],
    ['a path with a zero', ({ file }) => `${file}\0.txt`, /not a plain path/],
    [
      'a file outside the home',
      ({ home: own }) => {
        const out = join(own, '..', 'out.json');
        writeFileSync(join(own, '../out.json'), '{"a": 1}');
        return out;
      },
      /outside your home/,
    ],
    [
      'a home that only begins alike',
      ({ home: own }) => {
        mkdirSync(`${own}-of-bea`);
        writeFileSync(`${own}-of-bea/settings.json`, '{"a": 1}');
        return `${own}-of-bea/settings.json`;
      },
      /outside your home/,
    ],
    ['what is not there', ({ home: own }) => join(own, '.agent', 'none.json'), /ENOENT/],
  ];
  for (const [what, prepare, reason] of hostile) {
    it(`refuses ${what}, and changes nothing`, () => {
      const place = home();
      const path = prepare(place);
      expect(readEditable(path, place.ground)).toMatchObject({ ok: false, reason });
      expect(editFile(edit(path, place.aside), place.ground)).toMatchObject({ ok: false, reason });
      expect(readFileSync(place.file, 'utf8')).toBe('{"a": 1}');
    });
  }

  it('refuses files and folders of another user', () => {
    const { file, aside, home: own } = home();
    const other = { uid: (uid ?? 0) + 1, home: own };
    expect(editFile(edit(file, aside), other)).toMatchObject({ ok: false, reason: /somebody else/ });
    expect(moveFolder(join(own, '.agent'), `${aside}-folder`, other)).toMatchObject({ ok: false });
  });

  it('does not write over what was laid aside before', () => {
    const { file, aside, ground } = home();
    mkdirSync(join(aside, '..'), { recursive: true });
    writeFileSync(aside, 'older');
    expect(editFile(edit(file, aside), ground)).toMatchObject({ ok: false, reason: /EEXIST/ });
    expect([readFileSync(file, 'utf8'), readFileSync(aside, 'utf8')]).toEqual(['{"a": 1}', 'older']);
  });

  it('refuses a file that is not text, and one that is too long', () => {
    const { file, ground } = home();
    writeFileSync(file, Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));
    expect(readEditable(file, ground)).toMatchObject({ ok: false, reason: /not text/ });
    writeFileSync(file, ' '.repeat(2_000_001));
    expect(readEditable(file, ground)).toMatchObject({ ok: false, reason: /too long/ });
  });
});

describe('moveFolder', () => {
  it('moves a folder away and back, and never over another one', () => {
    const { aside, ground, home: own } = home();
    const from = join(own, '.agent');
    expect(moveFolder(from, aside, ground)).toEqual({ ok: true });
    symlinkSync('/nowhere', from);
    expect(restoreFolder(aside, from, ground)).toMatchObject({ ok: false, reason: /in its place/ });
    rmSync(from);
    expect(restoreFolder(aside, from, ground)).toEqual({ ok: true });
    expect(readdirSync(from)).toEqual(['settings.json']);
    symlinkSync(from, join(own, '.link'));
    expect(moveFolder(join(own, '.link'), aside, ground)).toMatchObject({ ok: false, reason: /link/ });
  });
});
