import type { PathContext } from '../path-context.ts';
import { envValue, joinPath } from '../shared/join-path.ts';

/**
 * The data folder: `$XDG_DATA_HOME/opencode`, else `~/.local/share/opencode` on every OS (1.18.33; Windows by
 * documentation only).
 */
export function dataDir(context: PathContext): string {
  const base = envValue(context, 'XDG_DATA_HOME') ?? joinPath(context, context.home, '.local', 'share');
  return joinPath(context, base, 'opencode');
}
