import { isInside } from './safe-read.ts';

/** Servers that editors start on the far end of a remote connection keep everything in a folder of their own (2026-11). */
const REMOTE_SERVERS: readonly (readonly [folder: RegExp, place: string])[] = [
  [/\/\.vscode-server(?:-insiders)?(?:\/|$)/, 'remote:vscode-server'],
  [/\/\.(?:vscode-remote|vscodium-server|vscode-server-oss)(?:\/|$)/, 'remote:vscode-server'],
  [/\/\.cursor-server(?:\/|$)/, 'remote:cursor-server'],
  [/\/\.windsurf-server(?:\/|$)/, 'remote:windsurf-server'],
  [/\/\.(?:antigravity|kiro|trae)-server(?:\/|$)/, 'remote:editor-server'],
  [/\/\.cache\/JetBrains\/RemoteDev(?:-[A-Z]{2})?(?:\/|$)/, 'remote:jetbrains'],
  [/\/\.local\/share\/code-server(?:\/|$)/, 'remote:code-server'],
];

export interface Placed {
  /** Absolute; everything below it lives there. */
  readonly folder: string;
  readonly place: string;
}

/** @returns where a path lives, the innermost folder first; `undefined` for this account on this machine itself. Pure. */
export function createPlacer(folders: readonly Placed[]): (path: string) => string | undefined {
  const innermostFirst = [...folders].sort((a, b) => b.folder.length - a.folder.length);
  return (path) =>
    innermostFirst.find(({ folder }) => isInside(path, folder))?.place ??
    REMOTE_SERVERS.find(([folder]) => folder.test(path))?.[1];
}
