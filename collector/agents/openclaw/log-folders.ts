import type { PathContext } from '../path-context.ts';
import { envValue, joinPath } from '../shared/join-path.ts';

/** `agents` of every state folder; the product was called Clawdbot and Moltbot before, and their folders stay. */
export function agentFolders(context: PathContext): readonly string[] {
  const moved = envValue(context, 'OPENCLAW_STATE_DIR');
  const own = ['.openclaw', '.moltbot', '.clawdbot'].map((name) => joinPath(context, context.home, name));
  return [...(moved === undefined ? [] : [moved]), ...own].map((folder) =>
    joinPath(context, folder, 'agents'),
  );
}
