import { describe, expect, it } from 'vitest';
import { entryOf, withEntry, withoutEntry } from '../../collector/settings-entry.ts';

const HOOKS = `{
  // mine
  "hooks": {
    "PreToolUse": [
      { "matcher": "Bash", "hooks": [{ "type": "command", "command": "first" }, { "type": "command", "command": "second" }] }
    ]
  }
}
`;
const SECOND = '/hooks/PreToolUse/0/hooks/1';

function hooksOf(text: string | undefined): unknown {
  return entryOf(text ?? '', '/hooks/PreToolUse/0/hooks')?.value;
}

describe('an entry of a list', () => {
  it('is found, taken out and put back at its place, and comments stay', () => {
    const before = entryOf(HOOKS, SECOND);
    expect(before?.value).toEqual({ type: 'command', command: 'second' });
    const out = withoutEntry(HOOKS, SECOND) ?? '';
    expect(hooksOf(out)).toEqual([{ type: 'command', command: 'first' }]);
    expect(out).toContain('// mine');
    expect(hooksOf(withEntry(out, SECOND, before?.value))).toEqual(hooksOf(HOOKS));
  });

  it('moves what stands there now on, and is not put in twice', () => {
    const value = { type: 'command', command: 'zeroth' };
    expect(hooksOf(withEntry(HOOKS, '/hooks/PreToolUse/0/hooks/0', value))).toEqual([
      value,
      { type: 'command', command: 'first' },
      { type: 'command', command: 'second' },
    ]);
    expect(withEntry(HOOKS, SECOND, { type: 'command', command: 'first' })).toBeUndefined();
  });

  it('comes last when the list became shorter, and nowhere when it is gone', () => {
    const value = { type: 'command', command: 'ninth' };
    expect(hooksOf(withEntry(HOOKS, '/hooks/PreToolUse/0/hooks/9', value))).toHaveLength(3);
    expect(withEntry(HOOKS, '/hooks/Stop/0/hooks/0', value)).toBeUndefined();
    expect(withEntry(HOOKS, '/hooks/PreToolUse/0/hooks/x', value)).toBeUndefined();
  });
});

describe('an entry of an object', () => {
  it('whose name is a number is no place in a list', () => {
    const text = '{ "servers": { "0": { "command": "a" } } }';
    expect(entryOf(text, '/servers/0')?.value).toEqual({ command: 'a' });
    expect(entryOf(withoutEntry(text, '/servers/0') ?? '', '/servers')?.value).toEqual({});
  });
});
