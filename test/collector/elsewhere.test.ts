import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProcessInfo } from '../../collector/contract/process.ts';
import { type Disk, OWN_DISK } from '../../collector/discovery/disk.ts';
import type { OtherHome } from '../../collector/discovery/inventory.ts';
import { findElsewhere } from '../../collector/elsewhere.ts';
import { LinuxProcessReader } from '../../collector/platform/linux-processes.ts';
import { discoverHome } from '../support/discover-home.ts';
import { buildHome, FolderBuilder, type HomeBuilder } from '../support/home-builder.ts';

const cleanup: (() => void)[] = [];
afterEach(() => {
  for (const undo of cleanup.splice(0).reverse()) undo();
});
function folder(): FolderBuilder {
  const dir = mkdtempSync(join(tmpdir(), 'reeve-elsewhere-'));
  cleanup.push(() => {
    rmSync(dir, { recursive: true, force: true });
  });
  return new FolderBuilder(dir);
}
function home(): HomeBuilder {
  const built = buildHome();
  cleanup.push(() => {
    built.remove();
  });
  return built;
}

const GITHUB = ['ghp', 'aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5'].join('_');
const SERVER = {
  mcpServers: { inside: { command: 'npx', args: ['-y', 'x@1.0.0'], env: { GH_TOKEN: GITHUB } } },
};

