import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, link, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

const KEY_BYTES = 32;
const SHOWN_HEX = 24;
/** Where there are no user ids there are no permission bits either; the folder's access list guards the file there. */
const hasModes = process.getuid !== undefined;

/** The key file cannot be used. The message says which file, what is wrong and what to do; it holds no key. */
export class FingerprintKeyError extends Error {
  readonly code: 'unsafe-key-file' | 'bad-key-file';
  constructor(code: 'unsafe-key-file' | 'bad-key-file', message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FingerprintKeyError';
    this.code = code;
  }
}

/**
 * Fingerprints of secret values: HMAC-SHA-256 under a key of this machine, as `fp_` and 24 hex digits. Equal values give
 * equal fingerprints on one machine only; without the key a fingerprint cannot be tried against a list of values.
 */
export function createFingerprint(key: Uint8Array): (value: string) => string {
  if (key.length < KEY_BYTES) throw new RangeError(`fingerprint key must have ${KEY_BYTES} bytes`);
  const own = createSecretKey(Uint8Array.from(key));
  return (value) => `fp_${createHmac('sha256', own).update(value, 'utf8').digest('hex').slice(0, SHOWN_HEX)}`;
}

/**
 * Reads this machine's fingerprint key, and makes it (32 random bytes, mode 0600) where there is none yet. Two processes
 * that start together get the same key: the file appears whole, by an exclusive link, or not at all.
 * @throws FingerprintKeyError when others can read the file (POSIX), when it is no plain file, or is not 32 bytes long
 */
export async function openFingerprintKey(path: string): Promise<Uint8Array> {
  const existing = await readKey(path);
  if (existing !== undefined) return existing;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(randomBytes(KEY_BYTES));
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(temporary, path);
  } catch (error) {
    // EEXIST: another process was first, and its key counts.
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await unlink(temporary);
  }
  const key = await readKey(path);
  if (key === undefined)
    throw new FingerprintKeyError('bad-key-file', `${path} vanished while it was made; start again`);
  return key;
}

async function readKey(path: string): Promise<Uint8Array | undefined> {
  let handle;
  try {
    handle = await open(path, constants.O_RDONLY | (hasModes ? constants.O_NOFOLLOW : 0));
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    if (isCode(error, 'ELOOP'))
      throw new FingerprintKeyError(
        'unsafe-key-file',
        `${path} is a symbolic link; remove it and start again`,
        { cause: error },
      );
    throw error;
  }
  try {
    const stat = await handle.stat();
    if (!stat.isFile())
      throw new FingerprintKeyError('bad-key-file', `${path} is not a file; remove it and start again`);
    if (hasModes) {
      if ((stat.mode & 0o077) !== 0)
        throw new FingerprintKeyError(
          'unsafe-key-file',
          `${path} can be read by others (mode 0${(stat.mode & 0o777).toString(8)}); run chmod 600 on it, or remove it to get a new key`,
        );
      if (process.getuid !== undefined && stat.uid !== process.getuid() && process.getuid() !== 0)
        throw new FingerprintKeyError(
          'unsafe-key-file',
          `${path} belongs to another user; remove it and start again`,
        );
    }
    if (stat.size !== KEY_BYTES)
      throw new FingerprintKeyError(
        'bad-key-file',
        `${path} has ${stat.size} bytes and not ${KEY_BYTES}; restore it, or remove it to get a new key (old fingerprints no longer match then)`,
      );
    return Uint8Array.from(await handle.readFile());
  } finally {
    await handle.close();
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
