import type { LogRoot } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { envValue } from '../shared/join-path.ts';
import { opencodeStore } from '../shared/opencode-store.ts';
import { dataDir } from './log-data-dir.ts';

/** `opencode.db`, `opencode-<channel>.db`; `OPENCODE_DB` names another file. */
function roots(context: PathContext): readonly LogRoot[] {
  const usual: LogRoot = {
    dir: dataDir(context),
    maxDepth: 0,
    matches: (path) => /^opencode(?:-[\w.-]+)?\.db$/.test(path),
  };
  const moved = envValue(context, 'OPENCODE_DB');
  const end = moved === undefined ? -1 : Math.max(moved.lastIndexOf('/'), moved.lastIndexOf('\\'));
  if (moved === undefined || end <= 0) return [usual];
  const name = moved.slice(end + 1);
  return [usual, { dir: moved.slice(0, end), maxDepth: 0, matches: (path) => path === name }];
}

/** The store since 1.2 (February 2026). */
export const DATABASE = opencodeStore('opencode', roots);
