import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { CollectorLink } from '../../../collector/cli/exec/collector-link.ts';
import { IpcClient } from '../../../collector/ipc/client.ts';
import { IpcServer } from '../../../collector/ipc/server.ts';
import { tempDir } from '../../support/temp.ts';

const BIRTH = {
  id: 'exec-1',
  argv0: 'claude',
  cwd: '/home/ana/src',
  pid: 100,
  startTimeMs: 1,
  startTicks: 5,
};

async function serve(address: string): Promise<{ told: [string, unknown][]; server: IpcServer }> {
  const told: [string, unknown][] = [];
  const handlers = {
    'exec.started': (params: unknown) => (told.push(['started', params]), {}),
    'exec.ended': (params: unknown) => (told.push(['ended', params]), {}),
  };
  const server = await IpcServer.listen({
    address,
    token: 'the-token',
    version: '1.2.3',
    handlers: handlers as never,
    onError: () => undefined,
  });
  return { told, server };
}

async function until(check: () => boolean): Promise<void> {
  for (let n = 0; n < 500 && !check(); n++) await sleep(10);
  expect(check()).toBe(true);
}

describe('CollectorLink', () => {
  it('tells the collector of birth and end', async () => {
    const address = join(tempDir(), 'api', 'api.sock');
    const { told, server } = await serve(address);
    const link = new CollectorLink(() => IpcClient.connect(address, 'the-token'));
    link.started(BIRTH);
    await until(() => told.length === 1);
    await sleep(20);
    await link.ended({ id: 'exec-1', endedMs: 2, signal: 9 });
    expect(told).toEqual([
      ['started', BIRTH],
      ['ended', { id: 'exec-1', endedMs: 2, signal: 9 }],
    ]);
    await server.close();
  });

  it('tells a collector that starts later', async () => {
    const address = join(tempDir(), 'api', 'api.sock');
    const link = new CollectorLink(() => IpcClient.connect(address, 'the-token'));
    link.started(BIRTH);
    await sleep(100);
    const { told, server } = await serve(address);
    await until(() => told.length === 1);
    await link.ended({ id: 'exec-1', endedMs: 2, exitCode: 0 });
    await server.close();
  });

  it('does not wait at the end for a collector that never answered', async () => {
    const address = join(tempDir(), 'silent.sock');
    const server = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => server.listen(address, resolve));
    const link = new CollectorLink(() => IpcClient.connect(address, 'the-token'));
    link.started(BIRTH);
    await sleep(50);
    const before = performance.now();
    await link.ended({ id: 'exec-1', endedMs: 2, exitCode: 0 });
    expect(performance.now() - before).toBeLessThan(200);
    server.close();
  });

  it('waits at most a moment for a collector that stopped answering', async () => {
    const address = join(tempDir(), 'api', 'api.sock');
    const { told, server } = await serve(address);
    let hang = false;
    const link = new CollectorLink(() =>
      hang ? new Promise(() => undefined) : IpcClient.connect(address, 'the-token'),
    );
    link.started(BIRTH);
    await until(() => told.length === 1);
    await sleep(20);
    hang = true;
    const before = performance.now();
    await link.ended({ id: 'exec-1', endedMs: 2, exitCode: 0 });
    expect(performance.now() - before).toBeLessThan(600);
    await server.close();
  });
});
