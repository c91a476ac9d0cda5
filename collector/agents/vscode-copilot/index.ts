import type { AgentSpec } from '../spec.ts';
import { VSCODE_COPILOT_DISCOVERY } from './discovery.ts';
import { VSCODE_COPILOT_LOGS } from './log.ts';

export const VSCODE_COPILOT: AgentSpec = {
  id: 'vscode-copilot',
  name: 'GitHub Copilot in VS Code',
  vendor: 'GitHub',
  kind: 'extension',
  gate: 'hook',
  evidence: 'code',
  discovery: VSCODE_COPILOT_DISCOVERY,
  logs: VSCODE_COPILOT_LOGS,
};
