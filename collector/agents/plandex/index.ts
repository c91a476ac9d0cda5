import type { AgentSpec } from '../spec.ts';
import { discovery } from '../shared/declare.ts';

export const PLANDEX: AgentSpec = {
  id: 'plandex',
  name: 'Plandex',
  vendor: 'Plandex',
  kind: 'cli',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'command', name: 'plandex' },
      { kind: 'command', name: 'pdx' },
      { kind: 'path', method: 'state', path: '~/.plandex' },
    ],
    process: { names: ['plandex', 'pdx'] },
  }),
  logs: [],
};
