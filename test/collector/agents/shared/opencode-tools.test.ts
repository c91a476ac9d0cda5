import { describe, expect, it } from 'vitest';
import { OPENCODE_TOOLS, opencodeTool } from '../../../../collector/agents/shared/opencode-tools.ts';

describe('opencode tools', () => {
  it('names each tool once', () => {
    const names = OPENCODE_TOOLS.map((tool) => tool.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ['bash', { command: 'ls', workdir: '/tmp' }, { command: 'ls', cwd: '/tmp' }],
    ['write', { filePath: 'a', content: 'x' }, { paths: ['a'], content: 'x' }],
    ['multiedit', { filePath: 'a', edits: [] }, { paths: ['a'] }],
    ['patch', { patchText: 'no header' }, { content: 'no header' }],
    ['todoread', {}, {}],
    ['lsp_hover', { file: 'a.ts', line: 3 }, { paths: ['a.ts'] }],
  ])('reads the arguments of %s', (name, args, input) => {
    expect(opencodeTool(name, args)).toMatchObject({ input, known: true });
  });

  it('takes the text before the first underscore for the MCP server', () => {
    expect(opencodeTool('tracker_create_issue', { a: 1 })).toEqual({
      tool: { name: 'tracker_create_issue', category: 'mcp', mcpServer: 'tracker', mcpTool: 'create_issue' },
      input: { args: { a: 1 } },
      known: true,
    });
  });

  it.each(['constructor', '__proto__', 'toString', '_x', 'x_'])('does not know %s', (name) => {
    expect(opencodeTool(name, {})).toMatchObject({ tool: { category: 'other' }, known: false });
  });
});
