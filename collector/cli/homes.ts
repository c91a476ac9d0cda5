import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PathContext } from '../agents/path-context.ts';
import type { Platform } from '../platform/platform.ts';
import { CommandError, EXIT } from './context.ts';

/** Homes named with `--home`; the variables of our own environment do not apply to them. */
export function foreignHomes(paths: readonly string[], platform: Platform): PathContext[] {
  return paths.map((path) => {
    const home = resolve(path);
    const stat = statSync(home, { throwIfNoEntry: false });
    if (stat?.isDirectory() !== true) {
      throw new CommandError(`${path} is not a folder; --home takes a home folder.`, EXIT.usage);
    }
    return { platform: layoutOf(home, platform), home, env: {} };
  });
}

/** A mounted disk may come from another system: its folders tell which. */
function layoutOf(home: string, platform: Platform): PathContext['platform'] {
  const has = (path: string): boolean =>
    statSync(`${home}/${path}`, { throwIfNoEntry: false })?.isDirectory() === true;
  if (has('AppData/Roaming')) return 'win32';
  if (has('Library/Application Support')) return 'darwin';
  return platform.os === 'win32' ? 'win32' : platform.os === 'darwin' ? 'darwin' : 'linux';
}
