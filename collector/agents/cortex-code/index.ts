import type { AgentSpec } from '../spec.ts';
import { discovery, mcpFiles } from '../shared/declare.ts';
import { CORTEX_CODE_LOGS } from './log.ts';

export const CORTEX_CODE: AgentSpec = {
  id: 'cortex-code',
  name: 'Cortex Code',
  vendor: 'Snowflake',
  kind: 'cli',
  gate: 'hook',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      { kind: 'command', name: 'cortex' },
      { kind: 'path', method: 'state', path: '~/.snowflake/cortex' },
    ],
    process: { names: ['cortex'] },
    configs: [...mcpFiles('user', '~/.snowflake/cortex/mcp.json')],
    assets: [{ kind: 'hook', scope: 'user', path: '~/.snowflake/cortex/hooks.json' }],
  }),
  logs: CORTEX_CODE_LOGS,
};
