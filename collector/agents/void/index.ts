import type { AgentSpec } from '../spec.ts';
import { desktopApp, discovery, mcpFiles } from '../shared/declare.ts';
import { VOID_LOGS } from './log.ts';

/** Void editor; its project is dormant, installed copies go on working. */
export const VOID: AgentSpec = {
  id: 'void',
  name: 'Void',
  vendor: 'Glass Devtools',
  kind: 'ide',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      ...desktopApp('Void'),
      { kind: 'command', name: 'void' },
      { kind: 'path', method: 'state', path: '~/.void-editor' },
    ],
    process: { names: ['void'], notArguments: ['--type='] },
    configs: [...mcpFiles('user', '~/.void-editor/mcp.json', '~/.void-editor-dev/mcp.json')],
  }),
  logs: VOID_LOGS,
};
