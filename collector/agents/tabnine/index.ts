import type { AgentSpec } from '../spec.ts';
import { discovery, mcpFiles } from '../shared/declare.ts';

export const TABNINE: AgentSpec = {
  id: 'tabnine',
  name: 'Tabnine',
  vendor: 'Tabnine',
  kind: 'extension',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'extension', id: 'tabnine.tabnine-vscode' },
      { kind: 'command', name: 'tabnine' },
    ],
    process: { names: ['tabnine'], scripts: ['/tabnine/'] },
    configs: [
      ...mcpFiles('user', '~/.tabnine/mcp_servers.json'),
      ...mcpFiles('project', '.tabnine/mcp_servers.json'),
    ],
  }),
  logs: [],
};
