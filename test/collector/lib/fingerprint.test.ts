import { chmod, mkdtemp, readdir, readFile, stat, symlink, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFingerprint, openFingerprintKey } from '../../../collector/lib/fingerprint.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reeve-key-'));
});

describe('createFingerprint', () => {
  it('is equal for equal values under one key, and different under another', () => {
    const one = createFingerprint(new Uint8Array(32).fill(1));
    const two = createFingerprint(new Uint8Array(32).fill(2));
    expect(one('value')).toBe(one('value'));
    expect(one('value')).not.toBe(one('valuf'));
    expect(one('value')).not.toBe(two('value'));
    expect(one('value')).toMatch(/^fp_[0-9a-f]{24}$/);
  });

  it('keeps its key when the caller wipes the buffer', () => {
    const key = new Uint8Array(32).fill(7);
    const fingerprint = createFingerprint(key);
    const before = fingerprint('x');
    key.fill(0);
    expect(fingerprint('x')).toBe(before);
  });

  it('refuses a short key', () => {
    expect(() => createFingerprint(new Uint8Array(16))).toThrow(/32 bytes/);
  });
});

describe('openFingerprintKey', () => {
  it('makes a key nobody else can read, and gives the same one later', async () => {
    const path = join(folder, 'state', 'fingerprint.key');
    const first = await openFingerprintKey(path);
    expect(first).toHaveLength(32);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await openFingerprintKey(path)).toEqual(first);
    expect(await readdir(join(folder, 'state'))).toEqual(['fingerprint.key']);
  });

  it('gives twenty starts at once one key', async () => {
    const path = join(folder, 'fingerprint.key');
    const keys = await Promise.all(Array.from({ length: 20 }, () => openFingerprintKey(path)));
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
    expect(await readdir(folder)).toEqual(['fingerprint.key']);
  });

  it('refuses a key others can read, and says what to do', async () => {
    const path = join(folder, 'fingerprint.key');
    await openFingerprintKey(path);
    await chmod(path, 0o644);
    await expect(openFingerprintKey(path)).rejects.toThrow(/can be read by others.*chmod 600/);
  });

  it('refuses a key of the wrong length without telling any of it', async () => {
    const path = join(folder, 'fingerprint.key');
    await writeFile(path, 'abcdefgh', { mode: 0o600 });
    const error: unknown = await openFingerprintKey(path).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/8 bytes/);
    expect(String(error)).not.toContain('abcdefgh');
    expect(await readFile(path, 'utf8')).toBe('abcdefgh');
  });

  it('refuses a symbolic link and a folder', async () => {
    await writeFile(join(folder, 'other'), Buffer.alloc(32), { mode: 0o600 });
    await symlink(join(folder, 'other'), join(folder, 'link'));
    await expect(openFingerprintKey(join(folder, 'link'))).rejects.toThrow(/symbolic link/);
    await mkdir(join(folder, 'dir'));
    await expect(openFingerprintKey(join(folder, 'dir'))).rejects.toThrow(/not a file/);
  });
});
