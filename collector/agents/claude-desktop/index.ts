import type { AgentSpec } from '../spec.ts';
import { CLAUDE_DESKTOP_LOGS } from './log.ts';
import { CLAUDE_DESKTOP_DISCOVERY } from './discovery.ts';

export const CLAUDE_DESKTOP: AgentSpec = {
  id: 'claude-desktop',
  name: 'Claude Desktop',
  vendor: 'Anthropic',
  kind: 'desktop',
  evidence: 'docs',
  discovery: CLAUDE_DESKTOP_DISCOVERY,
  logs: CLAUDE_DESKTOP_LOGS,
};
