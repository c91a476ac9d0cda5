import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BehaviourWatch } from '../../collector/behaviour-watch.ts';
import { AgentRecord } from '../../collector/contract/agent.ts';
import { LinuxProcessReader } from '../../collector/platform/linux-processes.ts';
import { FolderBuilder } from '../support/home-builder.ts';

const dir = mkdtempSync(join(tmpdir(), 'reeve-behaviour-'));
const home = new FolderBuilder(dir);
const children: ChildProcess[] = [];
let model: Server;
let port = 0;

beforeAll(async () => {
  // Stands for a model's server; the hosts file gives its address the name.
  model = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.9');
  await once(model, 'listening');
  const address = model.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
  home.text('hosts', '127.0.0.9 api.anthropic.com\n');
});
afterAll(() => {
  for (const child of children) if (child.pid !== undefined) killGroup(child.pid);
  model.close();
  rmSync(dir, { recursive: true, force: true });
});
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ended by itself
  }
}

const PARTS = {
  model: `require('node:net').connect(PORT, '127.0.0.9').on('error', () => undefined);`,
  shell: `require('node:child_process').spawn('sh', ['-c', 'sleep 60; true'], { stdio: 'ignore' });`,
  server: `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)', 'mcp-server-files'], { stdio: 'ignore' });`,
};

/** A real program under this name that does what its parts say, and says when it has begun. */
async function start(
  name: string,
  parts: readonly (keyof typeof PARTS)[],
  args: readonly string[] = [],
): Promise<number> {
  const program = home.at(`bin/${name}`);
  home.folder('bin');
  copyFileSync(process.execPath, program);
  const code = [
    ...parts.map((part) => PARTS[part].replace('PORT', String(port))),
    'setInterval(() => 0, 1000); console.log("up")',
  ];
  const child = spawn(program, ['-e', code.join('\n'), ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

function watch(): BehaviourWatch {
  return new BehaviourWatch({ reader: new LinuxProcessReader(), home: dir, hostsFile: home.at('hosts') });
}

/** Children and connections show a moment after the program says that it is up. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('BehaviourWatch', () => {
  it('notices a program of any name that talks to a model, starts MCP servers and gives commands to shells', async () => {
    const pid = await start('wombat', ['model', 'shell', 'server']);
    const watching = watch();
    const record = await until(async () =>
      (await watching.look()).find(
        (one) => one.running.some((process) => process.pid === pid) && one.unknown?.evidence.length === 3,
      ),
    );
    expect(AgentRecord.parse(record)).toEqual(record);
    expect(record).toMatchObject({
      name: 'wombat',
      vendor: 'unknown',
      installs: [{ path: home.at('bin/wombat'), method: 'behaviour' }],
      unknown: { confidence: 'high' },
    });
    expect(record.unknown?.evidence.map(({ kind }) => kind).sort()).toEqual([
      'mcp-server',
      'model-host',
      'tool-shells',
    ]);
    expect(record.unknown?.evidence[0]?.detail).toBe('talks to api.anthropic.com (anthropic)');
    expect(await watching.hasNews()).toBe(false);

    killGroup(pid);
    await until(async () => {
      const [gone] = (await watching.look()).filter(({ id }) => id === record.id);
      return gone?.running.length === 0 ? gone : undefined;
    });
  });

  it('notices one whose list of MCP servers lies in the home', async () => {
    home.json('.quokka/mcp.json', { mcpServers: {} });
    const pid = await start('quokka', ['model']);
    const watching = watch();
    const record = await until(async () =>
      (await watching.look()).find((one) => one.running.some((process) => process.pid === pid)),
    );
    expect(record.unknown).toMatchObject({ confidence: 'medium' });
    expect(record.unknown?.evidence.at(-1)?.detail).toBe('has a list of MCP servers in .quokka/mcp.json');
  });

  it('leaves ordinary programs alone: browsers, downloads, editors, language servers, and what does one thing only', async () => {
    const pids = [
      await start('firefox', ['model', 'shell', 'server']),
      await start('curl', ['model', 'shell']),
      await start('code', ['model', 'shell', 'server']),
      await start('rust-analyzer', ['model', 'shell']),
      await start('only-model', ['model']),
      await start('only-shell', ['shell']),
      await start('only-server', ['server']),
      // Known by name: that it is an agent needs no behaviour.
      await start('claude', ['model', 'shell', 'server']),
    ];
    const last = await start('numbat', ['model', 'shell', 'server']);
    const watching = watch();
    const found = await until(async () => {
      const now = (await watching.look()).flatMap(({ running }) => running.map(({ pid }) => pid));
      return now.includes(last) ? now : undefined;
    });
    expect(found.filter((pid) => pids.includes(pid))).toEqual([]);
  });

  it('remembers commands that ended long ago', async () => {
    const pid = await start('bilby', ['model']);
    const reader = new LinuxProcessReader();
    const watching = watch();
    const { processes } = await reader.read();
    const parent = processes.find((one) => one.pid === pid);
    if (parent === undefined) throw new Error('it runs');
    const shell = {
      ...parent,
      pid: 2 ** 22 + 1,
      parentPid: pid,
      argv: ['/bin/sh', '-c', 'npm test'],
      executable: '/bin/sh',
      name: 'sh',
    };
    for (let n = 0; n < 3; n++) {
      watching.changes(
        { timeMs: 1, source: 'poll', changes: [{ kind: 'start', process: shell }] },
        () => parent,
      );
    }
    const record = await until(async () =>
      (await watching.look()).find((one) => one.running.some((process) => process.pid === pid)),
    );
    expect(record.unknown?.evidence.map(({ detail }) => detail)).toContain('gave 3 commands to a shell');
  });

  it('keeps no secret of a command line', async () => {
    const token = ['ghp', 'aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5'].join('_');
    const pid = await start('potoroo', ['model', 'server'], ['--', '--mcp-config', `/tmp/${token}/mcp.json`]);
    const watching = watch();
    const record = await until(async () =>
      (await watching.look()).find((one) => one.running.some((process) => process.pid === pid)),
    );
    expect(JSON.stringify(record)).not.toContain(token);
    expect(execFileSync('cat', [`/proc/${pid}/cmdline`], { encoding: 'utf8' })).toContain(token);
  });
});
