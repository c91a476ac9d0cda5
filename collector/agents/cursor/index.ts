import type { AgentSpec } from '../spec.ts';
import { CURSOR_LOGS } from './log.ts';
import { CURSOR_DISCOVERY } from './discovery.ts';

export const CURSOR: AgentSpec = {
  id: 'cursor',
  name: 'Cursor',
  vendor: 'Anysphere',
  kind: 'ide',
  gate: 'hook',
  evidence: 'docs',
  discovery: CURSOR_DISCOVERY,
  logs: CURSOR_LOGS,
};
