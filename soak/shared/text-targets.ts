import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AGENTS } from '../../collector/agents/index.ts';
import type { FileFormat } from '../../collector/agents/spec-discovery.ts';
import { buildDemoHome } from '../../collector/cli/demo/build-home.ts';
import { parseDocument } from '../../collector/discovery/parse-document.ts';
import { analyzeShell } from '../../collector/pipeline/shell/index.ts';
import { shellResources } from '../../collector/pipeline/resources/shell-resources.ts';
import { redactText } from '../../collector/pipeline/secrets/index.ts';
import { LineSplitter } from '../../collector/sources/lines.ts';
import { mutateLine, type Random } from '../../test/support/mutate-json.ts';
import { pick, type Target } from './target.ts';

const EVERYDAY = new URL('../../test/fixtures/everyday/', import.meta.url).pathname;
const AGENT_FIXTURES = new URL('../../test/fixtures/agents/', import.meta.url).pathname;
const MAX_TEXT = 100_000;

/** Everything else that takes text from outside. */
export function textTargets(): Target[] {
  return [
    shellTarget('posix', 'linux', shellLines()),
    shellTarget('powershell', 'win32', powershellLines()),
    shellTarget('cmd', 'win32', [...shellLines(), ...powershellLines()]),
    redactTarget(),
    splitterTarget(),
    ...(['json', 'toml', 'yaml'] as const).map(documentTarget),
    ...readerTargets(),
  ];
}

/** Several changes one after the other, and pieces of other lines in between. */
function mangle(seeds: readonly string[], random: Random): string {
  let text = pick(seeds, random);
  for (let n = Math.floor(random() * 4); n >= 0; n--) {
    const choice = random();
    if (choice < 0.7) text = mutateLine(text, random);
    else {
      const at = Math.floor(random() * (text.length + 1));
      const other = choice < 0.85 ? pick(seeds, random) : pick(PIECES, random);
      text = text.slice(0, at) + other + text.slice(at);
    }
  }
  return text.slice(0, MAX_TEXT);
}

const PIECES = [
  '$(',
  '${x:-',
  '<<EOF\n',
  '`',
  "'",
  '"',
  '\\',
  '&&',
  '| bash -c ',
  '$((1<<',
  '{a,b}'.repeat(40),
  '('.repeat(3_000),
  '$('.repeat(2_000),
  '"$('.repeat(1_000),
  '{'.repeat(3_000),
  ' -e'.repeat(2_000),
  'bash -c "'.repeat(200),
  'sudo env '.repeat(300),
  'eval $(echo '.repeat(200),
  '=\u0000=',
  '\u{10ffff}',
  '\ud800',
  'A'.repeat(20_000),
  'YmFzaCAtaQ=='.repeat(500),
  '| base64 -d | sh ',
];

function everyday(kind: string): string[] {
  return globSync(`${EVERYDAY}*.txt`)
    .sort()
    .flatMap((path) => readFileSync(path, 'utf8').split('\n'))
    .flatMap((line) => (line.startsWith(`${kind}: `) ? [line.slice(kind.length + 2)] : []));
}

const shellLines = (): string[] => everyday('shell');
const powershellLines = (): string[] => everyday('powershell');

function shellTarget(
  dialect: 'posix' | 'powershell' | 'cmd',
  platform: 'linux' | 'win32',
  seeds: readonly string[],
): Target {
  const home = platform === 'linux' ? '/home/ana' : 'C:\\Users\\ana';
  const context = { home, cwd: `${home}/src`, platform, dialect };
  return {
    name: `shell ${dialect}`,
    make: (random) => mangle(seeds, random),
    feed: (input) => {
      const analysis = analyzeShell(input, context);
      if (analysis.commands.length > 1_000) throw new Error(`${analysis.commands.length} commands`);
      shellResources(analysis, context);
    },
  };
}

