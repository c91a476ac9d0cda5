import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { withTomlEntry, withoutTomlEntry } from '../../collector/toml-entry.ts';

const FILE = `# mine
model = "gpt-5.5"

[mcp_servers]
small = { command = "small", args = [
  "a",
] }

[mcp_servers.docs]
command = "npx"
args = ["-y", "docs-mcp"]

[mcp_servers.docs.env]
KEY = "x"

# the browser
[mcp_servers."my browser"]
command = "browser"

[[hooks.PreToolUse]]
matcher = "Bash"

[[hooks.PreToolUse.hooks]]
type = "command"
command = "first"

[[hooks.PreToolUse.hooks]]
type = "command"
command = "second"

[[hooks.Stop]]
[[hooks.Stop.hooks]]
command = "last"
`;

describe('an entry of settings in TOML', () => {
  it('is cut out with the tables below it, and everything else stays to the letter', () => {
    const out = withoutTomlEntry(FILE, '/mcp_servers/docs') ?? '';
    expect(out).toBe(FILE.replace(/\[mcp_servers\.docs\][^]*?(?=# the browser)/, ''));
    expect(withoutTomlEntry(FILE, '/mcp_servers/my browser')).not.toContain('browser"');
  });

  it('is one of a list of tables, by its number', () => {
    const document = parse(withoutTomlEntry(FILE, '/hooks/PreToolUse/0/hooks/0') ?? '');
    expect(document['hooks']).toEqual({
      PreToolUse: [{ matcher: 'Bash', hooks: [{ type: 'command', command: 'second' }] }],
      Stop: [{ hooks: [{ command: 'last' }] }],
    });
  });

  it('may be the last of its list, or a value over several lines', () => {
    expect(parse(withoutTomlEntry(FILE, '/hooks/Stop/0/hooks/0') ?? '')['hooks']).toMatchObject({
      PreToolUse: [{ matcher: 'Bash' }],
    });
    const out = withoutTomlEntry(FILE, '/mcp_servers/small') ?? '';
    expect(out).toBe(FILE.replace(/small = [^]*?\] \}\n/, ''));
  });

  it('is left alone when it is not there, is written another way, or only looks like a header', () => {
    expect(withoutTomlEntry(FILE, '/mcp_servers/other')).toBeUndefined();
    expect(withoutTomlEntry('a.b.c = 1\na.b.d = 2\n', '/a/b')).toBeUndefined();
    expect(withoutTomlEntry('{"a": 1}', '/a')).toBeUndefined();
    expect(withoutTomlEntry('hooks = [{ command = "x" }, { command = "y" }]\n', '/hooks/0')).toBeUndefined();
    const text = `[a]\ntext = """\n[b]\nx = 1\n"""\n[b]\nx = 2\n`;
    expect(parse(withoutTomlEntry(text, '/b') ?? '[b]\nx = 2')).toSatisfy(
      (document: object) =>
        !('a' in document) || (document as { a: { text: string } }).a.text === '[b]\nx = 1\n',
    );
  });

  it('comes back at the end of a file that was changed meanwhile, and is not put in twice', () => {
    const now = `${withoutTomlEntry(FILE, '/mcp_servers/docs') ?? ''}\n[new]\nx = 1\n`;
    const back = withTomlEntry(now, FILE, '/mcp_servers/docs') ?? '';
    expect(parse(back)).toEqual({ ...parse(FILE), new: { x: 1 } });
    expect(back.startsWith(now.trimEnd())).toBe(true);
    expect(withTomlEntry(back, FILE, '/mcp_servers/docs')).toBeUndefined();
  });
});
