import type { LogFormat, LogRoot } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import { piTreeFormat } from '../shared/pi-tree.ts';
import { openclawTool } from './tools.ts';

// <agent>/sessions/<session>.jsonl
const PATH = /^[^/]+\/sessions\/[^/]+\.jsonl$/;

/** The product was called Clawdbot and Moltbot before; their folders stay where they were. */
function roots(context: PathContext): readonly LogRoot[] {
  const moved = envValue(context, 'OPENCLAW_STATE_DIR');
  const folders = ['.openclaw', '.moltbot', '.clawdbot'].map((name) => joinPath(context, context.home, name));
  return [...(moved === undefined ? [] : [moved]), ...folders].map((folder) => ({
    dir: joinPath(context, folder, 'agents'),
    maxDepth: 2,
    matches: (path) => PATH.test(path),
  }));
}

/** Session files of OpenClaw before its SQLite store, in Pi's format. Source and recordings, 2026-11. */
export const OPENCLAW_LOGS: readonly LogFormat[] = [
  piTreeFormat({ agentId: 'openclaw', formatId: 'openclaw.session', tool: openclawTool, roots }),
];