/** Puts a program with what it is linked to below another root. */
function install(program: string, root: FolderBuilder): string {
  const path = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
  const libraries =
    execFileSync('sh', ['-c', 'ldd "$1"', 'sh', path], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
  for (const file of [path, ...libraries]) {
    const to = root.at(file);
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(file, to);
  }
  return path;
}

/** A real process with another root, in a pid and mount namespace of its own where that is allowed. */
async function startContained(
  root: FolderBuilder,
): Promise<{ child: ChildProcess; processes: readonly ProcessInfo[] }> {
  const sleep = install('sleep', root);
  const script = `for how in '--mount --pid --fork --kill-child' '' '--user --map-root-user --mount --pid --fork --kill-child'; do
  unshare $how true 2>/dev/null && exec unshare $how --root="$1" "$2" 60; done`;
  const child = spawn('sh', ['-c', script, 'sh', root.dir, sleep], { stdio: 'ignore' });
  cleanup.push(() => {
    child.kill('SIGKILL');
  });
  const reader = new LinuxProcessReader();
  for (;;) {
    const { processes } = await reader.read();
    if (processes.some(({ argv, pid }) => argv[0] === sleep && isContained(pid, root.dir)))
      return { child, processes };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isContained(pid: number, root: string): boolean {
  return execFileSync('readlink', [`/proc/${pid}/root`], { encoding: 'utf8' }).trim() === root;
}

describe('findElsewhere', () => {
  it('finds the homes of a container through its process, and nothing outside of it', async () => {
    const outside = folder().json('mcp.json', { mcpServers: { stolen: { command: 'x' } } });
    const root = folder()
      .text('etc/passwd', 'root:x:0:0::/root:/bin/sh\ndev:x:1000:1000::/home/dev:/bin/sh\n')
      .json('root/.claude.json', { ...SERVER, projects: { '/workspaces/shop': {} } })
      .json('workspaces/shop/.mcp.json', { mcpServers: { shop: { command: 'shop-mcp' } } })
      .link('root/.cursor/mcp.json', outside.at('mcp.json'))
      .link('home/dev/.codex', '/opt/codex')
      .text('opt/codex/config.toml', '[mcp_servers.docs]\ncommand = "uvx"\n')
      .json('usr/lib/node_modules/@openai/codex/package.json', { version: '0.9.1' });
    const { processes } = await startContained(root);
    const jane = home();
    const all = findElsewhere({ os: 'linux', ownHome: jane.dir, privileged: false, processes });
    const mine = all.filter(({ disk, root: name = '' }) => disk?.isThere(`${name}/workspaces/shop`) === true);
    expect(mine.map(({ context }) => context.home.split(':').at(-1))).toEqual(['/root', '/home/dev']);

    const inventory = await discoverHome(jane, { elsewhere: mine });
    const place = mine[0]?.place ?? '';
    expect(place).toMatch(/^container:/);
    expect(inventory.mcpServers.map((server) => [server.name, server.place, server.configPath])).toEqual([
      ['inside', place, `${place}:/root/.claude.json`],
      ['shop', place, `${place}:/workspaces/shop/.mcp.json`],
      ['docs', place, `${place}:/home/dev/.codex/config.toml`],
    ]);
    expect(inventory.credentials.map((one) => [one.kind, one.place])).toEqual([[expect.any(String), place]]);
    const codex = inventory.agents.find(({ id }) => id === 'codex');
    expect(codex).toMatchObject({ where: place, installs: [{ version: '0.9.1', method: 'npm', place }] });
    expect(JSON.stringify(inventory)).not.toContain('stolen');
  });

  it('has nothing to say of processes that share our root', async () => {
    const { processes } = await new LinuxProcessReader().read();
    const own = processes.filter(({ pid }) => pid === process.pid);
    expect(findElsewhere({ os: 'linux', ownHome: '/root', privileged: false, processes: own })).toEqual([]);
  });

  it('looks into the homes of other accounts only when it is privileged', async () => {
    const jane = home();
    const bob = folder().json('.cursor/mcp.json', SERVER);
    const passwdFile = folder()
      .text(
        'passwd',
        `jane:x:1000:1000::${jane.dir}:/bin/sh\nbob:x:1001:1001::${bob.dir}:/bin/sh\ngone:x:1002:1002::/home/nobody-here:/bin/sh\n`,
      )
      .at('passwd');
    const common = { os: 'linux' as const, ownHome: jane.dir, processes: [], passwdFile };
    expect(findElsewhere({ ...common, privileged: false })).toEqual([]);
    const elsewhere = findElsewhere({ ...common, privileged: true });
    expect(elsewhere.map(({ place, uid }) => [place, uid])).toEqual([['user:bob', 1001]]);
    const { agents, mcpServers } = await discoverHome(jane, { elsewhere });
    expect(mcpServers).toMatchObject([{ name: 'inside', place: 'user:bob' }]);
    expect(agents).toMatchObject([{ id: 'cursor', where: 'user:bob' }]);
  });

  it('does not follow a link out of another account’s home', async () => {
    const jane = home().json('.claude.json', { mcpServers: { mine: { command: 'x' } } });
    const bob = folder().link('.claude.json', jane.at('.claude.json'));
    const elsewhere: OtherHome[] = [
      { context: { platform: 'linux', home: bob.dir, env: {} }, place: 'user:bob' },
    ];
    const { mcpServers, health } = await discoverHome(jane, { elsewhere });
    expect(mcpServers.map(({ place }) => place)).toEqual([undefined]);
    expect(health.map(({ code }) => code)).toEqual(['discovery.link-refused']);
  });

  it('does not let another account’s settings speak for this one', async () => {
    const jane = home().json('.claude/settings.json', { permissions: { defaultMode: 'plan' } });
    const bob = folder().json('.claude/settings.json', { permissions: { defaultMode: 'bypassPermissions' } });
    const elsewhere: OtherHome[] = [
      { context: { platform: 'linux', home: bob.dir, env: {} }, place: 'user:bob' },
    ];
    const { agents } = await discoverHome(jane, { elsewhere });
    expect(agents[0]).toMatchObject({
      permissionMode: 'plan',
      settings: { 'permissions.defaultMode': 'plan' },
      where: 'this account, user:bob',
    });
  });

  it('reads the homes of a WSL distribution that runs, seen from Windows', async () => {
    const disks = folder()
      .json('Ubuntu/home/ana/.claude.json', { ...SERVER, projects: { '/home/ana/shop': {} } })
      .json('Ubuntu/home/ana/shop/.mcp.json', { mcpServers: { shop: { command: 'shop-mcp' } } })
      .json('Stopped/home/ana/.claude.json', SERVER);
    // Stands for the network share; asking for a distribution that does not run would start it.
    const asked: string[] = [];
    const real = (path: string): string => {
      asked.push(path);
      return path.replace('//wsl.localhost', disks.dir);
    };
    const disk: Disk = {
      entries: (path) => OWN_DISK.entries(real(path)),
      isThere: (path) => OWN_DISK.isThere(real(path)),
      realFolder: (path) => (OWN_DISK.realFolder(real(path)) === undefined ? undefined : path),
      realPath: (path) => path,
      read: (path, _within, maxBytes, atMost) => OWN_DISK.read(real(path), undefined, maxBytes, atMost),
    };
    const ids = ['{8c0fa5d2-13e4-4f63-8d6c-0a51c1a4b7e9}', '{11111111-2222-3333-4444-555555555555}'];
    const lxss = ['Ubuntu', 'Stopped']
      .map((name, index) =>
        [
          String.raw`HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Lxss` + `\\${ids[index]}`,
          `    DistributionName    REG_SZ    ${name}`,
          String.raw`    BasePath    REG_SZ    C:\wsl\x`,
          '    Version    REG_DWORD    0x2',
        ].join('\r\n'),
      )
      .join('\r\n\r\n');
    const host = { pid: 7, startTimeMs: 1, parentPid: 1, name: 'wslhost.exe' };
    const elsewhere = findElsewhere({
      os: 'win32',
      ownHome: 'C:/Users/ana',
      privileged: false,
      processes: [{ ...host, argv: ['wslhost.exe', '--distro-id', ids[0] ?? ''] }],
      lxss,
      disk,
    });
    const { mcpServers } = await discoverHome(home(), { elsewhere });
    expect(mcpServers.map(({ name, place, configPath }) => [name, place, configPath])).toEqual([
      ['inside', 'wsl:Ubuntu', '//wsl.localhost/Ubuntu/home/ana/.claude.json'],
      ['shop', 'wsl:Ubuntu', '//wsl.localhost/Ubuntu/home/ana/shop/.mcp.json'],
    ]);
    expect(asked.filter((path) => path.includes('Stopped'))).toEqual([]);
  });
});
