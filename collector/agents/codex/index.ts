import type { AgentSpec } from '../spec.ts';
import { CODEX_DISCOVERY } from './discovery.ts';
import { CODEX_LOGS } from './log.ts';

export const CODEX: AgentSpec = {
  id: 'codex',
  name: 'Codex',
  vendor: 'OpenAI',
  kind: 'cli',
  gate: 'hook',
  evidence: 'code',
  discovery: CODEX_DISCOVERY,
  logs: CODEX_LOGS,
};
