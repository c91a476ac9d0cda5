import { type ChildProcess, spawn } from 'node:child_process';
import { truncateSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { discoverHome } from '../../support/discover-home.ts';
import { buildHome, type FolderBuilder, type HomeBuilder } from '../../support/home-builder.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close();
});
function home(): HomeBuilder {
  const built = buildHome();
  closing.push(() => {
    built.remove();
  });
  return built;
}

const GIGABYTE = 1024 ** 3;
const laughs = (depth: number): string =>
  ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
    .concat(
      Array.from(
        { length: depth },
        (_, at) => `a${at + 1}: &a${at + 1} [${Array.from({ length: 9 }, () => `*a${at}`).join(', ')}]`,
      ),
    )
    .join('\n');

interface Case {
  readonly name: string;
  /** What the health says of it; `undefined` where everything can be read. */
  readonly code: string | undefined;
  /** File the health names. */
  readonly file: string;
  readonly put: (shop: FolderBuilder, jane: HomeBuilder) => void;
}

/** A file of a project, or of the home, made by somebody who wants the look at the machine to fail. */
const CASES: readonly Case[] = [
  {
    name: 'a gigabyte',
    code: 'discovery.too-large',
    file: '.mcp.json',
    put: (shop) => {
      shop.text('.mcp.json', '{');
      truncateSync(shop.at('.mcp.json'), GIGABYTE);
    },
  },
  {
    name: 'nesting ten thousand deep',
    code: 'discovery.bad-syntax',
    file: '.mcp.json',
    put: (shop) => shop.text('.mcp.json', '{"mcpServers":'.repeat(10_000)),
  },
  {
    name: 'brackets a million deep',
    code: 'discovery.bad-syntax',
    file: '.vscode/mcp.json',
    put: (shop) => shop.text('.vscode/mcp.json', '['.repeat(1_000_000)),
  },
  {
    name: 'YAML that grows to a billion words',
    code: 'discovery.bad-syntax',
    file: '.config/goose/config.yaml',
    put: (_shop, jane) => jane.text('.config/goose/config.yaml', laughs(12)),
  },
  {
    name: 'YAML of a megabyte',
    code: 'discovery.bad-syntax',
    file: '.config/goose/config.yaml',
    put: (_shop, jane) => jane.text('.config/goose/config.yaml', 'a: [\n'.repeat(200_000)),
  },
  {
    name: 'TOML a thousand tables deep',
    code: 'discovery.bad-syntax',
    file: '.codex/config.toml',
    put: (_shop, jane) => jane.text('.codex/config.toml', `a = ${'['.repeat(5_000)}`),
  },
  {
    name: 'a link to the passwords of the machine',
    code: 'discovery.link-refused',
    file: '.mcp.json',
    put: (shop) => shop.link('.mcp.json', '/etc/shadow'),
  },
  {
    name: 'a pipe',
    code: 'discovery.not-a-file',
    file: '.mcp.json',
    put: (shop) => shop.fifo('.mcp.json'),
  },
  {
    name: 'a device',
    code: 'discovery.not-a-file',
    file: '.cursor/mcp.json',
    put: (_shop, jane) => jane.link('.cursor/mcp.json', '/dev/zero'),
  },
  {
    name: 'a folder in place of a file',
    code: 'discovery.not-a-file',
    file: '.mcp.json',
    put: (shop) => shop.folder('.mcp.json'),
  },
  {
    // The rights of a file mean nothing to root, who runs these tests in places; a circle is closed to everybody.
    name: 'a folder nobody can enter',
    code: 'discovery.unreadable',
    file: '.claude/settings.json',
    put: (shop) => shop.link('.claude', '.claude'),
  },
  {
    name: 'bytes that are no UTF-8',
    code: 'discovery.bad-syntax',
    file: '.mcp.json',
    put: (shop) =>
      shop.text(
        '.mcp.json',
        Uint8Array.from({ length: 4_000 }, (_, at) => (at * 37) % 256),
      ),
  },
  {
    name: 'bytes that are no UTF-8 inside a value',
    code: undefined,
    file: '.mcp.json',
    put: (shop) =>
      shop.text(
        '.mcp.json',
        Buffer.concat([
          Buffer.from('{"mcpServers":{"odd":{"command":"'),
          Buffer.from([0xff, 0xfe, 0x80]),
          Buffer.from('"}}}'),
        ]),
      ),
  },
  {
    name: 'a byte order mark',
    code: undefined,
    file: '.mcp.json',
    put: (shop) => shop.text('.mcp.json', '\uFEFF{"mcpServers":{"odd":{"command":"x"}}}'),
  },
  {
    name: 'equal keys',
    code: 'discovery.duplicate-key',
    file: '.mcp.json',
    put: (shop) => shop.text('.mcp.json', '{"mcpServers":{"odd":{"command":"x","command":"y"}}}'),
  },
  {
    name: 'half a file',
    code: 'discovery.bad-syntax',
    file: '.mcp.json',
    put: (shop) => shop.text('.mcp.json', '{"mcpServers":{"odd":{"command":"x"},"half":{"com'),
  },
  {
    name: 'zeros, as after a power cut',
    code: 'discovery.bad-syntax',
    file: '.mcp.json',
    put: (shop) => shop.text('.mcp.json', Buffer.alloc(4_096)),
  },
];

