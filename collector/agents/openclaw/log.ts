import type { LogFormat, LogRoot } from '../spec-log.ts';
import { piTreeFormat } from '../shared/pi-tree.ts';
import { agentFolders } from './log-folders.ts';
import { STORE } from './log-store.ts';
import { openclawTool } from './tools.ts';

// <agent>/sessions/<session>.jsonl; since the store, what is put away: <agent>/sessions/cold/<hash>.jsonl.zst
const PATH = /^[^/]+\/sessions\/(?:[^/]+\.jsonl|cold\/[^/]+\.jsonl\.zst)$/;

/** Session files of OpenClaw before its SQLite store, and its archives, in Pi's format. Source and recordings, 2026-11. */
const SESSIONS: LogFormat = {
  ...piTreeFormat({
    agentId: 'openclaw',
    formatId: 'openclaw.session',
    tool: openclawTool,
    roots: (context): readonly LogRoot[] =>
      agentFolders(context).map((dir) => ({ dir, maxDepth: 3, matches: (path) => PATH.test(path) })),
  }),
  compressed: (path) => path.endsWith('.zst'),
};

/** Session logs of OpenClaw. */
export const OPENCLAW_LOGS: readonly LogFormat[] = [SESSIONS, STORE];
