import type { PathContext } from '../path-context.ts';
import { envValue, joinPath } from './join-path.ts';

/** The account's folder for what applications keep: `Application Support`, `AppData\Roaming`, `~/.config`. */
export function appSupport(context: PathContext): string {
  const { home, platform } = context;
  return {
    darwin: joinPath(context, home, 'Library', 'Application Support'),
    win32: envValue(context, 'APPDATA') ?? joinPath(context, home, 'AppData', 'Roaming'),
    linux: envValue(context, 'XDG_CONFIG_HOME') ?? joinPath(context, home, '.config'),
  }[platform];
}
