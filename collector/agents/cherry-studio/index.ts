import type { AgentSpec } from '../spec.ts';
import { desktopApp, discovery } from '../shared/declare.ts';

/** Servers live in the browser storage of the app; only its presence can be told. */
export const CHERRY_STUDIO: AgentSpec = {
  id: 'cherry-studio',
  name: 'Cherry Studio',
  vendor: 'CherryHQ',
  kind: 'desktop',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      ...desktopApp('Cherry Studio'),
      { kind: 'path', method: 'state', path: '{appSupport}/CherryStudio' },
    ],
    process: { names: ['cherry studio', 'cherrystudio', 'cherry-studio'], notArguments: ['--type='] },
  }),
  logs: [],
};
