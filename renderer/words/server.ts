import type { McpServer } from '../../collector/contract/agent.ts';

/** What runs or where it is: `npx -y docs-mcp`, `https://mcp.example.com/mcp`. */
export function serverRuns(server: McpServer): string {
  return server.url ?? [server.command ?? '', ...(server.args ?? [])].join(' ').trim();
}

export function serverCalls(server: McpServer): number {
  return server.usedTools.reduce((sum, tool) => sum + tool.calls, 0);
}

export interface Pinning {
  readonly words: string;
  readonly severity: 'ok' | 'medium' | 'informational';
  readonly why: string;
}

/** Whether tomorrow's server is today's. */
export function pinning(server: McpServer): Pinning {
  if (server.package === undefined)
    return server.transport === 'stdio'
      ? { words: 'local', severity: 'informational', why: 'A program on this machine' }
      : { words: 'remote', severity: 'informational', why: 'What it does is decided where it runs' };
  return server.package.pinned
    ? {
        words: 'pinned',
        severity: 'ok',
        why: `Always ${server.package.name} ${server.package.version ?? ''}`,
      }
    : {
        words: 'not pinned',
        severity: 'medium',
        why: `Not pinned: whatever ${server.package.name} is on the day it starts`,
      };
}
