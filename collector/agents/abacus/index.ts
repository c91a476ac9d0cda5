import type { AgentSpec } from '../spec.ts';
import { discovery } from '../shared/declare.ts';

export const ABACUS: AgentSpec = {
  id: 'abacus',
  name: 'Abacus AI Desktop',
  vendor: 'Abacus.AI',
  kind: 'desktop',
  gate: 'hook',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'bundle', name: 'AbacusAI' },
      { kind: 'command', name: 'abacusai' },
      { kind: 'path', method: 'state', path: '~/.abacusai' },
    ],
    process: { names: ['abacusai'], notArguments: ['--type='] },
  }),
  logs: [],
};
