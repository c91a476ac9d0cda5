import type { PathContext } from '../path-context.ts';
import { IGNORED, type JsonlFormat, type LogFormat, type LogRoot } from '../spec-log.ts';

const TRANSCRIPT: JsonlFormat = {
  id: 'claude-code.transcript',
  container: 'jsonl',
  roots,
  initialState: () => ({}),
  parseLine: () => IGNORED,
};

/** `projects/<slug>/…` below every configuration folder Claude Code may use. */
function roots(context: PathContext): readonly LogRoot[] {
  const moved = context.env['CLAUDE_CONFIG_DIR'];
  const separator = context.platform === 'win32' ? '\\' : '/';
  const bases = [
    [context.home, '.claude'].join(separator),
    [context.home, '.config', 'claude'].join(separator),
    ...(moved === undefined || moved === '' ? [] : [moved]),
  ];
  return [...new Set(bases)].map((base) => ({
    dir: [base, 'projects'].join(separator),
    maxDepth: 6,
    matches: (relativePath) => relativePath.endsWith('.jsonl'),
  }));
}

/** Session logs of Claude Code. */
export const CLAUDE_CODE_LOGS: readonly LogFormat[] = [TRANSCRIPT];
