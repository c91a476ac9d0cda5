import type { LogFormat, LogRoot } from '../spec-log.ts';
import type { PathContext } from '../path-context.ts';
import { envValue, joinPath } from '../shared/join-path.ts';
import { piTreeFormat } from '../shared/pi-tree.ts';
import { piTool } from './tools.ts';

/** `~/.pi/agent/sessions/--<cwd>--/<time>_<id>.jsonl`; either variable moves it. */
function roots(context: PathContext): readonly LogRoot[] {
  const agent = envValue(context, 'PI_CODING_AGENT_DIR') ?? joinPath(context, context.home, '.pi', 'agent');
  const dir = envValue(context, 'PI_CODING_AGENT_SESSION_DIR') ?? joinPath(context, agent, 'sessions');
  return [{ dir, maxDepth: 1, matches: (path) => path.endsWith('.jsonl') }];
}

/** Session logs of Pi. Source and recordings of 2025 to 0.7x, 2026-11. */
export const PI_LOGS: readonly LogFormat[] = [
  piTreeFormat({ agentId: 'pi', formatId: 'pi.session', tool: piTool, roots }),
];
