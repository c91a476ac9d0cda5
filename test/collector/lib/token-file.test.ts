import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readToken, writeToken } from '../../../collector/lib/token-file.ts';
import { tempDir } from '../../support/temp.ts';

describe('the token file', () => {
  it('holds a new secret of 256 bits at each start, for the owner only, and nothing beside it', () => {
    const dir = join(tempDir(), 'state');
    const path = join(dir, 'api.token');
    const first = writeToken(path);
    const second = writeToken(path);
    expect(Buffer.from(first, 'base64url')).toHaveLength(32);
    expect(second).not.toBe(first);
    expect(readToken(path)).toBe(second);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(readdirSync(dir)).toEqual(['api.token']);
  });

  it('is written although a start with the same process id was killed in the middle of writing', () => {
    const path = join(tempDir(), 'api.token');
    writeFileSync(`${path}.${process.pid}`, 'half');
    const token = writeToken(path);
    expect(readToken(path)).toBe(token);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('does not write through a link that somebody put there', () => {
    const dir = tempDir();
    const path = join(dir, 'api.token');
    const target = join(dir, 'target');
    writeFileSync(target, 'untouched');
    symlinkSync(target, path);
    symlinkSync(target, `${path}.${process.pid}`);
    const token = writeToken(path);
    expect(readToken(path)).toBe(token);
    expect(readToken(target)).toBe('untouched');
  });

  it('is not read when it is missing, a link, a folder or too large', () => {
    const dir = tempDir();
    expect(readToken(join(dir, 'none'))).toBeUndefined();
    mkdirSync(join(dir, 'folder'));
    expect(readToken(join(dir, 'folder'))).toBeUndefined();
    writeFileSync(join(dir, 'large'), 'x'.repeat(201));
    expect(readToken(join(dir, 'large'))).toBeUndefined();
    writeFileSync(join(dir, 'good'), 'x');
    symlinkSync(join(dir, 'good'), join(dir, 'link'));
    expect(readToken(join(dir, 'link'))).toBeUndefined();
  });
});
