import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProcessInfo } from '../../collector/contract/process.ts';
import { createFingerprint } from '../../collector/lib/fingerprint.ts';
import { pickVariables } from '../../collector/platform/linux-details.ts';
import { LinuxProcessReader } from '../../collector/platform/linux-processes.ts';
import { readProcessEnvironment } from '../../collector/process-environment.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
const reader = new LinuxProcessReader();
const fingerprint = createFingerprint(Buffer.alloc(32, 7));

/** A real process with these variables only. */
async function start(env: Readonly<Record<string, string>>): Promise<ProcessInfo> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { env, stdio: 'ignore' });
  children.push(child);
  for (;;) {
    const info = await reader.readOne(child.pid ?? 0);
    // Until it has become its program it shows the environment of this one.
    if (info?.argv.includes('-e') === true) return info;
    await sleep(20);
  }
}

const TOKEN = ['ghp_', 'Zx9'.repeat(12)].join('');
const PASSWORD = ['Trou', 'bador', '77'].join('');

describe('the environment of a running agent', () => {
  it('tells which credentials it holds, by name, kind and fingerprint, and no value of them', async () => {
    const agent = await start({
      GH_TOKEN: TOKEN,
      DATABASE_URL: `postgres://app:${PASSWORD}@db.example.com/shop`,
      AWS_PROFILE: 'prod-admin',
      KUBECONFIG: '/home/dev/.kube/prod',
      EMPTY_TOKEN: '',
      SECRET_NAME: 'the-name-of-it',
      LS_COLORS: TOKEN,
      LANG: 'C',
    });
    const found = readProcessEnvironment(reader, agent, fingerprint);
    expect(found?.credentials.map(({ name, provider }) => [name, provider])).toEqual([
      ['GH_TOKEN', 'GitHub'],
      ['DATABASE_URL', expect.any(String)],
    ]);
    expect(found?.credentials[0]?.fingerprint).toBe(fingerprint(TOKEN));
    expect(found?.chosen).toEqual({ AWS_PROFILE: 'prod-admin', KUBECONFIG: '/home/dev/.kube/prod' });
    const text = JSON.stringify(found);
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain(PASSWORD);
  });

  it('hides a secret that stands in a variable which only ought to choose', async () => {
    const agent = await start({ VAULT_ADDR: `https://app:${PASSWORD}@vault.example.com` });
    const found = readProcessEnvironment(reader, agent, fingerprint);
    expect(found?.chosen['VAULT_ADDR']).toContain('vault.example.com');
    expect(JSON.stringify(found)).not.toContain(PASSWORD);
  });

  it('is not told of another process with the same number, of one that ended, or where none can be read', async () => {
    const agent = await start({ GH_TOKEN: TOKEN });
    const other = { pid: agent.pid, startTimeMs: agent.startTimeMs - 60_000 };
    expect(readProcessEnvironment(reader, other, fingerprint)).toBeUndefined();
    expect(readProcessEnvironment({}, agent, fingerprint)).toBeUndefined();
    children[0]?.kill('SIGKILL');
    await new Promise((resolve) => children[0]?.once('exit', resolve));
    expect(readProcessEnvironment(reader, agent, fingerprint)).toBeUndefined();
  });
});

describe('variables', () => {
  const pick = (text: string, ...names: string[]): object =>
    Object.fromEntries(pickVariables(Buffer.from(text), (name) => names.includes(name)));

  it('are taken by name, the first of equal ones, and only what is wanted', () => {
    expect(pick('A=1\0B=2\0A=3\0', 'A')).toEqual({ A: '1' });
    expect(pick('A=x=y\0', 'A')).toEqual({ A: 'x=y' });
    expect(pick('A=cut off', 'A')).toEqual({ A: 'cut off' });
    expect(pick('no equals\0=no name\0\0\0A=1', 'A', '')).toEqual({ A: '1' });
    expect(pick(`${'N'.repeat(5_000)}=1\0A=1\0`, 'A')).toEqual({ A: '1' });
  });

  it('are bounded, whatever the bytes are', () => {
    const many = Array.from({ length: 1_000 }, (_, at) => `V${at}=${'x'.repeat(30_000)}`).join('\0');
    const found = pickVariables(Buffer.from(many), () => true);
    expect(found.size).toBe(256);
    expect(Math.max(...[...found.values()].map(({ length }) => length))).toBe(16_384);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const variables = pickVariables(Buffer.from(bytes), () => true);
        for (const name of variables.keys()) expect(name).not.toMatch(/[=\0]/);
      }),
    );
  });
});
