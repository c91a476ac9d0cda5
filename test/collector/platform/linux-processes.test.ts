import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { parseVariables } from '../../../collector/platform/linux-details.ts';
import { LinuxProcessReader } from '../../../collector/platform/linux-processes.ts';
import { parseStat, ttyName } from '../../../collector/platform/linux-stat.ts';
import { buildHome, type HomeBuilder } from '../../support/home-builder.ts';
import { tempDir } from '../../support/temp.ts';

const children: ChildProcess[] = [];
let fake: HomeBuilder | undefined;
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  fake?.remove();
  fake = undefined;
});

/** Each child leads a session of its own: the one this test runs in may lie outside the pid namespace and show as 0. */
function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): ChildProcess {
  const child = spawn(command, args, { env, detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  children.push(child);
  return child;
}

interface Fields {
  readonly parent?: number;
  readonly state?: string;
  readonly flags?: number;
  readonly threads?: number;
  readonly startTicks?: number;
  readonly tty?: number;
}

function statLine(pid: number, name: string, fields: Fields = {}): string {
  const { parent = 1, state = 'S', flags = 0, threads = 1, startTicks = 100, tty = 0 } = fields;
  return `${pid} (${name}) ${state} ${parent} ${pid} ${pid} ${tty} -1 ${flags} 0 0 0 0 7 3 0 0 20 0 ${threads} 0 ${startTicks} 4096 25 ${'0 '.repeat(28)}\n`;
}

describe('a made-up /proc', () => {
  it('gives no kernel threads, no zombies, and a first thread that ended before the others', () => {
    fake = buildHome();
    fake
      .text('proc/stat', 'btime 1700000000\n')
      .text('proc/2/stat', statLine(2, 'kthreadd', { parent: 0, flags: 0x200000 }))
      .text('proc/5/stat', statLine(5, 'gone', { state: 'Z' }))
      .text('proc/6/stat', statLine(6, 'rest', { state: 'Z', threads: 3 }))
      .text('proc/6/cmdline', '');
    const { processes, usage } = new LinuxProcessReader(fake.at('proc')).readSync();
    expect(processes).toMatchObject([{ pid: 6, name: 'rest', argv: [] }]);
    expect(usage.get(6)?.cpuMs).toBe(100);
  });

  it('reads user, inner pid, terminal and a deleted program', () => {
    fake = buildHome();
    fake
      .text('proc/stat', 'btime 1700000000\n')
      .text('proc/sys/kernel/random/boot_id', '11111111-2222-3333-4444-555555555555\n')
      .text('proc/9/stat', statLine(9, 'a) b\n(c', { tty: (136 << 8) | 3 }))
      .text('proc/9/status', 'Name:\ta\nNSpid:\t9\t31\t1\nUid:\t4242\t0\t0\t0\nGid:\t1\n')
      .text('proc/9/cmdline', '/opt/agent\0--token\0x\0')
      .link('proc/9/exe', '/opt/agent 2 (deleted)');
    expect(new LinuxProcessReader(fake.at('proc')).readSync().processes).toEqual([
      {
        pid: 9,
        startTimeMs: 1_700_000_001_000,
        startTicks: 100,
        bootId: '11111111-2222-3333-4444-555555555555',
        parentPid: 1,
        processGroupId: 9,
        sessionId: 9,
        tty: 'pts/3',
        name: 'agent 2',
        executable: '/opt/agent 2',
        executableDeleted: true,
        argv: ['/opt/agent', '--token', 'x'],
        uid: 4242,
        namespacePid: 1,
      },
    ]);
  });

  it('tells a new process from the one that had its pid, and notices a new parent', () => {
    fake = buildHome();
    fake
      .text('proc/stat', 'btime 1700000000\n')
      .text('proc/9/stat', statLine(9, 'a', { parent: 7 }))
      .text('proc/9/cmdline', 'first\0');
    const reader = new LinuxProcessReader(fake.at('proc'));
    const [first] = reader.readSync().processes;
    fake.text('proc/9/cmdline', 'second\0').text('proc/9/stat', statLine(9, 'a', { parent: 1 }));
    const [moved] = reader.readSync().processes;
    expect(moved).toEqual({ ...first, parentPid: 1 });
    fake.text('proc/9/stat', statLine(9, 'a', { startTicks: 101 }));
    expect(reader.readSync().processes).toMatchObject([{ argv: ['second'], startTicks: 101 }]);
  });
});

describe('parseStat', () => {
  it('reads its fields behind any name', () => {
    const name = fc.string({ maxLength: 15 }).filter((text) => !text.includes('\0'));
    const number = fc.integer({ min: 0, max: 2 ** 31 });
    fc.assert(
      fc.property(name, number, number, (text, parent, startTicks) => {
        const stat = parseStat(statLine(7, text, { parent, startTicks }));
        expect(stat).toMatchObject({ parentPid: parent, startTicks, cpuTicks: 10, residentPages: 25 });
        expect(stat?.name).toBe(Buffer.from(text).toString());
      }),
    );
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseStat(text)).toBeUndefined();
      }),
    );
    expect(parseStat('1 (x) R 1 2 3 x')).toBeUndefined();
  });

  it('names terminals', () => {
    expect([0, 0x8803, 0x8900, 0x401, 0x440, 0x501].map(ttyName)).toEqual([
      undefined,
      'pts/3',
      'pts/256',
      'tty1',
      'ttyS0',
      '5:1',
    ]);
  });
});

