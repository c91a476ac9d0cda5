import type { AgentSpec } from '../spec.ts';
import { COPILOT_CLI_DISCOVERY } from './discovery.ts';
import { COPILOT_CLI_LOGS } from './log.ts';

export const COPILOT_CLI: AgentSpec = {
  id: 'copilot-cli',
  name: 'GitHub Copilot CLI',
  vendor: 'GitHub',
  kind: 'cli',
  gate: 'http',
  evidence: 'code',
  discovery: COPILOT_CLI_DISCOVERY,
  logs: COPILOT_CLI_LOGS,
};
