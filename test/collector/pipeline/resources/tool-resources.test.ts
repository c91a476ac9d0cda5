import { describe, expect, it } from 'vitest';
import { toolResources } from '../../../../collector/pipeline/resources/tool-resources.ts';
import type { Tool, ToolCategory, ToolInput } from '../../../../collector/contract/event.ts';

const CONTEXT = { home: '/home/dev', cwd: '/home/dev/app', platform: 'linux' } as const;
const tool = (category: ToolCategory): Tool => ({ name: 'x', category, callId: 'c1' });
const found = (category: ToolCategory, input: ToolInput): string[] =>
  toolResources(tool(category), input, undefined, CONTEXT).map(
    (item) => `${item.kind} ${item.access} ${item.value}`,
  );

describe('resources of a tool call', () => {
  it('makes paths absolute and reads or writes them by category', () => {
    expect(found('read', { paths: ['src/a.ts', '~/.ssh/id_rsa'] })).toEqual([
      'file read /home/dev/app/src/a.ts',
      'file read /home/dev/.ssh/id_rsa',
    ]);
    expect(found('write', { paths: ['a'], cwd: '/tmp' })).toEqual(['file write /tmp/a']);
  });
  it('names the host of a URL and drops its user-info', () => {
    expect(found('web', { url: 'https://u:p@ex.example.com/a?b' })).toEqual([
      'url connect https://ex.example.com/a',
      'host connect ex.example.com',
    ]);
  });
  it('reads the headers of a patch', () => {
    const content =
      '*** Begin Patch\n*** Add File: a.ts\n+x\n*** Delete File: b.ts\n*** Update File: c.ts\n*** Move to: d.ts\n';
    expect(found('write', { content })).toEqual([
      'file write /home/dev/app/a.ts',
      'file delete /home/dev/app/b.ts',
      'file write /home/dev/app/c.ts',
      'file write /home/dev/app/d.ts',
    ]);
  });
  it('looks into MCP arguments, nested and bounded', () => {
    let deep: unknown = { url: 'https://deep.example.com' };
    for (let i = 0; i < 1_000; i++) deep = { deep };
    const args = {
      owner: 'o',
      repo: 'r',
      items: [{ path: '/etc/hosts' }, { url: 'https://ex.example.com' }],
      deep,
    };
    expect(found('mcp', { args })).toEqual([
      'repository read o/r',
      'file read /etc/hosts',
      'url connect https://ex.example.com',
      'host connect ex.example.com',
    ]);
  });
});
