import type { AgentSpec } from '../spec.ts';
import { desktopApp, discovery, mcpFiles } from '../shared/declare.ts';

export const TOME: AgentSpec = {
  id: 'tome',
  name: 'Tome',
  vendor: 'Runebook',
  kind: 'desktop',
  evidence: 'reports',
  discovery: discovery({
    installs: [...desktopApp('Tome'), { kind: 'path', method: 'state', path: '~/.tome' }],
    process: { names: ['tome'], paths: ['tome.app/', '/tome/'] },
    configs: [...mcpFiles('user', '~/.tome/mcp_config.json')],
  }),
  logs: [],
};
