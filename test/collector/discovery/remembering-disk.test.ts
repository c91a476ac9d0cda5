import { mkdtempSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { RememberingDisk } from '../../../collector/discovery/remembering-disk.ts';
import { FolderBuilder } from '../../support/home-builder.ts';

const folders: string[] = [];
function folder(): FolderBuilder {
  const dir = mkdtempSync(`${tmpdir()}/reeve-remember-`);
  folders.push(dir);
  return new FolderBuilder(dir);
}
afterEach(() => {
  for (const dir of folders.splice(0)) rmSync(dir, { recursive: true, force: true });
});
const textOf = (disk: RememberingDisk, path: string): string => {
  const file = disk.read(path, undefined, 1_000);
  return file.ok ? file.bytes.toString('utf8') : file.reason;
};

describe('RememberingDisk', () => {
  it('asks once, and again for what it was told to forget', () => {
    const a = folder().text('x/one', '1').text('y/two', '2');
    const disk = new RememberingDisk();
    const look = (): readonly unknown[] => [
      disk.isThere(a.at('y/more')),
      disk.isThere(a.at('x/new')),
      disk.entries(a.at('x')).map(({ name }) => name),
    ];
    expect(look()).toEqual([false, false, ['one']]);
    a.text('y/more', '22').text('x/new', 'n');
    expect(look()).toEqual([false, false, ['one']]);
    disk.forget(new Set([a.at('x/new')]));
    expect(look()).toEqual([false, true, ['new', 'one']]);
    disk.forgetAll();
    expect(look()).toEqual([true, true, ['new', 'one']]);
  });

  it('forgets all below a folder that came, moved or went', () => {
    const a = folder();
    const disk = new RememberingDisk();
    expect(() => disk.entries(a.at('s'))).toThrow('cannot be listed');
    expect([disk.isThere(a.at('s/t/f')), textOf(disk, a.at('s/t/f')), disk.realFolder(a.at('s/t'))]).toEqual([
      false,
      'absent',
      undefined,
    ]);
    a.text('s/t/f', 'here');
    disk.forget(new Set([a.at('s')]));
    expect([disk.isThere(a.at('s/t/f')), textOf(disk, a.at('s/t/f')), disk.realFolder(a.at('s/t'))]).toEqual([
      true,
      'here',
      a.at('s/t'),
    ]);
    unlinkSync(a.at('s/t/f'));
    disk.forget(new Set([a.at('s/t')]));
    expect(textOf(disk, a.at('s/t/f'))).toBe('absent');
  });

  it('keeps no contents', () => {
    const a = folder().text('long', 'long enough');
    const disk = new RememberingDisk();
    expect(disk.read(a.at('long'), undefined, 10)).toMatchObject({ reason: 'too-large' });
    expect(disk.read(a.at('long'), undefined, 10, 'cut')).toMatchObject({ truncated: true });
    expect(disk.read(a.at('long'), '/nowhere', 10).ok).toBe(false);
    expect(textOf(disk, a.at('long'))).toBe('long enough');
    a.text('long', 'short');
    expect(textOf(disk, a.at('long'))).toBe('short');
  });
});
