import type { AgentSpec } from '../spec.ts';
import { discovery } from '../shared/declare.ts';
import { GPTME_LOGS } from './log.ts';

export const GPTME: AgentSpec = {
  id: 'gptme',
  name: 'gptme',
  vendor: 'gptme',
  kind: 'cli',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'command', name: 'gptme' },
      { kind: 'path', method: 'state', path: '~/.config/gptme' },
    ],
    process: { names: ['gptme', 'gptme-server'], scripts: ['/bin/gptme'] },
  }),
  logs: GPTME_LOGS,
};
