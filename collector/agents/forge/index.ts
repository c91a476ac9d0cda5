import type { AgentSpec } from '../spec.ts';
import { discovery, mcpFiles } from '../shared/declare.ts';
import { FORGE_LOGS } from './log.ts';

export const FORGE: AgentSpec = {
  id: 'forge',
  name: 'Forge',
  vendor: 'Antinomy',
  kind: 'cli',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'npm', package: 'forgecode' },
      { kind: 'command', name: 'forge' },
      { kind: 'path', method: 'state', path: '~/.forge' },
    ],
    process: { names: ['forge'], paths: ['forgecode', '.forge', '/forge'] },
    configs: [...mcpFiles('user', '~/.forge/.mcp.json')],
  }),
  logs: FORGE_LOGS,
};
