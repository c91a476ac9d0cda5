import http from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { logsUrl, openTransport, retryAfter } from '../../../collector/report/http.ts';
import { startFakeReceiver } from '../../support/otlp-fake.ts';

const TIMEOUTS = { connectMs: 500, headersMs: 500, totalMs: 1_000 };
const never = new AbortController().signal;

describe('logsUrl', () => {
  it.each([
    ['http://127.0.0.1:4318', 'http://127.0.0.1:4318/v1/logs'],
    ['https://otlp.example.com/', 'https://otlp.example.com/v1/logs'],
    ['https://otlp.example.com/tenant/a/', 'https://otlp.example.com/tenant/a/v1/logs'],
    ['https://otlp.example.com/v1/logs', 'https://otlp.example.com/v1/logs'],
    ['https://otlp.example.com/x?key=1', 'https://otlp.example.com/x/v1/logs?key=1'],
  ])('makes %s into %s', (endpoint, url) => {
    expect(logsUrl(endpoint).href).toBe(url);
  });
});

describe('retryAfter', () => {
  const receiverMs = Date.parse('Sun, 22 Nov 2026 03:00:00 GMT');
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['Sun, 22 Nov 2026 03:02:00 GMT', 120_000],
    ['Sun, 22 Nov 2026 02:00:00 GMT', 0],
    ['-1', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j as %j ms', (header, delay) => {
    expect(retryAfter(header, receiverMs)).toBe(delay);
  });
  it('ignores a date when the receiver does not say what time it is', () => {
    expect(retryAfter('Sun, 22 Nov 2026 03:02:00 GMT', Number.NaN)).toBeUndefined();
  });
});

describe('openTransport', () => {
  const open = (endpoint: string, env: Record<string, string> = {}) => {
    const opened = openTransport({ endpoint, headers: {} }, env, TIMEOUTS);
    if (!opened.ok) throw new Error(opened.reason);
    return opened.transport;
  };

  it('keeps one connection for many requests', async () => {
    const receiver = await startFakeReceiver();
    const transport = open(receiver.url);
    for (let i = 0; i < 20; i++)
      expect((await transport.send(Buffer.alloc(0), never)).result.kind).toBe('accepted');
    expect(new Set(receiver.requests.map((headers) => headers.connection))).toEqual(new Set(['keep-alive']));
    transport.close();
    await receiver.close();
  });

  it('gives up when the connection does not come to stand', async () => {
    // TLS to a server that says nothing: connected, but never secure.
    const sockets: Socket[] = [];
    const mute = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    const { result } = await open(`https://127.0.0.1:${port}`).send(Buffer.alloc(10), never);
    expect(result).toEqual({ kind: 'later', reason: 'no connection in 500 ms' });
    for (const socket of sockets) socket.destroy();
    mute.close();
  });

  it('goes through the proxy of the environment, but not to hosts that are excepted', async () => {
    const receiver = await startFakeReceiver();
    const seen: string[] = [];
    const proxy = http.createServer((request, response) => {
      seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
      const target = new URL(request.url ?? '');
      const onward = http.request(target, { method: request.method, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    proxy.on('connect', (request, socket, head) => {
      seen.push(`CONNECT ${request.url ?? ''}`);
      const [host = '', port = ''] = (request.url ?? '').split(':');
      const onward = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.write(head);
        onward.pipe(socket).pipe(onward);
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const through = open(receiver.url, { HTTP_PROXY: address });
    expect((await through.send(Buffer.alloc(0), never)).result.kind).toBe('accepted');
    expect(seen).toHaveLength(1);
    const around = open(receiver.url, { HTTP_PROXY: address, NO_PROXY: '127.0.0.1' });
    expect((await around.send(Buffer.alloc(0), never)).result.kind).toBe('accepted');
    expect(seen).toHaveLength(1);
    through.close();
    around.close();
    proxy.closeAllConnections();
    proxy.close();
    await receiver.close();
  });
});
