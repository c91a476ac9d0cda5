import type { AgentSpec } from '../spec.ts';
import { desktopApp, discovery, mcpFiles } from '../shared/declare.ts';

export const ANYTHINGLLM: AgentSpec = {
  id: 'anythingllm',
  name: 'AnythingLLM',
  vendor: 'Mintplex Labs',
  kind: 'desktop',
  evidence: 'reports',
  discovery: discovery({
    installs: [
      ...desktopApp('AnythingLLM', 'anythingllm-desktop'),
      { kind: 'path', method: 'state', path: '{appSupport}/anythingllm-desktop/storage' },
    ],
    process: { names: ['anythingllm', 'anythingllm-desktop'], notArguments: ['--type='] },
    configs: [
      ...mcpFiles('user', '{appSupport}/anythingllm-desktop/storage/plugins/anythingllm_mcp_servers.json'),
    ],
  }),
  logs: [],
};
