import type { AgentSpec } from '../spec.ts';
import { IFLOW_LOGS } from './log.ts';
import { discovery, mcpFiles, rules } from '../shared/declare.ts';

export const IFLOW: AgentSpec = {
  id: 'iflow',
  name: 'iFlow CLI',
  vendor: 'iFlow',
  kind: 'cli',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'npm', package: '@iflow-ai/iflow-cli' },
      { kind: 'command', name: 'iflow' },
    ],
    process: { names: ['iflow'], scripts: ['/@iflow-ai/iflow-cli/'] },
    configs: [...mcpFiles('user', '~/.iflow/settings.json'), ...mcpFiles('project', '.iflow/settings.json')],
    assets: [...rules('project', 'IFLOW.md'), ...rules('user', '~/.iflow/IFLOW.md')],
    secretVariables: ['IFLOW_API_KEY'],
  }),
  logs: IFLOW_LOGS,
};
