import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDefinition } from '../../../collector/discovery/mcp.ts';

describe('readDefinition', () => {
  it.each([
    [
      'stdio',
      { command: 'x', args: ['a'] },
      { transport: 'stdio', command: 'x', args: ['a'], enabled: true },
    ],
    [
      'one list',
      { type: 'local', command: ['x', 'a', 'b'], environment: { A: 1 } },
      { command: 'x', args: ['a', 'b'] },
    ],
    ['one line', { command: 'npx -y "a b"' }, { command: 'npx', args: ['-y', 'a b'] }],
    ['a path with spaces', { command: '/Program Files/x y' }, { command: '/Program Files/x y', args: [] }],
    ['an address alone', { url: 'https://a.example.com' }, { transport: 'http' }],
    ['sse', { type: 'SSE', url: 'https://a.example.com' }, { transport: 'sse' }],
    ['remote', { type: 'remote', url: 'https://a.example.com' }, { transport: 'http' }],
    ['another name for the address', { serverUrl: 'https://a.example.com' }, { transport: 'http' }],
    ['disabled', { command: 'x', disabled: true }, { enabled: false }],
    ['not enabled', { command: 'x', enabled: false }, { enabled: false }],
    [
      'approved tools',
      { command: 'x', autoApprove: ['a'], alwaysAllow: ['b'] },
      { autoApproved: ['a', 'b'] },
    ],
    [
      'tools by mode',
      { command: 'x', tools: { a: { approval_mode: 'approve' }, b: { approval_mode: 'prompt' } } },
      { autoApproved: ['a'] },
    ],
    ['all tools', { command: 'x', default_tools_approval_mode: 'approve' }, { autoApproved: ['*'] }],
  ])('reads %s', (_, entry, expected) => {
    expect(readDefinition(entry)).toMatchObject(expected);
  });

  it.each([[null], ['npx'], [[]], [{}], [{ command: 1 }], [{ url: '' }]])('sees no server in %j', (entry) => {
    expect(readDefinition(entry)).toBeUndefined();
  });

  it('takes any entry', () => {
    const keys = [
      'command',
      'args',
      'env',
      'url',
      'type',
      'headers',
      'tools',
      'disabled',
      'autoApprove',
    ] as const;
    const entry = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(entry, (value) => {
        const read = readDefinition(value);
        expect(read === undefined || read.command !== undefined || read.url !== undefined).toBe(true);
      }),
    );
  });
});
