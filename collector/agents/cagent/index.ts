import type { AgentSpec } from '../spec.ts';
import { discovery } from '../shared/declare.ts';
import { CAGENT_LOGS } from './log.ts';

export const CAGENT: AgentSpec = {
  id: 'cagent',
  name: 'Docker cagent',
  vendor: 'Docker',
  kind: 'cli',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'command', name: 'cagent' },
      { kind: 'path', method: 'plugin', path: '~/.docker/cli-plugins/docker-agent' },
      { kind: 'path', method: 'state', path: '~/.cagent' },
    ],
    process: { names: ['cagent', 'docker-agent'] },
  }),
  logs: CAGENT_LOGS,
};
