import type { PathContext } from '../path-context.ts';
import { IGNORED, type JsonlFormat, type LogFormat, type LogRoot } from '../spec-log.ts';

const ROLLOUT: JsonlFormat = {
  id: 'codex.rollout',
  container: 'jsonl',
  roots,
  initialState: () => ({}),
  parseLine: () => IGNORED,
};

function roots(context: PathContext): readonly LogRoot[] {
  const separator = context.platform === 'win32' ? '\\' : '/';
  const moved = context.env['CODEX_HOME'];
  const base = moved === undefined || moved === '' ? [context.home, '.codex'].join(separator) : moved;
  return ['sessions', 'archived_sessions'].map((name) => ({
    dir: [base, name].join(separator),
    maxDepth: 4,
    matches: (relativePath) => relativePath.endsWith('.jsonl') || relativePath.endsWith('.jsonl.zst'),
  }));
}

/** Session logs of Codex. */
export const CODEX_LOGS: readonly LogFormat[] = [ROLLOUT];
