import { createDarwinPlatform } from './darwin.ts';
import { createLinuxPlatform } from './linux.ts';
import type { Platform } from './platform.ts';
import { createWin32Platform } from './win32.ts';

/** The platform this process runs on. Other Unix systems are taken for Linux: XDG folders and /proc, if they have it. */
export function createPlatform(environment: NodeJS.ProcessEnv = process.env): Platform {
  switch (process.platform) {
    case 'darwin':
      return createDarwinPlatform(environment);
    case 'win32':
      return createWin32Platform(environment);
    default:
      return createLinuxPlatform(environment);
  }
}
