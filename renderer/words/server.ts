import type { McpServer } from '../../collector/contract/agent.ts';
import { plural } from './number.ts';
import { visible } from './visible.ts';

/** What runs or where it is: `npx -y docs-mcp`, `https://mcp.example.com/mcp`. */
export function serverRuns(server: McpServer): string {
  return visible(server.url ?? [server.command ?? '', ...(server.args ?? [])].join(' ').trim());
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

/** Where a remote one is: `mcp.example.com`; undefined for programs on this machine. */
export function serverHost({ url }: McpServer): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : undefined;
}

/** Two entries that start, or lead to, the same thing. */
export function isSameServer(a: McpServer, b: McpServer): boolean {
  if (a.url !== undefined || b.url !== undefined) return a.url === b.url;
  if (a.package !== undefined && b.package !== undefined)
    return a.package.ecosystem === b.package.ecosystem && a.package.name === b.package.name;
  return serverRuns(a) !== '' && serverRuns(a) === serverRuns(b);
}

export interface ReachLine {
  readonly text: string;
  readonly paths?: readonly string[];
}

/** What a server could get at, from how it is set up. */
export function reachOfServer(server: McpServer): readonly ReachLine[] {
  const lines: ReachLine[] = [];
  const host = serverHost(server);
  if (server.url !== undefined) {
    lines.push({ text: `Everything that an agent hands to it goes to ${host ?? server.url}.` });
    if (server.url.startsWith('http://') && host !== undefined && !/^(?:localhost|127\.|\[::1\])/.test(host))
      lines.push({ text: 'The way there is not encrypted: others on the network can read and change it.' });
  } else if (server.package?.ecosystem === 'docker')
    lines.push({ text: 'What is in its container, and what its command mounts into it.' });
  else
    lines.push({
      text: 'It runs as a program with your rights: every file, program and connection that you may use yourself.',
    });
  const paths = (server.args ?? []).filter(
    (arg) => /^(?:[~/]|[A-Za-z]:\\)/.test(arg) && !arg.includes('://'),
  );
  if (paths.length > 0) lines.push({ text: 'It is pointed at', paths });
  const free = server.autoApproved ?? [];
  if (free.length > 0)
    lines.push({
      text: free.includes('*')
        ? 'Agents use all its tools without asking you.'
        : `Agents use ${plural(free.length, 'tool')} of it without asking you.`,
    });
  return lines;
}
