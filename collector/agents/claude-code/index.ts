import type { AgentSpec } from '../spec.ts';
import { CLAUDE_CODE_DISCOVERY } from './discovery.ts';
import { CLAUDE_CODE_LOGS } from './log.ts';

export const CLAUDE_CODE: AgentSpec = {
  id: 'claude-code',
  name: 'Claude Code',
  vendor: 'Anthropic',
  kind: 'cli',
  gate: 'http',
  evidence: 'code',
  discovery: CLAUDE_CODE_DISCOVERY,
  logs: CLAUDE_CODE_LOGS,
};
