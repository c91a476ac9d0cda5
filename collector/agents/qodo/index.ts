import type { AgentSpec } from '../spec.ts';
import { discovery } from '../shared/declare.ts';

export const QODO: AgentSpec = {
  id: 'qodo',
  name: 'Qodo',
  vendor: 'Qodo',
  kind: 'extension',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'extension', id: 'codium.codium' },
      { kind: 'extension', id: 'qodo.qodo-vscode' },
      { kind: 'npm', package: '@qodo/command' },
    ],
    process: { names: ['qodo'], scripts: ['/@qodo/command/'] },
  }),
  logs: [],
};
