import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname, userInfo } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { createLinuxPlatform, fullNameOf, prettyName } from '../../../collector/platform/linux.ts';
import { parseArguments, parseStat, readProcesses } from '../../../collector/platform/linux-processes.ts';
import { buildHome, type HomeBuilder } from '../../support/home-builder.ts';

let fake: HomeBuilder | undefined;
afterEach(() => fake?.remove());

describe('readProcesses', () => {
  it('sees this process as it is', () => {
    const own = readProcesses().find(({ pid }) => pid === process.pid);
    expect(own).toMatchObject({
      parentPid: process.ppid,
      uid: process.getuid?.(),
      cwd: process.cwd(),
      executable: process.execPath,
    });
    expect(own?.argv[0]).toContain('node');
    expect(Math.abs((own?.startTimeMs ?? 0) - (Date.now() - process.uptime() * 1000))).toBeLessThan(5_000);
  });

  it('gives a process the same start time twice', async () => {
    const child = spawn('sleep', ['30']);
    await once(child, 'spawn');
    const start = (): number | undefined => readProcesses().find(({ pid }) => pid === child.pid)?.startTimeMs;
    expect(start()).toBe(start());
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(start()).toBeUndefined();
  });

  it('leaves out what ended meanwhile and what makes no sense', () => {
    fake = buildHome();
    fake.text('proc/stat', 'cpu 1 2\nbtime 1700000000\n');
    const stat = `42 (a) b) c) S 7 ${'0 '.repeat(17)}250 rest`;
    fake
      .text('proc/42/stat', stat)
      .text('proc/42/cmdline', 'claude\0--yolo\0')
      .link('proc/42/exe', '/opt/claude (deleted)');
    fake.text('proc/43/stat', 'nonsense').text('proc/43/cmdline', '').folder('proc/44').folder('proc/self');
    expect(readProcesses(fake.at('proc'))).toEqual([
      {
        pid: 42,
        parentPid: 7,
        startTimeMs: 1_700_000_002_500,
        startTicks: 250,
        name: 'claude',
        executable: '/opt/claude',
        executableDeleted: true,
        argv: ['claude', '--yolo'],
        uid: userInfo().uid,
      },
    ]);
  });
});

describe('parts of /proc', () => {
  it('counts the fields of stat from the last bracket', () => {
    expect(parseStat(`1 (x) 2 3 (y) R 5 ${'0 '.repeat(17)}9 0`)).toMatchObject({
      name: 'x) 2 3 (y',
      parentPid: 5,
      startTicks: 9,
    });
    expect(parseStat('')).toBeUndefined();
    expect(parseStat('1 (x) R')).toBeUndefined();
  });

  it('keeps empty arguments', () => {
    expect(parseArguments('a\0\0b\0')).toEqual(['a', '', 'b']);
    expect(parseArguments('title set by itself')).toEqual(['title set by itself']);
    expect(parseArguments('')).toEqual([]);
  });
});

describe('createLinuxPlatform', () => {
  it('puts its folders where XDG says, and ignores relative paths as XDG says', () => {
    const platform = createLinuxPlatform({
      HOME: '/h',
      XDG_STATE_HOME: '/s',
      XDG_CONFIG_HOME: 'relative',
      XDG_RUNTIME_DIR: '/run/user/1',
    });
    expect(platform.folders).toEqual({
      stateDir: '/s/reeve',
      configDir: '/h/.config/reeve',
      runtimeDir: '/run/user/1/reeve',
      policyFile: '/etc/reeve/policy.json',
    });
  });

  it('passes on only variables that move folders', () => {
    const { ownHome } = createLinuxPlatform({
      HOME: '/h',
      CODEX_HOME: '/c',
      CLAUDE_CONFIG_DIR: '',
      OPENAI_API_KEY: 'x',
    });
    expect(ownHome).toEqual({ platform: 'linux', home: '/h', env: { CODEX_HOME: '/c' } });
  });

  it('knows the host and the user', () => {
    fake = buildHome().text('.gitconfig', '[user]\n\temail = jane@example.com\n');
    const platform = createLinuxPlatform({ HOME: fake.dir });
    expect(platform.readHost()).toMatchObject({ hostname: hostname(), os: 'linux' });
    expect(platform.readIdentity()).toMatchObject({
      name: userInfo().username,
      emails: ['jane@example.com'],
    });
  });

  it('reads names from passwd and os-release', () => {
    expect(
      fullNameOf('jane', 'root:x:0:0:root:/root:/bin/sh\njane:x:1000:1000:Jane Roe,,,:/home/jane:/bin/sh'),
    ).toBe('Jane Roe');
    expect(fullNameOf('joe', 'joe:x:1:1::/:/bin/sh')).toBeUndefined();
    expect(prettyName('ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')).toBe(
      'Debian GNU/Linux 12 (bookworm)',
    );
  });
});
