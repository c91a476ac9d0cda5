import type { AgentSpec } from '../spec.ts';
import { discovery, mcpFiles, skills } from '../shared/declare.ts';
import { OPENHANDS_LOGS } from './log.ts';

export const OPENHANDS: AgentSpec = {
  id: 'openhands',
  name: 'OpenHands CLI',
  vendor: 'All Hands AI',
  kind: 'cli',
  gate: 'hook',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'command', name: 'openhands' },
      { kind: 'path', method: 'uv', path: '~/.local/share/uv/tools/openhands' },
      { kind: 'path', method: 'state', path: '~/.openhands' },
    ],
    process: { names: ['openhands'], scripts: ['/bin/openhands'] },
    configs: [...mcpFiles('user', '~/.openhands/mcp.json')],
    assets: [
      ...skills('project', '.openhands/skills'),
      { kind: 'hook', scope: 'project', path: '.openhands/hooks.json' },
    ],
  }),
  logs: OPENHANDS_LOGS,
};
