import { describe, expect, it } from 'vitest';
import type { McpServer } from '../../../collector/contract/agent.ts';
import { isSameServer, reachOfServer } from '../../../renderer/words/server.ts';

const server = (more: Partial<McpServer>): McpServer => ({
  id: 'mcp:1',
  agentIds: [],
  name: 'docs',
  scope: 'user',
  configPath: '/home/ana/.claude.json',
  pointer: '/mcpServers/docs',
  transport: 'stdio',
  envNames: [],
  headerNames: [],
  enabled: true,
  credentialIds: [],
  usedTools: [],
  ...more,
});
const npm = server({
  command: 'npx',
  args: ['-y', 'docs-mcp'],
  package: { ecosystem: 'npm', name: 'docs-mcp', pinned: false },
});

describe('an MCP server', () => {
  it('is the same one in another file, whatever it is called there', () => {
    expect(isSameServer(npm, server({ ...npm, name: 'd', configPath: '/other' }))).toBe(true);
    const url = 'https://mcp.example.com/mcp';
    expect(isSameServer(server({ url }), server({ url, name: 'x' }))).toBe(true);
    expect(isSameServer(server({ url }), npm)).toBe(false);
    expect(isSameServer(server({}), server({}))).toBe(false);
  });

  it('reaches what its set-up lets it, said in words', () => {
    const words = (more: Partial<McpServer>) => reachOfServer(server(more)).map(({ text }) => text);
    expect(words({ command: 'docs', args: ['/home/ana/notes'], autoApproved: ['*'] })).toEqual([
      expect.stringContaining('with your rights'),
      'It is pointed at',
      'Agents use all its tools without asking you.',
    ]);
    expect(words({ url: 'http://mcp.example.com/x', transport: 'http' })).toEqual([
      'Everything that an agent hands to it goes to mcp.example.com.',
      expect.stringContaining('not encrypted'),
    ]);
    expect(words({ url: 'http://localhost:3000/x', transport: 'http' })).toHaveLength(1);
  });
});
