import type { ConfigReading } from '../spec-discovery.ts';
import { field, itemsAt, textAt } from './document.ts';
import { serversAt, variablesAt } from './readings.ts';

/** Editors that load VS Code extensions: where per user the extensions and the user data are (2026-11). */
export const VSCODE_FAMILY = [
  { name: 'vscode', extensions: '~/.vscode/extensions', userData: 'Code' },
  { name: 'vscode-insiders', extensions: '~/.vscode-insiders/extensions', userData: 'Code - Insiders' },
  { name: 'vscode-server', extensions: '~/.vscode-server/extensions', userData: undefined },
  { name: 'vscodium', extensions: '~/.vscode-oss/extensions', userData: 'VSCodium' },
  { name: 'cursor', extensions: '~/.cursor/extensions', userData: 'Cursor' },
  { name: 'cursor-server', extensions: '~/.cursor-server/extensions', userData: undefined },
  { name: 'windsurf', extensions: '~/.windsurf/extensions', userData: 'Windsurf' },
  { name: 'kiro', extensions: '~/.kiro/extensions', userData: 'Kiro' },
  { name: 'antigravity', extensions: '~/.antigravity/extensions', userData: 'Antigravity' },
  { name: 'trae', extensions: '~/.trae/extensions', userData: 'Trae' },
  { name: 'void', extensions: '~/.void-editor/extensions', userData: 'Void' },
] as const;

/** `workspaceStorage/<id>/workspace.json`: the folder a window was opened on, as a URI. */
export function readWorkspace(document: unknown): ConfigReading {
  const folder = textAt(document, 'folder');
  return folder === undefined ? {} : { projects: [folder] };
}

/** `devcontainer.json`: servers and variables for the editor inside the container. */
export function readDevcontainer(document: unknown): ConfigReading {
  return {
    mcpServers: serversAt(document, 'customizations', 'vscode', 'mcp', 'servers'),
    variables: ['containerEnv', 'remoteEnv'].flatMap((key) => variablesAt(document, key)),
  };
}

/** `*.code-workspace`: servers and folders of a workspace file. */
export function readCodeWorkspace(document: unknown): ConfigReading {
  return {
    mcpServers:
      field(document, 'settings', 'mcp') === undefined
        ? serversAt(document, 'settings', 'mcp.servers')
        : serversAt(document, 'settings', 'mcp', 'servers'),
    projects: itemsAt(document, 'folders').flatMap((folder) => textAt(folder, 'uri') ?? []),
  };
}
