import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { withoutYamlEntry } from '../../collector/yaml-entry.ts';

const RUNS = 100;
const FILE = `# mine
provider: example   # the one I pay for
mcp_servers:
  # reads the docs
  docs:
    command: npx   # from the registry
    args: [-y, docs-mcp]
    env:
      NOTE: |
        two
        lines

  # the browser
  "my browser": {command: browser}
extensions:
- name: first
  cmd: a
- name: second   # kept
  cmd: b

last: yes it is
`;

describe('an entry of settings in YAML', () => {
  it('is cut out, and everything else stays to the letter', () => {
    const out = withoutYamlEntry(FILE, '/mcp_servers/docs') ?? '';
    expect(out).toBe(FILE.replace(/ {2}docs:[^]*?lines\n/, ''));
    expect(withoutYamlEntry(FILE, '/mcp_servers/my browser')).toBe(FILE.replace(/ {2}"my browser".*\n/, ''));
    expect(withoutYamlEntry(FILE, '/extensions/0')).toBe(FILE.replace('- name: first\n  cmd: a\n', ''));
    expect(withoutYamlEntry(FILE, '/provider')).toBe(FILE.replace(/provider.*\n/, ''));
    expect(withoutYamlEntry(FILE, '/last')).toBe(FILE.replace('last: yes it is\n', ''));
  });

  it('leaves an empty table or list where it was the only one', () => {
    expect(withoutYamlEntry('a: 1\ns:\n  one:\n    c: x\nb: 2\n', '/s/one')).toBe('a: 1\ns: {}\nb: 2\n');
    expect(withoutYamlEntry('s: # mine\n- one\n', '/s/0')).toBe('s: [] # mine\n');
    expect(withoutYamlEntry('s:\r\n  one: 1\r\n', '/s/one')).toBe('s: {}\r\n');
  });

  it.each([
    ['what is not there', FILE, '/mcp_servers/other'],
    ['the whole file', FILE, ''],
    ['its only entry', 'a: 1\n', '/a'],
    ['a table on one line', 'a: {b: 1, c: 2}\n', '/a/b'],
    ['the first line of an entry of a list', '- a: 1\n  b: 2\n', '/0/a'],
    ['what others point at', 'a: &x {c: 1}\nb: *x\n', '/a'],
    ['two documents', 'a: 1\nb: 2\n---\nc: 1\n', '/a'],
    ['a file with a mistake', 'a: 1\na: 2\nb: 3\n', '/b'],
    ['another language', '{"a": 1, "b": 2}\n', '/a'],
    ['a huge text', `a: 1\nb: ${'x'.repeat(70_000)}\n`, '/a'],
  ])('is refused: %s', (_, text, pointer) => {
    expect(withoutYamlEntry(text, pointer)).toBeUndefined();
  });

  it('takes out what was meant and nothing else, whatever stands around it', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9 ._/~#-]{0,8}$/);
    const value = fc.jsonValue({ maxDepth: 2, stringUnit: 'grapheme' });
    let cut = 0;
    fc.assert(
      fc.property(
        fc.dictionary(name, value, { minKeys: 2, maxKeys: 5 }),
        fc.constantFrom(2, 4),
        fc.boolean(),
        fc.nat(),
        (servers, indent, comments, pick) => {
          const plain = stringify({ model: 'x', servers, end: 1 }, { indent, lineWidth: 0 });
          const text = comments ? plain.replaceAll(/^(\s*)(\w+:)/gm, '$1# said\n$1$2') : plain;
          const before = parse(plain) as { servers: Record<string, unknown> };
          // Inside a text of several lines a comment is none: such a file says something else.
          fc.pre(JSON.stringify(parse(text)) === JSON.stringify(before));
          const names = Object.keys(before.servers);
          const gone = names[pick % names.length]!;
          const out = withoutYamlEntry(text, `/servers/${gone.replaceAll('~', '~0').replaceAll('/', '~1')}`);
          if (out === undefined) return;
          cut += 1;
          const others = Object.fromEntries(
            Object.entries(before.servers).filter(([other]) => other !== gone),
          );
          expect(JSON.stringify(parse(out))).toBe(JSON.stringify({ ...before, servers: others }));
          expect(isCutOf(out, text)).toBe(true);
        },
      ),
      { numRuns: RUNS },
    );
    expect(cut).toBeGreaterThan(RUNS * 0.8);
  });
});

/** One run of whole lines is missing, and nothing else is different. */
function isCutOf(after: string, before: string): boolean {
  const [a, b] = [after.split('\n'), before.split('\n')];
  const from = b.findIndex((line, at) => line !== a[at]);
  return a.slice(from).join('\n') === b.slice(from + b.length - a.length).join('\n');
}
