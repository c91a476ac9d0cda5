import type { AgentSpec } from '../spec.ts';
import { discovery } from '../shared/declare.ts';

export const ZEPTOCLAW: AgentSpec = {
  id: 'zeptoclaw',
  name: 'ZeptoClaw',
  vendor: 'ZeptoClaw',
  kind: 'cli',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'command', name: 'zeptoclaw' },
      { kind: 'path', method: 'state', path: '~/.zeptoclaw' },
    ],
    process: { names: ['zeptoclaw'] },
  }),
  logs: [],
};
