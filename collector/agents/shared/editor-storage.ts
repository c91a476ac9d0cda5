import type { PathContext } from '../path-context.ts';
import { envValue, joinPath } from './join-path.ts';
import { VSCODE_FAMILY } from './vscode-family.ts';

/**
 * The `User` folders of every editor of the VS Code family, remote hosts' among them: below each are
 * `globalStorage/<extension>` and `workspaceStorage/<id>`.
 */
export function editorUserFolders(context: PathContext): readonly string[] {
  const base =
    context.platform === 'darwin'
      ? joinPath(context, context.home, 'Library', 'Application Support')
      : context.platform === 'win32'
        ? (envValue(context, 'APPDATA') ?? joinPath(context, context.home, 'AppData', 'Roaming'))
        : (envValue(context, 'XDG_CONFIG_HOME') ?? joinPath(context, context.home, '.config'));
  const local = VSCODE_FAMILY.flatMap(({ userData }) =>
    userData === undefined ? [] : [joinPath(context, base, userData, 'User')],
  );
  const remote = ['.vscode-server', '.vscode-server-insiders', '.cursor-server', '.windsurf-server'].map(
    (name) => joinPath(context, context.home, name, 'data', 'User'),
  );
  return [...local, ...remote];
}

export function globalStorage(context: PathContext, extension: string): readonly string[] {
  return editorUserFolders(context).map((folder) => joinPath(context, folder, 'globalStorage', extension));
}
