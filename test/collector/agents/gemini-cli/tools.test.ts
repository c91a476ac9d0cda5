import { describe, expect, it } from 'vitest';
import { GEMINI_TOOLS, geminiTool } from '../../../../collector/agents/gemini-cli/tools.ts';

describe('gemini cli tools', () => {
  it('names each tool once', () => {
    const names = GEMINI_TOOLS.map((tool) => tool.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ['run_shell_command', { command: 'ls' }, { command: 'ls' }],
    ['read_many_files', { include: ['a.ts', 'b.ts'] }, { paths: ['a.ts', 'b.ts'] }],
    ['save_memory', { fact: 'likes tea' }, { content: 'likes tea' }],
    ['write_todos', { todos: [{ description: 'x' }] }, { args: { todos: [{ description: 'x' }] } }],
    ['web_fetch', { prompt: 'no address here' }, { text: 'no address here' }],
    ['list_directory', {}, {}],
  ])('reads the arguments of %s', (name, args, input) => {
    expect(geminiTool(name, undefined, args)).toMatchObject({ input, known: true });
  });

  it.each([
    ['mcp_github_search_issues', undefined, 'github', 'search_issues'],
    ['mcp__git-hub__search', undefined, 'git-hub', 'search'],
    ['github__search', undefined, 'github', 'search'],
    ['search', 'search (github MCP Server)', 'github', 'search'],
    ['github__search', 'search (github MCP Server)', 'github', 'search'],
  ])('splits the MCP name %s shown as %s', (name, shown, mcpServer, mcpTool) => {
    expect(geminiTool(name, shown, {}).tool).toEqual({ name, category: 'mcp', mcpServer, mcpTool });
  });

  it.each(['constructor', '__proto__', 'toString', 'mcp_', 'mcp_a_', '__', 'x'])(
    'does not know %s',
    (name) => {
      expect(geminiTool(name, ' MCP Server)', {}).tool.category).toBe('other');
    },
  );

  it('keeps the command of a tool it does not know', () => {
    expect(geminiTool('run_command', undefined, { command: 'ls -la' })).toMatchObject({
      input: { command: 'ls -la' },
      known: false,
    });
  });
});