describe('parseVariables', () => {
  it('keeps the markers and nothing else', () => {
    const secret = ['sk-', 'x'.repeat(40)].join('');
    const environment = [
      `ANTHROPIC_API_KEY=${secret}`,
      'CLAUDECODE=1',
      'CLAUDECODE=2',
      'CLAUDE_CODE_SESSION_ID=0a-1',
      `NOT_CLAUDECODE=${secret}`,
      'claudecode=1',
      'AGENT',
      'PATH=/bin',
      'AI_AGENT=',
    ].join('\0');
    expect(parseVariables(Buffer.from(environment)).markers).toEqual({
      CLAUDECODE: '1',
      CLAUDE_CODE_SESSION_ID: '0a-1',
      AI_AGENT: '',
    });
    expect(parseVariables(Buffer.from('PATH=/bin:/usr/bin\0HOME=/h\0'))).toEqual({ loads: { PATH: '/bin' } });
    expect(parseVariables(Buffer.from('HOME=/h\0'))).toEqual({});
  });

  it('cuts long values and takes any bytes', () => {
    expect(parseVariables(Buffer.from(`CRUSH=${'y'.repeat(5000)}`)).markers?.['CRUSH']).toHaveLength(300);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        expect(parseVariables(Buffer.from(bytes))).toEqual({});
      }),
    );
  });
});

describe('the real /proc', () => {
  it('shows groups, boot and markers of a child', async () => {
    const child = start('sleep', ['30'], { PATH: process.env['PATH'], CLAUDECODE: '1', SECRET_KEY: 'no' });
    await once(child, 'spawn');
    const info = await new LinuxProcessReader().readOne(child.pid!);
    expect(info).toMatchObject({ name: 'sleep', argv: ['sleep', '30'], markers: { CLAUDECODE: '1' } });
    expect(info?.bootId).toMatch(/^[\da-f-]{36}$/);
    expect(info).toMatchObject({ sessionId: child.pid, processGroupId: child.pid });
  });

  it('notices another program in the same process', async () => {
    const child = start('sh', ['-c', 'echo a; read x; exec sleep 30']);
    await once(child.stdout!, 'data');
    const reader = new LinuxProcessReader();
    const find = async () => (await reader.read()).processes.find(({ pid }) => pid === child.pid);
    const before = await find();
    expect(before?.argv[0]).toBe('sh');
    child.stdin!.write('go\n');
    await expect.poll(async () => (await find())?.argv).toEqual(['sleep', '30']);
    expect((await find())?.startTicks).toBe(before?.startTicks);
  });

  it('keeps the arguments a program was started with when it overwrites them', async () => {
    const script =
      'process.stdin.once("data", () => { process.title = "nothing"; console.log("b"); }); console.log("a")';
    const child = start(process.execPath, ['-e', script, 'told']);
    await once(child.stdout!, 'data');
    const reader = new LinuxProcessReader();
    const find = async () => (await reader.read()).processes.find(({ pid }) => pid === child.pid);
    const before = await find();
    child.stdin!.write('go\n');
    await once(child.stdout!, 'data');
    expect(await find()).toEqual(before);
    expect(before?.argv.at(-1)).toBe('told');
  });

  it('finds open files below a folder only', async () => {
    const dir = tempDir();
    const path = join(dir, 'session.jsonl');
    writeFileSync(path, '');
    const fd = openSync(path, 'r');
    const reader = new LinuxProcessReader();
    expect(await reader.openFiles(process.pid, [dir])).toEqual([path]);
    expect(await reader.openFiles(process.pid, [`${dir}-other`, 'relative'])).toEqual([]);
    closeSync(fd);
    expect(await reader.openFiles(process.pid, [`${dir}/`])).toEqual([]);
    expect(await reader.openFiles(2 ** 22 + 1, ['/'])).toEqual([]);
  });

  it('shares one reading between callers, and gives equal objects for what did not change', async () => {
    const reader = new LinuxProcessReader();
    const both = await Promise.all([reader.read(), reader.read()]);
    expect(both[0]).toBe(both[1]);
    const own = (snapshot: Awaited<ReturnType<LinuxProcessReader['read']>>) =>
      snapshot.processes.find(({ pid }) => pid === process.pid);
    expect(own(await reader.read())).toBe(own(both[0]));
  });
});

it('tells whether a process is stopped, and not of another with its number', async () => {
  const reader = new LinuxProcessReader();
  const child = start('sleep', ['60']);
  const pid = child.pid ?? 0;
  const own = await reader.readOne(pid);
  if (own === undefined) throw new Error('no child');
  expect(reader.isStopped(own)).toBe(false);
  child.kill('SIGSTOP');
  await expect.poll(() => reader.isStopped(own)).toBe(true);
  expect(reader.isStopped({ pid, startTimeMs: own.startTimeMs - 60_000 })).toBe(false);
  child.kill('SIGCONT');
  await expect.poll(() => reader.isStopped(own)).toBe(false);
});
