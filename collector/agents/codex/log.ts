import type { PathContext } from '../path-context.ts';
import { joinPath } from '../shared/join-path.ts';
import { rolloutFormat } from '../shared/rollout/rollout.ts';
import type { LogFormat } from '../spec-log.ts';

/**
 * Rollouts of Codex, from the flat lines of 2025 to paginated history and code mode (0.169). Record types from
 * recordings of 0.99-0.147 and the 0.169 binary, checked 2026-11-22.
 */
const ROLLOUT = rolloutFormat('codex', bases);

/** Session logs of Codex. */
export const CODEX_LOGS: readonly LogFormat[] = [ROLLOUT];

/** A moved folder does not hide older logs. */
function bases(context: PathContext): readonly string[] {
  const own = joinPath(context, context.home, '.codex');
  const moved = (context.env['CODEX_HOME'] ?? '').replace(/[\\/]{1,8}$/, '');
  return moved === '' || moved === own ? [own] : [own, moved];
}