function redactTarget(): Target {
  const secrets = [
    ['gh', 'p_', 'a1B2'.repeat(9)],
    ['AK', 'IA', 'QWERTYUIOPASDFGH'],
    ['sk-', 'ant-api03-', 'x7Qm2Zr9Lw4Kp8Vb'.repeat(6)],
    ['password=', 'tr0ub4dor', '-and-3'],
    ['postgres://ana:', 'pa55w0rd', '@db.example.com/shop'],
    ['-----BEGIN RSA PRIVATE', ' KEY-----\n', 'MIIEow'.repeat(60)],
    ['Authorization: Bearer ', 'eyJhbGciOiJIUzI1NiJ9', '.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
  ].map((parts) => parts.join(''));
  const seeds = [
    ...shellLines(),
    ...secrets,
    ...globSync(`${AGENT_FIXTURES}*/*/input.jsonl`).flatMap((path) => readFileSync(path, 'utf8').split('\n')),
  ];
  return {
    name: 'redact',
    make: (random) => {
      const text = mangle(seeds, random);
      const at = Math.floor(random() * (text.length + 1));
      return text.slice(0, at) + pick(secrets, random) + text.slice(at);
    },
    feed: (input) => {
      if (redactText(input).length > 40 * input.length + 1_000)
        throw new Error('redacting made it far longer');
    },
  };
}

const MAX_LINE_BYTES = 200;

/** Any cut of the bytes gives the lines that the whole text has. */
function splitterTarget(): Target {
  return {
    name: 'line splitter',
    make: (random) => {
      let text = '';
      for (let n = Math.floor(random() * 12); n >= 0; n--) {
        text += pick(['a', 'é', '価', '{"a":1}', '\r', ' ', 'x'.repeat(150), 'y'.repeat(201)], random);
        if (random() < 0.5) text += pick(['\n', '\r\n', '\n\n', '\n\u0000\u0000'], random);
      }
      return text;
    },
    feed: (input) => {
      const bytes = Buffer.from(input);
      const expected = wholeLines(bytes);
      for (const chunkBytes of [16, 64, 1_024]) {
        const got = splitIn(bytes, chunkBytes);
        if (JSON.stringify(got) !== JSON.stringify(expected)) {
          throw new Error(
            `in pieces of ${chunkBytes}: ${JSON.stringify(got)}, whole: ${JSON.stringify(expected)}`,
          );
        }
      }
    },
  };
}

interface Split {
  readonly lines: string[];
  readonly oversize: number;
}

function wholeLines(bytes: Buffer): Split {
  const lines: string[] = [];
  let oversize = 0;
  for (let start = 0; ;) {
    const end = bytes.indexOf(10, start);
    // What has no newline yet waits, unless it is too long already.
    if (end < 0) return { lines, oversize: oversize + (bytes.length - start > MAX_LINE_BYTES ? 1 : 0) };
    if (end - start > MAX_LINE_BYTES) oversize += 1;
    else lines.push(bytes.toString('latin1', start, end).replace(/^\0+/, '').replace(/\r$/, ''));
    start = end + 1;
  }
}

function splitIn(bytes: Buffer, chunkBytes: number): Split {
  const splitter = new LineSplitter({ offsetBytes: 0, maxLineBytes: MAX_LINE_BYTES, chunkBytes });
  const lines: string[] = [];
  for (let position = 0; position < bytes.length;) {
    const free = splitter.room();
    const read = bytes.copy(splitter.buffer, splitter.filled, position, position + free);
    position += read;
    splitter.added(read);
    while (splitter.next()) lines.push(splitter.buffer.toString('latin1', splitter.start, splitter.end));
  }
  return { lines, oversize: splitter.oversize };
}

interface ConfigSeed {
  readonly path: string;
  readonly text: string;
}

/** The settings of the demo's make-believe home: real shapes of four agents. */
function configSeeds(): ConfigSeed[] {
  const home = mkdtempSync(join(tmpdir(), 'reeve-soak-'));
  try {
    buildDemoHome(home, 1_750_000_000_000);
    return globSync(`${home}/{.*,.*/*,src/*/.*}.{json,toml}`)
      .sort()
      .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

const YAML_SEEDS = [
  'mcpServers:\n  - name: search\n    command: uvx\n    args: ["search-mcp"]\n    env: {TOKEN: "abc"}\n',
  'a: &x [1, 2, {b: "c"}]\nd: *x\ne: |\n  text\n  more\nf: !!int "3"\n',
  '---\nname: skill\ndescription: >-\n  Reads\n  things\nallowed-tools: [Bash, Read]\n...\n',
];

function documentTarget(format: FileFormat): Target {
  const texts = configSeeds().filter(({ path }) => path.endsWith(`.${format}`));
  const seeds = format === 'yaml' ? YAML_SEEDS : texts.map(({ text }) => text);
  return {
    name: `config ${format}`,
    make: (random) => mangle(seeds, random),
    feed: (input) => {
      parseDocument(input, format);
    },
  };
}

/** Every agent's readers of settings, hooks, servers and credentials, over hostile documents. */
function readerTargets(): Target[] {
  const documents = [
    ...configSeeds().map(({ path, text }) =>
      JSON.stringify(parseDocument(text, path.endsWith('.toml') ? 'toml' : 'json').document),
    ),
    '{"mcpServers":{"a":{"command":"npx","args":["-y","x@1"],"env":{"T":"v"}},"b":{"url":"https://a.example/mcp","headers":{"X":"y"}}},"hooks":{"PreToolUse":[{"matcher":"Bash","hooks":[{"type":"command","command":"true"}]}]}}',
    '{"servers":{"a":{"type":"stdio","command":"node"}},"inputs":[{"id":"k","password":true}],"chat.tools.autoApprove":true}',
    '{"tokens":{"access_token":"a.b.c","refresh_token":"r","id_token":"a.b.c"},"OPENAI_API_KEY":"k","expiry_date":1750000000000}',
  ];
  return AGENTS.map(({ id, discovery }) => ({
    name: `settings of ${id}`,
    make: (random) => mutateLine(pick(documents, random), random),
    feed: (input) => {
      const { document } = parseDocument(input, 'json');
      for (const source of discovery.configs) source.read(document, '/home/ana/settings.json');
      for (const source of discovery.credentials) source.read(document);
    },
  }));
}
