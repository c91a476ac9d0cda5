import { describe, expect, it } from 'vitest';
import { COPILOT_TOOLS, copilotTool } from '../../../../collector/agents/copilot-cli/tools.ts';

describe('copilot cli tools', () => {
  it('names each tool once', () => {
    const names = COPILOT_TOOLS.map((tool) => tool.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ['bash', { command: 'ls' }, { command: 'ls', dialect: 'posix' }],
    ['powershell', { command: 'dir' }, { command: 'dir', dialect: 'powershell' }],
    ['write_bash', { shellId: '0', input: 'rm -rf x{enter}' }, { command: 'rm -rf x\n', dialect: 'posix' }],
    ['read_bash', { shellId: '0' }, { args: { shellId: '0' } }],
    ['view', { path: '/a' }, { paths: ['/a'] }],
    ['bash', '{"command":"ls"}', { command: 'ls', dialect: 'posix' }],
    ['sql', { query: 'select 1' }, { query: 'select 1' }],
    ['apply_patch', { patch: '*** Delete File: a' }, { content: '*** Delete File: a', paths: ['a'] }],
  ])('reads the arguments of %s', (name, given, input) => {
    expect(copilotTool(name, undefined, undefined, given)).toEqual({
      tool: { name, category: COPILOT_TOOLS.find((tool) => tool.name === name)?.category },
      input,
      known: true,
    });
  });

  it.each([
    ['view', 'read', { path: '/a', command: 'view' }, { paths: ['/a'] }],
    ['create', 'write', { path: '/a', command: 'create', file_text: 'x' }, { paths: ['/a'], content: 'x' }],
    ['insert', 'write', { path: '/a', command: 'insert', insert_text: 'y' }, { paths: ['/a'], content: 'y' }],
  ])(
    'takes the %s of the old editor for what it does, not for a shell command',
    (_, category, args, input) => {
      const read = copilotTool('str_replace_editor', undefined, undefined, args);
      expect(read).toMatchObject({ tool: { category }, input });
      expect(read.input.command).toBeUndefined();
    },
  );

  it('prefers the MCP fields of the record over the name', () => {
    expect(copilotTool('my-tracker-create-issue', 'my-tracker', 'create-issue', {}).tool).toMatchObject({
      category: 'mcp',
      mcpServer: 'my-tracker',
      mcpTool: 'create-issue',
    });
    expect(copilotTool('my-tracker-x', 'my-tracker', undefined, {}).tool.mcpTool).toBe('x');
    expect(copilotTool('bash', 'evil', undefined, { command: 'ls' }).tool.category).toBe('mcp');
  });

  it('knows the server that is built in by its name, and no other', () => {
    expect(copilotTool('github-mcp-server-get_me', undefined, undefined, {}).tool).toMatchObject({
      mcpServer: 'github-mcp-server',
      mcpTool: 'get_me',
    });
    expect(copilotTool('tracker-get', undefined, undefined, {}).known).toBe(false);
  });

  it.each(['constructor', '__proto__', 'toString'])('does not know %s', (name) => {
    expect(copilotTool(name, undefined, undefined, 7)).toMatchObject({
      tool: { category: 'other' },
      known: false,
    });
  });
});
