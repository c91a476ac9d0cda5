import type { AgentSpec } from '../spec.ts';
import { discovery, mcpFiles } from '../shared/declare.ts';

export const SEMA4: AgentSpec = {
  id: 'sema4',
  name: 'Sema4 Studio',
  vendor: 'Sema4.ai',
  kind: 'desktop',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'bundle', name: 'Sema4.ai Studio' },
      { kind: 'path', method: 'state', path: '~/.sema4ai/sema4ai-studio' },
      { kind: 'path', method: 'state', path: '{localAppData}/sema4ai/sema4ai-studio', on: ['win32'] },
    ],
    process: { names: ['sema4ai-studio', 'sema4.ai studio'], notArguments: ['--type='] },
    configs: [...mcpFiles('user', '~/.sema4ai/sema4ai-studio/mcp_servers.json')],
  }),
  logs: [],
};
