import type { AgentSpec } from '../spec.ts';
import { discovery } from '../shared/declare.ts';

export const CODY: AgentSpec = {
  id: 'cody',
  name: 'Cody',
  vendor: 'Sourcegraph',
  kind: 'extension',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'extension', id: 'sourcegraph.cody-ai' },
      { kind: 'npm', package: '@sourcegraph/cody' },
    ],
    process: { names: ['cody'], scripts: ['/@sourcegraph/cody/'] },
  }),
  logs: [],
};
