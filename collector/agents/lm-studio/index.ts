import type { AgentSpec } from '../spec.ts';
import { discovery, mcpFiles } from '../shared/declare.ts';
import { LM_STUDIO_LOGS } from './log.ts';

/** Local models with MCP. Its server on port 1234 asks for no key by default. */
export const LM_STUDIO: AgentSpec = {
  id: 'lm-studio',
  name: 'LM Studio',
  vendor: 'Element Labs',
  kind: 'runtime',
  evidence: 'docs',
  discovery: discovery({
    installs: [
      { kind: 'bundle', name: 'LM Studio' },
      { kind: 'path', method: 'cli', path: '~/.lmstudio/bin/lms' },
      { kind: 'command', name: 'lms' },
      { kind: 'homebrew', name: 'lm-studio' },
      { kind: 'winget', name: 'ElementLabs.LMStudio' },
      { kind: 'path', method: 'installer', path: '{localAppData}/Programs/LM Studio', on: ['win32'] },
    ],
    process: { names: ['lm studio', 'lm-studio', 'lms', 'llmster'], notArguments: ['--type='] },
    configs: [...mcpFiles('user', '{LM_STUDIO_HOME|~/.lmstudio}/mcp.json', '~/.cache/lm-studio/mcp.json')],
  }),
  logs: LM_STUDIO_LOGS,
};
