import { join } from 'node:path';
import type { PathContext } from '../agents/path-context.ts';

/** Where Reeve keeps its state, by itself: for whoever looks for a collector and needs nothing else of the platform. */
export function stateFolderOf(
  os: PathContext['platform'],
  environment: NodeJS.ProcessEnv,
  homedir: string,
): string {
  switch (os) {
    case 'darwin':
      return join(environment['HOME'] ?? homedir, 'Library/Application Support/Reeve');
    case 'win32': {
      const home = environment['USERPROFILE'] ?? homedir;
      return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Reeve');
    }
    case 'linux': {
      const home = environment['HOME'] ?? homedir;
      return join(absolute(environment['XDG_STATE_HOME']) ?? join(home, '.local/state'), 'reeve');
    }
  }
}

/** The XDG specification has relative values ignored. */
export function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') === true ? path : undefined;
}
