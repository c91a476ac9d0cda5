import type { AgentSpec } from '../spec.ts';
import { discovery, mcpFiles } from '../shared/declare.ts';

export const MCPORTER: AgentSpec = {
  id: 'mcporter',
  name: 'mcporter',
  vendor: 'Peter Steinberger',
  kind: 'cli',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'npm', package: 'mcporter' },
      { kind: 'command', name: 'mcporter' },
    ],
    process: { names: ['mcporter'], scripts: ['/mcporter/'] },
    configs: [
      ...mcpFiles('user', '~/.mcporter/mcporter.json', '~/.mcporter/mcporter.jsonc'),
      ...mcpFiles('project', 'config/mcporter.json'),
    ],
  }),
  logs: [],
};
