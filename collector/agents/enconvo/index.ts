import type { AgentSpec } from '../spec.ts';
import { discovery, mcpFiles } from '../shared/declare.ts';

export const ENCONVO: AgentSpec = {
  id: 'enconvo',
  name: 'Enconvo',
  vendor: 'Enconvo',
  kind: 'desktop',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'bundle', name: 'Enconvo' },
      { kind: 'path', method: 'state', path: '~/.config/enconvo' },
    ],
    process: { names: ['enconvo'] },
    configs: [...mcpFiles('user', '~/.config/enconvo/mcp_config.json')],
  }),
  logs: [],
};
