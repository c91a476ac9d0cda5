import type { AgentSpec } from '../spec.ts';
import { desktopApp, discovery, mcpFiles } from '../shared/declare.ts';
import { WITSY_LOGS } from './log.ts';

export const WITSY: AgentSpec = {
  id: 'witsy',
  name: 'Witsy',
  vendor: 'Nicolas Bonamy',
  kind: 'desktop',
  evidence: 'code',
  discovery: discovery({
    installs: [
      ...desktopApp('Witsy'),
      { kind: 'path', method: 'state', path: '{appSupport}/Witsy/settings.json' },
    ],
    process: { names: ['witsy'], notArguments: ['--type='] },
    configs: [...mcpFiles('user', '{appSupport}/Witsy/settings.json')],
  }),
  logs: WITSY_LOGS,
};
