import type { AgentSpec } from '../spec.ts';
import { desktopApp, discovery } from '../shared/declare.ts';

export const MSTY: AgentSpec = {
  id: 'msty',
  name: 'Msty',
  vendor: 'CloudStack',
  kind: 'desktop',
  evidence: 'reports',
  discovery: discovery({
    installs: [...desktopApp('Msty'), { kind: 'path', method: 'state', path: '{appSupport}/Msty' }],
    process: { names: ['msty'], notArguments: ['--type='] },
  }),
  logs: [],
};
