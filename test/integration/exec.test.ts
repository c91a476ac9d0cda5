import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { pathsOf } from '../../collector/paths.ts';
import { createPlatform } from '../../collector/platform/index.ts';
import { eventually, exec, isAlive, Terminal } from '../collector/cli-exec/terminal.ts';
import { tempDir } from '../support/temp.ts';

const ENTRY = new URL('../collector/cli-exec/entry.ts', import.meta.url).pathname;
const node = process.execPath;

/** A full-screen program: raw keys, alternate screen, told sizes; answers each piece of input in hex. */
const FULL_SCREEN = `
process.stdin.setRawMode(true);
process.stdout.write('\\x1b[?1049h\\x1b[?25lsize ' + process.stdout.columns + 'x' + process.stdout.rows);
process.stdout.on('resize', () => process.stdout.write('\\nsize ' + process.stdout.columns + 'x' + process.stdout.rows));
process.stdin.on('data', (d) => {
  if (d.includes(0x71)) { process.stdout.write('\\x1b[?25h\\x1b[?1049l'); process.exit(3); }
  process.stdout.write('<' + d.toString('hex') + '>');
});`;

describe('a supervised terminal', () => {
  it.each([0, 3, 137])('ends with exit code %i when the agent does', async (code) => {
    expect(await exec('sh', '-c', `exit ${code}`).ended).toEqual({ exitCode: code, signal: 0 });
  });

  it('ends by the signal that ended the agent', async () => {
    expect((await exec('sh', '-c', 'kill -TERM $$').ended).signal).toBe(15);
    expect((await exec('sh', '-c', 'kill -KILL $$').ended).signal).toBe(9);
  });

  it('tells a program that is not there as a shell does', async () => {
    const terminal = exec('no-such-agent');
    expect((await terminal.ended).exitCode).toBe(127);
    expect(terminal.text).toContain('no-such-agent: not found');
  });

  it('carries a full-screen program: raw keys, screen and sizes', async () => {
    const terminal = exec(node, '-e', FULL_SCREEN);
    await terminal.waitFor('size 100x30');
    terminal.resize(61, 17);
    await terminal.waitFor('size 61x17');
    // Line feeds of a full-screen program stay line feeds.
    expect(terminal.text).toContain('\nsize 61x17');
    terminal.type('\x03\x1a\x1c\x13\x11\r');
    await terminal.waitFor('<031a1c13110d>');
    terminal.type('q');
    expect(await terminal.ended).toEqual({ exitCode: 3, signal: 0 });
    expect(terminal.text.endsWith('\x1b[?25h\x1b[?1049l')).toBe(true);
  });

  it('carries less', async () => {
    const file = join(tempDir(), 'long.txt');
    writeFileSync(file, Array.from({ length: 500 }, (_, n) => `line number ${n}\n`).join(''));
    const terminal = exec('less', file);
    await terminal.waitFor('line number 28');
    terminal.type('G');
    await terminal.waitFor('line number 499');
    terminal.type('q');
    expect((await terminal.ended).exitCode).toBe(0);
  });

  it('makes Ctrl-C an interrupt of the agent, not of itself', async () => {
    const terminal = exec(
      'sh',
      '-c',
      'trap "echo interrupted; exit 5" INT; echo ready; while :; do sleep 1; done',
    );
    await terminal.waitFor('ready');
    terminal.type('\x03');
    expect((await terminal.ended).exitCode).toBe(5);
    expect(terminal.text).toContain('interrupted');
  });

  it('hands on signals that are sent to it, and waits for an agent that ignores them', async () => {
    const terminal = exec(
      'sh',
      '-c',
      'trap "echo no" TERM; trap "echo hup" HUP; trap "echo quit; exit 6" QUIT; echo ready; while :; do sleep 0.1; done',
    );
    await terminal.waitFor('ready');
    terminal.kill('SIGTERM');
    await terminal.waitFor('no');
    terminal.kill('SIGHUP');
    await terminal.waitFor('hup');
    terminal.kill('SIGQUIT');
    expect((await terminal.ended).exitCode).toBe(6);
  });

  it('gives the shell its prompt back while the agent is stopped by the key, and comes back', async () => {
    const shell = Terminal.run('bash', ['--norc', '-i']);
    const agent = `process.stdin.setRawMode(true); console.log('agent ready'); process.on('SIGCONT', () => console.log('agent back'));
      process.stdin.on('data', (d) => { if (d[0] === 0x1a) process.kill(0, 'SIGSTOP'); else { console.log('got ' + d); if (d.includes('q')) process.exit(4); } })`;
    shell.type(`${node} ${ENTRY} exec -- ${node} -e ${quote(agent)}\r`);
    await shell.waitFor('agent ready\r\n');
    shell.type('\x1a');
    await shell.waitFor('Stopped');
    shell.forget();
    shell.type('echo prompt-is-$((20+3))\r');
    await shell.waitFor('prompt-is-23');
    shell.type('fg\r');
    await shell.waitFor('agent back');
    shell.forget();
    shell.type('q');
    await shell.waitFor('got q');
    // What is typed before the shell asks again would still go to the agent's terminal.
    await shell.waitFor('bash-');
    shell.type('echo status-$?\r');
    await shell.waitFor('status-4');
    shell.type('exit\r');
    await shell.ended;
  });

  it('keeps its terminal when somebody else stops the agent', async () => {
    const terminal = exec('sh', '-c', 'echo pid $$; while read line; do echo "got $line"; done');
    await terminal.waitFor(/pid \d+\r/);
    const pid = Number(/pid (\d+)/.exec(terminal.text)?.[1]);
    process.kill(pid, 'SIGSTOP');
    terminal.type('hello\r');
    await eventually(() => false, 300);
    expect(terminal.text).not.toContain('got hello');
    process.kill(pid, 'SIGCONT');
    await terminal.waitFor('got hello');
    terminal.type('\x04');
    expect((await terminal.ended).exitCode).toBe(0);
  });

  it('puts the own terminal back as it was when the agent is killed', async () => {
    const shell = Terminal.run('bash', ['--norc', '-i']);
    const agent = `process.stdin.setRawMode(true); process.stdout.write('\\x1b[?1049h\\x1b[?1000h\\x1b[?25lpid ' + process.pid + ' ');
      setInterval(() => 0, 1000)`;
    shell.type(
      `stty erase ^H -ixon; stty -g; ${node} ${ENTRY} exec -- ${node} -e ${quote(agent)}; stty -g; echo over\r`,
    );
    await shell.waitFor(/\x1b\[\?25lpid \d+ /);
    process.kill(Number(/\?25lpid (\d+) /.exec(shell.text)?.[1]), 'SIGKILL');
    await shell.waitFor('\nover');
    const settings = [...shell.text.matchAll(/^([0-9a-f]+(?::[0-9a-f]+){10,})\r?$/gm)].map(
      ([, text]) => text,
    );
    expect(settings).toHaveLength(2);
    expect(settings[1]).toBe(settings[0]);
    expect(shell.text).toContain('\x1b[?1000l\x1b[?25h\x1b[?1049l\x1b[m');
    shell.kill('SIGKILL');
  });

  it('gives the new terminal the settings of the old one', async () => {
    const shell = Terminal.run('bash', ['--norc', '-i']);
    shell.type(`stty erase ^H -ixon iutf8; ${node} ${ENTRY} exec -- stty -a; echo over\r`);
    await shell.waitFor('\nover');
    expect(shell.text).toContain('erase = ^H');
    expect(shell.text).toMatch(/-ixon\b/);
    expect(shell.text).toMatch(/[^-]iutf8/);
    shell.kill('SIGKILL');
  });

  it('hangs up the agent when it is itself killed with SIGKILL', async () => {
    const terminal = exec('sh', '-c', 'echo pid $$; exec sleep 300');
    await terminal.waitFor(/pid \d+\r/);
    const pid = Number(/pid (\d+)/.exec(terminal.text)?.[1]);
    terminal.kill('SIGKILL');
    expect(await eventually(() => !isAlive(pid))).toBe(true);
  });

  it('loses and changes no byte of a big paste, or of what comes back', async () => {
    const terminal = exec(
      node,
      '-e',
      `process.stdin.setRawMode(true); process.stdout.write('ready');
       const hash = require('crypto').createHash('sha256'); let n = 0;
       process.stdin.on('data', (d) => { hash.update(d); n += d.length;
         if (n >= ${3 << 20}) { process.stdout.write('sum ' + hash.digest('hex') + ' ' + n + '\\n'); process.exit(0); } })`,
    );
    await terminal.waitFor('ready');
    // Every byte there is, and characters of two to four bytes over all borders.
    const piece = Buffer.concat([
      Buffer.from(Array.from({ length: 256 }, (_, n) => n)),
      Buffer.from('é漢😀'),
    ]);
    const paste = Buffer.concat(
      Array.from({ length: Math.ceil((3 << 20) / piece.length) }, () => piece),
    ).subarray(0, 3 << 20);
    terminal.type(paste);
    await terminal.waitFor(/sum [0-9a-f]{64} \d+/, 25_000);
    expect(terminal.text).toContain(
      `sum ${createHash('sha256').update(paste).digest('hex')} ${paste.length}`,
    );
  });

  it('hands out everything an agent wrote right before its end, bytes of any kind', async () => {
    const program = `const b = Buffer.alloc(1 << 21); for (let i = 0; i < b.length; i++) b[i] = (i * 31 + (i >> 8)) & 255;
      require('child_process').execSync('stty raw', { stdio: 'inherit' }); process.stdout.write('<<<'); process.stdout.write(b); process.stdout.write('>>>');`;
    const terminal = exec(node, '-e', program);
    await terminal.ended;
    const expected = Buffer.alloc(1 << 21);
    for (let i = 0; i < expected.length; i++) expected[i] = (i * 31 + (i >> 8)) & 255;
    const start = terminal.bytes.indexOf('<<<') + 3;
    expect(terminal.bytes.subarray(start, -3).equals(expected)).toBe(true);
  });
});

describe('a terminal that stalls', () => {
  it('holds the agent back meanwhile, hands signals on, and loses nothing', async () => {
    const size = 3 << 20;
    const terminal = exec(
      node,
      '-e',
      `require('child_process').execSync('stty raw', { stdio: 'inherit' });
       process.on('SIGUSR2', () => { process.stdout.write('>>>', () => process.exit(0)); });
       process.stdout.write('<<<'); process.stdout.write(Buffer.alloc(${size}, 'x')); setInterval(() => 0, 1000);`,
    );
    await terminal.waitFor('<<<');
    terminal.stall();
    await eventually(() => false, 1_000);
    expect(terminal.bytes.length).toBeLessThan(size);
    terminal.kill('SIGUSR2');
    await eventually(() => false, 500);
    terminal.goOn();
    const received = (): number => terminal.bytes.subarray(terminal.bytes.indexOf('<<<')).length;
    await eventually(() => received() === size + 6, 5_000);
    expect((await terminal.ended).exitCode).toBe(0);
    expect(received()).toBe(size + 6);
  });
});

describe('without a terminal', () => {
  it('joins pipes to the agent as they are, in a session of its own', async () => {
    const command = 'cat; echo " $(ps -o sid= -p $$ | tr -d " ") $$"; test ! -t 0 && exit 3';
    const { code, stdout } = await piped(['sh', '-c', command], 'a\0b');
    expect(code).toBe(3);
    expect(stdout).toMatch(/^a\0b (\d+) \1\n$/);
  });

  it('ends by the signal that ended the agent', async () => {
    expect((await piped(['sh', '-c', 'kill -9 $$'], '')).signal).toBe('SIGKILL');
  });
});

describe('beside the collector', () => {
  const servers: { server: Server; sockets: Socket[] }[] = [];
  afterEach(() => {
    for (const { server, sockets } of servers.splice(0)) {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });

  /** Listens where the collector would. */
  async function listen(state: string, onSocket: (socket: Socket) => void): Promise<Socket[]> {
    const paths = pathsOf(createPlatform(), state);
    writeFileSync(paths.token, 'the-token', { mode: 0o600 });
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      onSocket(socket);
    });
    servers.push({ server, sockets });
    await new Promise<void>((resolve) => server.listen(paths.address, resolve));
    return sockets;
  }

  it('works the same while the collector hangs', async () => {
    const state = tempDir();
    const sockets = await listen(state, () => undefined);
    const terminal = Terminal.reeve(['--state', state, 'exec', '--', 'cat']);
    await eventually(() => sockets.length > 0);
    expect(sockets.length).toBeGreaterThan(0);
    terminal.type('still here\r');
    await terminal.waitFor(/still here\r\n[^]*still here\r\n/, 5_000);
    const before = performance.now();
    terminal.type('\x04');
    expect((await terminal.ended).exitCode).toBe(0);
    expect(performance.now() - before).toBeLessThan(2_500);
  });

  it('works the same when the collector dies in between', async () => {
    const state = tempDir();
    const sockets = await listen(state, (socket) => {
      setTimeout(() => socket.destroy(), 20);
    });
    const terminal = Terminal.reeve(['--state', state, 'exec', '--', 'cat']);
    await eventually(() => sockets.some((socket) => socket.destroyed));
    terminal.type('still here\r');
    await terminal.waitFor(/still here\r\n[^]*still here\r\n/, 5_000);
    terminal.type('\x04');
    expect((await terminal.ended).exitCode).toBe(0);
  });
});

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''").replaceAll('\n', ' ')}'`;
}

function piped(
  command: string[],
  input: string,
): Promise<{ code: number | null; signal: string | null; stdout: string }> {
  return new Promise((resolve) => {
    // Detached: no terminal, whatever the tests are run in.
    const child = spawn(node, [ENTRY, 'exec', '--', ...command], {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('latin1')));
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout });
    });
    child.stdin.end(input);
  });
}
