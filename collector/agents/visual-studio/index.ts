import type { AgentSpec } from '../spec.ts';
import { discovery, mcpFiles } from '../shared/declare.ts';
import { VISUAL_STUDIO_LOGS } from './log.ts';

/** Visual Studio with Copilot: key `servers` in the solution's and the user's file. */
export const VISUAL_STUDIO: AgentSpec = {
  id: 'visual-studio',
  name: 'Visual Studio Copilot',
  vendor: 'Microsoft',
  kind: 'ide',
  evidence: 'docs',
  platforms: ['win32'],
  discovery: discovery({
    installs: [
      {
        kind: 'path',
        method: 'installer',
        path: '{programFiles}/Microsoft Visual Studio/*/*/Common7/IDE/devenv.exe',
        on: ['win32'],
      },
    ],
    process: { names: ['devenv'] },
    configs: [...mcpFiles('user', '~/.mcp.json'), ...mcpFiles('project', '.vs/mcp.json', '.mcp.json')].map(
      (source) => ({ ...source, on: ['win32'] as const }),
    ),
  }),
  logs: VISUAL_STUDIO_LOGS,
};
