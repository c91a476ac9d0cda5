import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScript } from '../../../../../collector/agents/shared/rollout/script.ts';
import { expectLinear } from '../../../../support/linear.ts';

const commands = (source: string) =>
  readScript(source).map((call) => [
    call.name,
    (call.args as { cmd?: unknown } | undefined)?.cmd,
    call.computed,
  ]);

describe('readScript', () => {
  it.each([
    ['a plain call', 'await tools.exec_command({cmd: "ls"})', [['exec_command', 'ls', false]]],
    [
      'single quotes and escapes',
      String.raw`tools.exec_command({cmd: 'it\'s \x41\u0042\u{43}\n'})`,
      [['exec_command', "it's ABC\n", false]],
    ],
    ['a template', 'tools.exec_command({cmd: `ls\n-la`})', [['exec_command', 'ls\n-la', false]]],
    [
      'a template with substitutions',
      'tools.exec_command({cmd: `rm ${a[`x`]} ${"}"}`})',
      [['exec_command', 'rm ${a[`x`]} ${"}"}', true]],
    ],
    ['a joined string', 'tools.exec_command({cmd: "a" + `b` + \'c\'})', [['exec_command', 'abc', false]]],
    ['a partly joined string', 'tools.exec_command({cmd: "rm " + path})', [['exec_command', 'rm ', true]]],
    ['a name bound once', 'const cmd = "id"; tools.exec_command({cmd})', [['exec_command', 'id', true]]],
    [
      'a name bound twice',
      '{const c = "a";} {const c = "b"; tools.exec_command({cmd: c})}',
      [['exec_command', undefined, true]],
    ],
    ['a computed argument', 'tools.exec_command(make())', [['exec_command', undefined, true]]],
    ['a spread', 'tools.exec_command({...base, cmd: "ls"})', [['exec_command', 'ls', true]]],
    [
      'an indexed and an optional call',
      'tools["exec_command"]({cmd:"a"}); tools?.exec_command({cmd:"b"})',
      [
        ['exec_command', 'a', false],
        ['exec_command', 'b', false],
      ],
    ],
    ['a quoted key', 'tools.exec_command({"cmd": "ls", \'workdir\': "/"})', [['exec_command', 'ls', false]]],
    [
      'a method on the literal',
      'tools.exec_command({cmd: "LS".toLowerCase()})',
      [['exec_command', 'LS', true]],
    ],
    [
      'a call inside an argument',
      'tools.exec_command({cmd: (await tools.exec_command({cmd: "a"})).output})',
      [
        ['exec_command', undefined, true],
        ['exec_command', 'a', false],
      ],
    ],
    [
      'a call inside a substitution',
      '`${await tools.exec_command({cmd: "a"})}`',
      [['exec_command', 'a', false]],
    ],
  ])('finds %s', (_, source, expected) => {
    expect(commands(source)).toEqual(expected);
  });

  it.each([
    ['a string', '"tools.exec_command({cmd: 1})"'],
    ['a template', '`tools.exec_command({cmd: 1})`'],
    ['a line comment', '// tools.exec_command({cmd: 1})'],
    ['a block comment', '/* tools.exec_command({cmd: 1}) */'],
    ['a regular expression', 'x = /tools.exec_command({cmd: 1})/'],
    ['a member of something else', 'my.tools.exec_command({cmd: 1})'],
    ['a mention without a call', 'const f = tools.exec_command;'],
  ])('finds nothing in %s', (_, source) => {
    expect(readScript(source)).toEqual([]);
  });

  it('tells a division from a regular expression', () => {
    expect(commands('a = b / c; tools.exec_command({cmd: "x"}); d = e / f')).toEqual([
      ['exec_command', 'x', false],
    ]);
    expect(commands('return /["]/.test(a), tools.exec_command({cmd: "x"})')).toEqual([
      ['exec_command', 'x', false],
    ]);
  });

  it('keeps lists and nested literals of MCP arguments, without prototype keys', () => {
    const [call] = readScript('tools.mcp__s__t({a: [1, "x", {b: true}], __proto__: {c: 1}, n: null})');
    expect(call).toEqual({ name: 'mcp__s__t', args: { a: [1, 'x', { b: true }], n: null }, computed: false });
  });

  it('stops at 200 calls', () => {
    expect(readScript('tools.exec_command({cmd:"x"});'.repeat(1_000))).toHaveLength(200);
  });

  it('ends on any text', () => {
    const piece = fc.constantFrom(
      'tools',
      '.',
      'exec_command',
      '(',
      ')',
      '{',
      '}',
      '[',
      ']',
      '`',
      '${',
      '"',
      "'",
      '\\',
      '/',
      '*',
      '+',
      ',',
      ':',
      'const',
      '=',
      ' ',
      '\n',
      'cmd',
      '1',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
        expect(readScript(pieces.join('')).length).toBeLessThanOrEqual(200);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['open templates', '`${'],
    ['open braces', 'tools.x({a:'],
    ['nested calls', 'tools.x('],
    ['constants', 'const a = b '],
    ['open arrays', 'tools.x([[;'],
    ['slashes', '/ '],
    ['quotes', '"\\'],
  ])('stays fast on 256 KiB of %s', (_, piece) => {
    expectLinear((size) => {
      readScript(piece.repeat(Math.ceil(size / piece.length)));
    }, 262_144);
  });
});
