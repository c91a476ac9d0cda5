import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { IpcClient, NoAnswerError, NotRunningError } from '../../../collector/ipc/client.ts';
import { serveStore } from '../../support/ipc-server.ts';
import { tempDir } from '../../support/temp.ts';

const open: { close(): unknown }[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of open.splice(0)) server.close();
});

async function listen(onSocket: (socket: Socket) => void): Promise<string> {
  const address = join(tempDir(), 'api.sock');
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  }).listen(address);
  open.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return address;
}

function reply(socket: Socket, id: number, result: unknown): void {
  const body = JSON.stringify({ jsonrpc: '2.0', id, result });
  socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

describe('IpcClient', () => {
  it('says that nobody listens', async () => {
    await expect(IpcClient.connect(join(tempDir(), 'none.sock'), 't')).rejects.toThrow(NotRunningError);
  });

  it('says what the collector answered to a wrong token', async () => {
    const { address } = await serveStore();
    await expect(IpcClient.connect(address, 'wrong')).rejects.toThrow('wrong token');
  });

  it('gives up on a listener that never answers', { timeout: 10_000 }, async () => {
    const address = await listen(() => undefined);
    await expect(IpcClient.connect(address, 't')).rejects.toThrow('the collector did not answer within 3 s');
  });

  it('does not wait for an answer of a listener that hangs up', async () => {
    const address = await listen((socket) => socket.once('data', () => socket.destroy()));
    await expect(IpcClient.connect(address, 't')).rejects.toThrow(NoAnswerError);
  });

  it('does not believe an answer of another shape', async () => {
    const address = await listen((socket) => {
      socket.once('data', () => {
        reply(socket, 0, { version: 3 });
      });
    });
    await expect(IpcClient.connect(address, 't')).rejects.toThrow(/is not understood/);
  });

  it('takes a listener that talks nonsense for no collector', async () => {
    const address = await listen((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await expect(IpcClient.connect(address, 't')).rejects.toThrow(NoAnswerError);
  });

  it('fails what waits when the collector goes away, and everything after it', async () => {
    let first: Socket | undefined;
    const address = await listen((socket) => {
      first = socket;
      socket.once('data', () => {
        reply(socket, 0, { protocolVersion: 1, version: '1' });
      });
    });
    const client = await IpcClient.connect(address, 't');
    const waiting = client.call('status.get', {});
    setTimeout(() => first?.destroy(), 20);
    await expect(waiting).rejects.toThrow('the collector ended the connection');
    await client.closed();
    await expect(client.call('status.get', {})).rejects.toThrow();
    client.close();
  });
});
