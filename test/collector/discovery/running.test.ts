import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { AGENTS } from '../../../collector/agents/index.ts';
import type { ProcessInfo } from '../../../collector/contract/process.ts';
import { agentProcesses } from '../../../collector/discovery/running.ts';
import { createPlatform } from '../../../collector/platform/index.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function ids(processes: readonly ProcessInfo[]): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(
    AGENTS.map(({ id, discovery }): [string, number[]] => [
      id,
      agentProcesses(processes, discovery.process).map(({ pid }) => pid),
    ]).filter(([, pids]) => pids.length > 0),
  );
}

let nextPid = 100;
function running(executable: string, argv: readonly string[], parentPid = 1): ProcessInfo {
  const pid = nextPid++;
  const name = executable.split(/[\\/]/).at(-1) ?? executable;
  return { pid, startTimeMs: 1, parentPid, name, executable, argv };
}

describe('running agents', () => {
  it('sees a real process called claude, by pid and start time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reeve-run-'));
    cleanups.push(() => {
      rmSync(folder, { recursive: true });
    });
    mkdirSync(join(folder, 'bin'));
    copyFileSync('/bin/sleep', join(folder, 'bin/claude'));
    const started = Date.now();
    const child = spawn(join(folder, 'bin/claude'), ['60'], { stdio: 'ignore' });
    cleanups.push(() => child.kill('SIGKILL'));
    await once(child, 'spawn');

    const processes = await createPlatform().listProcesses();
    const found = processes.find(({ pid }) => pid === child.pid);
    expect(ids(processes)['claude-code']).toContain(child.pid);
    expect(found).toMatchObject({ parentPid: process.pid, name: 'claude' });
    expect(Math.abs((found?.startTimeMs ?? 0) - started)).toBeLessThan(5_000);
  });

  it('counts a launcher and the agent it started once', () => {
    const shim = running('/usr/bin/node', ['node', '/usr/lib/node_modules/@openai/codex/bin/codex.js']);
    const native = running('/usr/lib/node_modules/@openai/codex/vendor/x/bin/codex', ['codex'], shim.pid);
    const outer = running('/usr/bin/node', ['node', '/usr/local/bin/gemini']);
    const inner = running(
      '/usr/bin/node',
      ['node', '--max-old-space-size=8192', '/usr/local/bin/gemini'],
      outer.pid,
    );
    expect(ids([shim, native, outer, inner])).toEqual({ codex: [native.pid], 'gemini-cli': [inner.pid] });
  });

  it('counts an agent that another of its kind started', () => {
    const outer = running('/home/jane/.local/bin/claude', ['claude']);
    const inner = running('/home/jane/.local/bin/claude', ['claude', '-p', 'x'], outer.pid);
    expect(ids([outer, inner])).toEqual({ 'claude-code': [outer.pid, inner.pid] });
  });

  it('tells Claude Code from Claude Desktop', () => {
    const cli = running('C:\\Users\\jane\\.local\\bin\\claude.exe', ['claude.exe']);
    const app = running('C:\\Users\\jane\\AppData\\Local\\AnthropicClaude\\app-1.0.0\\claude.exe', [
      'claude.exe',
    ]);
    const mac = running('/Applications/Claude.app/Contents/MacOS/Claude', ['Claude']);
    expect(ids([cli, app, mac])).toEqual({ 'claude-code': [cli.pid], 'claude-desktop': [app.pid, mac.pid] });
  });

  it('leaves out helpers, daemons and what only mentions an agent', () => {
    expect(
      ids([
        running('/usr/share/cursor/cursor', ['/usr/share/cursor/cursor', '--type=renderer']),
        running('/home/jane/.local/bin/claude', ['claude', '--bg-spare']),
        running('/home/jane/.local/bin/claude', ['claude', 'daemon', 'run']),
        running('/usr/bin/vim', ['vim', '/usr/lib/node_modules/@openai/codex/bin/codex.js']),
        running('/usr/bin/bash', ['bash', '-c', 'claude --help']),
      ]),
    ).toEqual({});
  });
});
