import type { AgentSpec } from '../spec.ts';
import { desktopApp, discovery, mcpFiles } from '../shared/declare.ts';

export const FIVE_IRE: AgentSpec = {
  id: 'five-ire',
  name: '5ire',
  vendor: '5ire',
  kind: 'desktop',
  evidence: 'reports',
  discovery: discovery({
    installs: [...desktopApp('5ire'), { kind: 'path', method: 'state', path: '{appSupport}/5ire' }],
    process: { names: ['5ire'], notArguments: ['--type='] },
    configs: [...mcpFiles('user', '{appSupport}/5ire/mcp.json')],
  }),
  logs: [],
};
