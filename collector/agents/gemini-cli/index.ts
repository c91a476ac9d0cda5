import type { AgentSpec } from '../spec.ts';
import { GEMINI_CLI_DISCOVERY } from './discovery.ts';
import { GEMINI_CLI_LOGS } from './log.ts';

export const GEMINI_CLI: AgentSpec = {
  id: 'gemini-cli',
  name: 'Gemini CLI',
  vendor: 'Google',
  kind: 'cli',
  gate: 'hook',
  evidence: 'code',
  discovery: GEMINI_CLI_DISCOVERY,
  logs: GEMINI_CLI_LOGS,
};
