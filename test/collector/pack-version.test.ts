import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepPackVersion, readPackVersion } from '../../collector/pack-version.ts';
import { tempDir } from '../support/temp.ts';

it('keeps the newest version, and never lowers it', () => {
  const path = join(tempDir(), 'pack-version');
  expect(readPackVersion(path)).toBe(0);
  keepPackVersion(path, 2026_12_01_00);
  keepPackVersion(path, 2026_11_01_00);
  expect(readPackVersion(path)).toBe(2026_12_01_00);
  expect(readdirSync(join(path, '..'))).toEqual(['pack-version']);
});

it('takes what is no number, a link or a folder for nothing, and writes through no link', () => {
  const dir = tempDir();
  for (const [name, text] of [
    ['words', 'newest'],
    ['long', '9'.repeat(400)],
    ['negative', '-5'],
    ['empty', ''],
  ] as const) {
    writeFileSync(join(dir, name), text);
    expect(readPackVersion(join(dir, name)), name).toBe(0);
  }
  mkdirSync(join(dir, 'folder'));
  expect(readPackVersion(join(dir, 'folder'))).toBe(0);
  keepPackVersion(join(dir, 'folder'), 7);
  const target = join(dir, 'target');
  symlinkSync(target, join(dir, 'link'));
  keepPackVersion(join(dir, 'link'), 7);
  expect(existsSync(target)).toBe(false);
  expect(readPackVersion(join(dir, 'link'))).toBe(7);
  keepPackVersion(join(dir, 'no', 'such', 'folder'), 7);
});
