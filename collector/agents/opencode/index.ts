import type { AgentSpec } from '../spec.ts';
import { OPENCODE_DISCOVERY } from './discovery.ts';
import { OPENCODE_LOGS } from './log.ts';

export const OPENCODE: AgentSpec = {
  id: 'opencode',
  name: 'OpenCode',
  vendor: 'Anomaly',
  kind: 'cli',
  gate: 'hook',
  evidence: 'code',
  discovery: OPENCODE_DISCOVERY,
  logs: OPENCODE_LOGS,
};
