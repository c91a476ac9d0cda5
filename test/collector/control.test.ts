import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createControlHandlers } from '../../collector/control.ts';
import { METHODS } from '../../collector/contract/ipc.ts';
import type { ListedProcess } from '../../collector/contract/process-list.ts';
import { systemClock } from '../../collector/lib/clock.ts';
import { Store } from '../../collector/store/store.ts';
import { tempDir } from '../support/temp.ts';

const server = (name: string, args: readonly string[]) => ({
  id: `mcp:${name}`,
  agentIds: ['claude-code'],
  name,
  scope: 'user',
  configPath: '/home/ana/.claude.json',
  pointer: `/mcpServers/${name}`,
  transport: 'stdio',
  command: 'npx',
  args,
  envNames: [],
  headerNames: [],
  enabled: true,
  credentialIds: [],
  usedTools: [],
});

const PROCESSES: readonly ListedProcess[] = [
  { pid: 10, startTimeMs: 1, parentPid: 1, name: 'claude', agentId: 'claude-code', role: 'agent' },
  {
    pid: 11,
    startTimeMs: 2,
    parentPid: 10,
    name: 'npm',
    command: 'npm exec docs-mcp@1.2.0',
    agentId: 'claude-code',
    sessionId: 's',
    role: 'child',
  },
  {
    pid: 12,
    startTimeMs: 3,
    parentPid: 10,
    name: 'npm',
    command: 'npm exec other-docs-mcp',
    agentId: 'claude-code',
    role: 'child',
  },
];

it('tells which processes are which MCP servers, and nothing of those that do not run', async () => {
  const store = Store.open({ path: join(tempDir(), 'reeve.db'), nowMs: () => 1 });
  const servers = [server('docs', ['-y', 'docs-mcp@1.2.0']), server('idle', ['-y', 'idle-mcp'])];
  store.inventory.replace({ 'mcp-server': servers }, 1);
  const handlers = createControlHandlers({
    store,
    processes: {
      list: () => Promise.resolve({ timeMs: 1, processes: [...PROCESSES] }),
      resolve: () => ({ roots: [] }),
      supervise: () => undefined,
      forget: () => undefined,
    },
    witnessing: { connections: () => ({ connections: [] }), state: () => ({ witnesses: [] }) } as never,
    clock: systemClock,
    actor: { user: 'ana' },
    os: 'linux',
    onPerformed: () => undefined,
  });
  const answer = METHODS['mcpServers.running'].result.parse(await handlers['mcpServers.running']({}));
  expect(answer).toEqual([
    {
      id: 'mcp:docs',
      processes: [{ pid: 11, startTimeMs: 2, agentId: 'claude-code', agentPid: 10, sessionId: 's' }],
    },
  ]);
  store.close();
});
