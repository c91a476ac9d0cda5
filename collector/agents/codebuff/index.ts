import type { AgentSpec } from '../spec.ts';
import { discovery } from '../shared/declare.ts';
import { CODEBUFF_LOGS } from './log.ts';

export const CODEBUFF: AgentSpec = {
  id: 'codebuff',
  name: 'Codebuff',
  vendor: 'Codebuff',
  kind: 'cli',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'npm', package: 'codebuff' },
      { kind: 'command', name: 'codebuff' },
      { kind: 'command', name: 'freebuff' },
      { kind: 'path', method: 'state', path: '~/.config/manicode' },
    ],
    process: { names: ['codebuff', 'freebuff'], scripts: ['/codebuff/'] },
  }),
  logs: CODEBUFF_LOGS,
};