describe('discovery', () => {
  it.each(CASES)('goes on after $name, and says so', async ({ code, file, put }) => {
    const jane = home();
    const shop = jane.project('shop');
    put(shop, jane);
    const next = jane.project('other').json('.mcp.json', { mcpServers: { good: { command: 'x' } } });
    const started = process.cpuUsage();
    const { mcpServers, health, projects } = await discoverHome(jane, {
      projectsFromSessions: [shop.dir, next.dir],
    });
    const { user, system } = process.cpuUsage(started);
    expect(mcpServers.map(({ name }) => name)).toContain('good');
    expect(projects).toHaveLength(2);
    const told = health.filter(({ text }) => text.includes(`/${file}`));
    expect([...new Set(told.map((item) => item.code))]).toEqual(code === undefined ? [] : [code]);
    expect(JSON.stringify(health)).not.toContain('root:');
    expect(user + system).toBeLessThan(8_000_000);
  });

  it('goes on after a socket', async () => {
    const jane = home();
    jane.folder('.cursor');
    const server = await new Promise<Server>((resolve) => {
      const made = createServer().listen(jane.at('.cursor/mcp.json'), () => {
        resolve(made);
      });
    });
    closing.push(() => server.close());
    const { health } = await discoverHome(jane);
    expect(health.map((item) => item.code)).toEqual(['discovery.not-a-file']);
  });

  it('takes a file that changes all the time for what it is at one moment, or says that it is broken', async () => {
    const jane = home();
    const shop = jane.project('shop').json('.mcp.json', { mcpServers: { good: { command: 'x' } } });
    jane.text('.cursor/mcp.json', '{}');
    const script = `const fs = require('node:fs'); const path = process.argv[1]; let n = 0;
      console.log('ready');
      for (;;) { n++; const servers = {}; for (let i = 0; i < n % 500; i++) servers['s' + i] = { command: 'x'.repeat(100) };
        fs.writeFileSync(path, JSON.stringify({ mcpServers: servers })); if (n % 7 === 0) fs.truncateSync(path, 10); }`;
    const writer: ChildProcess = spawn(process.execPath, ['-e', script, jane.at('.cursor/mcp.json')], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    closing.push(() => writer.kill('SIGKILL'));
    await new Promise((resolve) => writer.stdout?.once('data', resolve));
    for (let round = 0; round < 15; round++) {
      const { mcpServers, health } = await discoverHome(jane, { projectsFromSessions: [shop.dir] });
      expect(mcpServers.some(({ name }) => name === 'good')).toBe(true);
      for (const { command } of mcpServers)
        expect(command === 'x' || /^x{0,100}$/.test(command ?? '')).toBe(true);
      for (const item of health) expect(item.code).toBe('discovery.bad-syntax');
    }
  });
});
