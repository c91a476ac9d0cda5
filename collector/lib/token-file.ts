import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The secret that callers of the local API must know; new at every start, readable by the owner only. */
export function writeToken(path: string): string {
  const token = randomBytes(32).toString('base64url');
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const next = `${path}.${process.pid}`;
  // In a container every start has the same process id: what a killed one left would keep all later ones from starting.
  rmSync(next, { force: true });
  writeFileSync(next, token, { mode: 0o600, flag: 'wx' });
  renameSync(next, path);
  return token;
}

/** @returns `undefined` when there is none, or when it is not a plain file of ours. */
export function readToken(path: string): string | undefined {
  try {
    const stat = lstatSync(path);
    if (!stat.isFile() || stat.size > 200) return undefined;
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // No collector has run here.
  }
}
