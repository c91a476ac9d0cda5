import { describe, expect, it } from 'vitest';
import { argsInput, inputOf, shapesByName } from '../../../../collector/agents/shared/tool-shape.ts';

describe('tool shapes', () => {
  it('takes the first field that holds text, and every path', () => {
    const shape = { name: 't', category: 'read', paths: ['one', 'many'], url: ['a', 'b'] } as const;
    expect(inputOf(shape, { one: 'x', many: ['y', 7, '', 'z'], a: '', b: 'u' })).toEqual({
      paths: ['x', 'y', 'z'],
      url: 'u',
    });
  });

  it('keeps arguments that the shape does not know', () => {
    expect(inputOf({ name: 't', category: 'plan' }, { todos: [1] })).toEqual({ args: { todos: [1] } });
    expect(inputOf({ name: 't', category: 'shell', command: ['command'] }, { command: 7 })).toEqual({
      args: { command: 7 },
    });
  });

  it('says the dialect only with a command', () => {
    const shape = { name: 't', category: 'shell', dialect: 'posix', command: ['command'] } as const;
    expect(inputOf(shape, { command: 'ls' })).toEqual({ command: 'ls', dialect: 'posix' });
    expect(inputOf(shape, {})).toEqual({});
  });

  it('bounds texts and the number and length of paths', () => {
    const shape = { name: 't', category: 'write', paths: ['p'], content: ['c'] } as const;
    const paths = Array.from({ length: 5_000 }, (_, i) => `${i}`);
    const input = inputOf(shape, { p: ['x'.repeat(5_000), ...paths], c: 'y'.repeat(1_000_000) });
    expect(input.paths).toHaveLength(1_000);
    expect(input.paths?.[0]).toBe('0');
    expect(input.content).toHaveLength(262_144);
  });

  it('has nothing for no arguments', () => {
    expect([undefined, null, {}].map(argsInput)).toEqual([{}, {}, {}]);
    expect(argsInput('text')).toEqual({ args: 'text' });
  });

  it('finds no inherited names', () => {
    expect(shapesByName([]).get('constructor')).toBeUndefined();
  });
});
