import type { AgentSpec } from '../spec.ts';
import { discovery, mcpFiles } from '../shared/declare.ts';

export const BOLTAI: AgentSpec = {
  id: 'boltai',
  name: 'BoltAI',
  vendor: 'BoltAI',
  kind: 'desktop',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'bundle', name: 'BoltAI' },
      { kind: 'path', method: 'state', path: '~/.boltai' },
    ],
    process: { names: ['boltai'] },
    configs: [...mcpFiles('user', '~/.boltai/mcp.json')],
  }),
  logs: [],
};
