import type { AgentSpec } from '../spec.ts';
import { config, discovery } from '../shared/declare.ts';
import { settingsAt } from '../shared/readings.ts';

/** The gateway behind `docker mcp gateway run`; its registry names the servers that clients reach through it. */
export const DOCKER_MCP: AgentSpec = {
  id: 'docker-mcp',
  name: 'Docker MCP Toolkit',
  vendor: 'Docker',
  kind: 'runtime',
  evidence: 'code',
  discovery: discovery({
    installs: [
      { kind: 'path', method: 'plugin', path: '~/.docker/cli-plugins/docker-mcp' },
      {
        kind: 'path',
        method: 'plugin',
        path: '/usr/local/lib/docker/cli-plugins/docker-mcp',
        on: ['linux', 'darwin'],
      },
      { kind: 'path', method: 'state', path: '~/.docker/mcp' },
    ],
    process: { names: ['docker-mcp'] },
    configs: [
      config(
        'user',
        '~/.docker/mcp/registry.yaml',
        (document) => ({ settings: settingsAt(document, ['registry']) }),
        'yaml',
      ),
      config('user', '~/.docker/mcp/config.yaml', () => ({}), 'yaml'),
      config('user', '~/.docker/mcp/tools.yaml', () => ({}), 'yaml'),
    ],
  }),
  logs: [],
};
