import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

const MAX_BYTES = 20;

/**
 * The newest version of a data pack that was ever in use on this machine, so that an older one, however well signed, does
 * not come back with a restart. @returns 0 when none was, or when the file cannot be used
 */
export function readPackVersion(path: string): number {
  try {
    const stat = lstatSync(path);
    if (!stat.isFile() || stat.size > MAX_BYTES) return 0;
    const text = readFileSync(path, 'utf8').trim();
    return /^\d{1,15}$/.test(text) ? Number(text) : 0;
  } catch {
    return 0; // No pack was in use yet.
  }
}

/** Never lowers what is kept. A folder that takes nothing now loses it: the next pack is kept again. */
export function keepPackVersion(path: string, version: number): void {
  if (version <= readPackVersion(path)) return;
  const next = `${path}.${process.pid}`;
  try {
    rmSync(next, { force: true });
    writeFileSync(next, String(version), { mode: 0o600, flag: 'wx' });
    renameSync(next, path);
  } catch {
    // A full disk is told by the store, which is in the same folder.
  }
}
