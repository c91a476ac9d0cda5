import { chownSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROTOCOL_VERSION } from '../../../collector/contract/ipc.ts';
import { createReadHandlers, type ReadMethod } from '../../../collector/api.ts';
import { IpcClient } from '../../../collector/ipc/client.ts';
import { RawClient, serveStore } from '../../support/ipc-server.ts';
import { batch, finding, toolCall } from '../../support/records.ts';
import { tempDir } from '../../support/temp.ts';

const HELLO = { token: 'the-token', protocolVersion: PROTOCOL_VERSION };

async function until(condition: () => boolean): Promise<void> {
  for (let n = 0; !condition(); n++) {
    if (n > 1_000) throw new Error('did not happen within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const SAMPLES: Readonly<Record<ReadMethod, object>> = {
  'agents.list': {},
  'mcpServers.list': {},
  'credentials.list': {},
  'assets.list': {},
  'inventory.changes': {},
  'models.list': {},
  'principals.list': {},
  'processes.ofSession': { sessionId: 'claude-code:s1' },
  'sessions.list': {},
  'sessions.get': { id: 'claude-code:s1' },
  'sessions.resolve': { prefix: 'claude' },
  'events.list': {},
  'events.search': { words: 'git' },
  'events.page': { sessionId: 'claude-code:s1', anchor: 'end', direction: 'backward' },
  'events.get': { id: 'claude-code:tool.call:a' },
  'events.marks': { sessionId: 'claude-code:s1' },
  'findings.list': {},
  'findings.bySession': {},
  'findings.get': { id: 'f' },
  'findings.explain': { id: 'f' },
  'findings.suppressPreview': { scope: { ruleId: 'read.ssh-keys' } },
  'suppressions.list': {},
  'tunings.list': {},
  'approvals.list': {},
  'sent.list': {},
  'sent.get': { id: 1 },
  'baseline.list': {},
  'audit.list': {},
  'audit.verify': {},
  'privileges.get': {},
  'store.check': {},
};

describe('who may call', () => {
  it('refuses a wrong token, and then ends the connection', async () => {
    const { address, server } = await serveStore();
    const raw = await RawClient.open(address);
    raw.request(1, 'hello', { ...HELLO, token: 'the-tokem' });
    expect((await raw.answer(1)).error).toMatchObject({ code: -32001, message: 'wrong token' });
    raw.request(2, 'status.get', {});
    expect((await raw.answer(2)).error?.code).toBe(-32001);
    await raw.closed();
    await until(() => server.clients === 0);
  });

  it.each([
    ['no hello', 'status.get', {}],
    ['a hello without parameters', 'hello', undefined],
    ['a hello of another shape', 'hello', { token: 7, protocolVersion: 'x' }],
    ['a token of another length', 'hello', { ...HELLO, token: '' }],
  ])('tells nothing after %s', async (_name, method, params) => {
    const { address } = await serveStore();
    const raw = await RawClient.open(address);
    raw.request(1, method, params);
    const answer = await raw.answer(1);
    expect(answer.error?.code).toBe(-32001);
    expect(answer.result).toBeUndefined();
  });

  it('names both protocol versions when they differ, and lets the caller do nothing else', async () => {
    const { address } = await serveStore();
    const raw = await RawClient.open(address);
    raw.request(1, 'hello', { ...HELLO, protocolVersion: 0 });
    expect((await raw.answer(1)).error?.message).toMatch(/speaks protocol 1, you speak 0; restart/);
    raw.request(2, 'collector.stop', {});
    expect((await raw.answer(2)).error?.code).toBe(-32001);
  });

  it('gives the socket to the owner only, in a folder of the owner only', async () => {
    const { address } = await serveStore();
    expect(statSync(address).mode & 0o777).toBe(0o600);
    expect(statSync(join(address, '..')).mode & 0o777).toBe(0o700);
  });

  it('takes the place of a socket that a killed collector left', async () => {
    const address = join(tempDir(), 'api.sock');
    const dead = createServer().listen(address);
    await new Promise((resolve) => dead.once('listening', resolve));
    writeFileSync(`${address}.copy`, '');
    dead.close();
    writeFileSync(address, 'left behind');
    await serveStore({ address });
    const client = await IpcClient.connect(address, 'the-token');
    expect((await client.call('status.get', {})).phase).toBe('watching');
    client.close();
  });

  it('says so when the folder cannot hold a socket', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'file'), '');
    await expect(serveStore({ address: join(dir, 'file', 'api.sock') })).rejects.toThrow(/ENOTDIR|EEXIST/);
    await expect(serveStore({ address: join(dir, 'x'.repeat(200), 'api.sock') })).rejects.toThrow();
  });

  it('refuses a folder that another user made', async () => {
    const dir = join(tempDir(), 'theirs');
    mkdirSync(dir);
    const getuid = process.getuid;
    // Root can make a folder somebody else's; for anybody else it is us who become another one.
    if (getuid?.() === 0) chownSync(dir, 65_534, 65_534);
    else process.getuid = () => 65_534;
    try {
      await expect(serveStore({ address: join(dir, 'api.sock') })).rejects.toThrow(
        /belongs to somebody else/,
      );
    } finally {
      if (getuid !== undefined) process.getuid = getuid;
    }
  });
});

describe('what may be called', () => {
  it('knows no method outside the contract', async () => {
    const { address, errors } = await serveStore();
    const raw = await RawClient.open(address);
    raw.request(0, 'hello', HELLO);
    await raw.answer(0);
    const foreign = ['toString', '__proto__', 'constructor', 'x'.repeat(5_000), 'status.get ', ''];
    for (const [index, method] of foreign.entries()) {
      raw.request(index + 1, method, {});
      const { error } = await raw.answer(index + 1);
      expect(error?.code, method).toBe(-32601);
      expect(error?.message.length).toBeLessThan(100);
    }
    expect(errors).toEqual([]);
  });

  it.each([
    ['events.list', { limit: 0 }],
    ['events.list', { limit: 10_001 }],
    ['events.list', { kind: 'no.such' }],
    ['events.list', []],
    ['sessions.get', {}],
    ['sessions.get', { id: { $ne: '' } }],
    ['findings.list', { minSeverity: 'awful' }],
    ['status.get', { extra: 1 }],
    ['events.search', 'words'],
  ] as const)('refuses %s with %j and goes on', async (method, params) => {
    const { address, errors } = await serveStore();
    const raw = await RawClient.open(address);
    raw.request(1, 'hello', HELLO);
    await raw.answer(1);
    raw.request(2, method, params);
    expect((await raw.answer(2)).error).toMatchObject({ code: -32602 });
    raw.request(3, 'status.get');
    expect((await raw.answer(3)).result).toMatchObject({ phase: 'watching' });
    expect(errors).toEqual([]);
  });

  it('answers every reading method in the shape of the contract, on a store with content', async () => {
    const { address, store } = await serveStore();
    store.commit(
      batch({
        events: [toolCall('a'), toolCall('b', { timeMs: 1_750_000_001_000 })],
        findings: [{ finding: finding('f') }],
      }),
    );
    const client = await IpcClient.connect(address, 'the-token');
    const asked = [
      client.call('events.list', {}),
      client.call('events.search', { words: 'git status' }),
      client.call('findings.get', { id: 'f' }),
      client.call('findings.list', { minSeverity: 'high' }),
      client.call('sessions.list', {}),
      client.call('sessions.get', { id: 'claude-code:s1' }),
      client.call('sessions.get', { id: 'none' }),
      client.call('sessions.resolve', { prefix: 'claude-code:s' }),
      client.call('models.list', {}),
      client.call('agents.list', {}),
      client.call('mcpServers.list', {}),
      client.call('credentials.list', {}),
      client.call('assets.list', {}),
      client.call('store.check', {}),
    ] as const;
    const answers = await Promise.all(asked);
    expect(answers[0].map(({ event }) => event.id)).toEqual([
      'claude-code:tool.call:b',
      'claude-code:tool.call:a',
    ]);
    expect(answers[1]).toHaveLength(2);
    expect(answers[2]?.id).toBe('f');
    expect(answers[3]).toHaveLength(1);
    expect(answers[6]).toBeNull();
    expect(answers[7]).toEqual(['claude-code:s1']);
    expect(answers[13]).toEqual({ problems: [] });
    // The client checks each answer against the contract.
    for (const [method, params] of Object.entries(SAMPLES)) await client.call(method as ReadMethod, params);
    expect(Object.keys(SAMPLES).sort()).toEqual(Object.keys(createReadHandlers(store)).sort());
    client.close();
  });

  it('reports a handler that fails to its owner, and to the caller as an error', async () => {
    const { address, errors, store } = await serveStore();
    const client = await IpcClient.connect(address, 'the-token');
    store.close();
    await expect(client.call('agents.list', {})).rejects.toThrow(/not open/);
    expect(errors.map(({ method }) => method)).toEqual(['agents.list']);
    client.close();
    store.recover();
  });
});

describe('bytes that are no message', () => {
  const frame = (length: string, body = ''): string => `Content-Length: ${length}\r\n\r\n${body}`;
  it.each([
    ['a header without length', 'X: 1\r\n\r\n{}'],
    ['a length that is no number', frame('many', '{}')],
    ['a negative length', frame('-5', '{}')],
    ['a header line without a colon', 'nonsense\r\n\r\n'],
    ['a body that is no JSON', frame('4', 'nope')],
    ['a length of zero', frame('0')],
    ['random bytes', Buffer.from(Array.from({ length: 3_000 }, (_, i) => (i * 7919) % 256))],
    ['an endless header', 'A'.repeat(10_000)],
    ['a huge message from a stranger', frame('2000000000', 'x'.repeat(8_000))],
    ['an HTTP request', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('ends a connection that sends %s, and serves the others', async (_name, bytes) => {
    const { address, server } = await serveStore();
    const raw = await RawClient.open(address);
    raw.socket.write(bytes);
    const client = await IpcClient.connect(address, 'the-token');
    expect((await client.call('status.get', {})).pid).toBe(process.pid);
    if (typeof bytes !== 'object') await raw.closed();
    raw.socket.destroy();
    await until(() => server.clients === 1);
    client.close();
  });

  it('waits for the rest of half a message', async () => {
    const { address } = await serveStore();
    const raw = await RawClient.open(address);
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'hello', params: HELLO });
    raw.socket.write(`Content-Length: ${body.length}\r\n\r\n${body.slice(0, 20)}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(raw.messages()).toEqual([]);
    raw.socket.write(body.slice(20));
    expect((await raw.answer(1)).result).toEqual({ protocolVersion: PROTOCOL_VERSION, version: '1.2.3' });
  });

  it('drops a caller in the middle of a message without a trace', async () => {
    const { address, server, errors } = await serveStore();
    const raw = await RawClient.open(address);
    raw.socket.write('Content-Length: 100\r\n\r\n{"jsonrpc"');
    raw.socket.destroy();
    await until(() => server.clients === 0);
    expect(errors).toEqual([]);
  });

  it('does not hold a huge message of a caller that knows the token', async () => {
    const { address } = await serveStore();
    const raw = await RawClient.open(address);
    raw.request(1, 'hello', HELLO);
    await raw.answer(1);
    raw.socket.write('Content-Length: 900000000\r\n\r\n');
    const chunk = Buffer.alloc(65_536, 0x20);
    for (let n = 0; n < 100 && !raw.socket.destroyed; n++) {
      raw.socket.write(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await raw.closed();
    expect(raw.socket.bytesWritten).toBeLessThan(8_000_000);
  });
});

describe('many callers', () => {
  it('serves 64 and turns the rest away, until one leaves', async () => {
    const { address, token } = await serveStore();
    const results = await Promise.allSettled(
      Array.from({ length: 70 }, () => IpcClient.connect(address, token)),
    );
    const served = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(served).toHaveLength(64);
    const [first, second] = served;
    first?.close();
    await until(() => results.length === 70);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const late = await IpcClient.connect(address, token);
    expect((await late.call('status.get', {})).version).toBe('1.2.3');
    expect((await second?.call('status.get', {}))?.version).toBe('1.2.3');
    for (const client of [...served, late]) client.close();
  });

  it('tells every greeted caller, in order, and nobody else', async () => {
    const { address, token, server } = await serveStore();
    const stranger = await RawClient.open(address);
    const seen: number[][] = [[], []];
    const clients = await Promise.all(seen.map(() => IpcClient.connect(address, token)));
    for (const [index, client] of clients.entries())
      client.on('events.created', ({ events }) => seen[index]?.push(...events.map(({ seq }) => seq)));
    for (let seq = 1; seq <= 500; seq++)
      server.publish({ name: 'events.created', body: { events: [{ seq, event: toolCall(`e${seq}`) }] } });
    await until(() => seen.every((list) => list.length === 500));
    expect(seen[0]).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
    expect(seen[1]).toEqual(seen[0]);
    expect(stranger.received).toBe('');
    for (const client of clients) client.close();
  });

  it('ignores a notification of another shape', async () => {
    const { address, token, server } = await serveStore();
    const client = await IpcClient.connect(address, token);
    const seen: unknown[] = [];
    client.on('status.changed', (body) => seen.push(body));
    server.publish({ name: 'status.changed', body: { phase: 'asleep' } } as never);
    server.publish({ name: 'status.changed', body: { phase: 'watching' } });
    await until(() => seen.length > 0);
    expect(seen).toEqual([{ phase: 'watching' }]);
    client.close();
  });

  it('leaves notices out for a caller that does not read, and tells it to ask again once it does', async () => {
    const { address, token, server } = await serveStore();
    const slow = await RawClient.open(address);
    slow.request(1, 'hello', HELLO);
    await slow.answer(1);
    slow.socket.pause();
    const client = await IpcClient.connect(address, token);
    let heard = 0;
    client.on('health.changed', () => heard++);
    const text = 'x'.repeat(1_000_000);
    for (let n = 0; n < 80; n++) {
      server.publish({ name: 'health.changed', body: { health: [{ code: 'c', severity: 'low', text }] } });
      await until(() => heard === n + 1);
    }
    expect(server.clients).toBe(2);
    slow.socket.resume();
    await until(() => slow.received.includes('"method":"resync"'));
    // Of eighty megabytes it got what the system's buffers took and about one more.
    expect(slow.received.length).toBeLessThan(20_000_000);
    server.publish({ name: 'status.changed', body: { phase: 'watching' } });
    await until(() => slow.received.includes('"method":"status.changed"'));
    client.close();
  });

  it('tells a caller only what it selected, and says what is wrong with a bad selection', async () => {
    const { address, token, server } = await serveStore();
    const client = await IpcClient.connect(address, token);
    const seen: string[] = [];
    client.on('health.changed', () => seen.push('health'));
    client.on('status.changed', () => seen.push('status'));
    client.on('resync', () => seen.push('resync'));
    await expect(client.call('notices.select', { names: 3 } as never)).rejects.toThrow('notices.select');
    await client.call('notices.select', { names: ['status.changed'] });
    server.publish({ name: 'health.changed', body: { health: [] } });
    server.publish({ name: 'status.changed', body: { phase: 'watching' } });
    server.publish({ name: 'resync', body: {} });
    await until(() => seen.length === 2);
    expect(seen).toEqual(['status', 'resync']);
    client.close();
  });

  it('cuts off a caller that asks and asks and never reads the answers', async () => {
    const { address, store, server } = await serveStore();
    store.commit(
      batch({
        events: Array.from({ length: 300 }, (_, i) =>
          toolCall(`e${i}`, { input: { command: 'x'.repeat(4_000) } }),
        ),
      }),
    );
    const deaf = await RawClient.open(address);
    deaf.request(1, 'hello', HELLO);
    await deaf.answer(1);
    deaf.socket.pause();
    for (let id = 2; id < 120; id++) deaf.request(id, 'events.list', { limit: 10_000 });
    await until(() => server.clients === 0);
  });
});

describe('the end', () => {
  it('closes with callers connected, and takes the socket file away', async () => {
    const { address, token, server } = await serveStore();
    const clients = await Promise.all([IpcClient.connect(address, token), IpcClient.connect(address, token)]);
    const stranger = await RawClient.open(address);
    const gone = Promise.all([...clients.map((client) => client.closed()), stranger.closed()]);
    const started = performance.now();
    await server.close();
    await gone;
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(existsSync(address)).toBe(false);
    server.publish({ name: 'status.changed', body: { phase: 'stopping' } });
  });

  it('tells every caller the last notice before the connection ends, however many came before it', async () => {
    const { address, token, server } = await serveStore();
    const phases: string[][] = [[], [], []];
    const clients = await Promise.all(phases.map(() => IpcClient.connect(address, token)));
    for (const [index, client] of clients.entries())
      client.on('status.changed', ({ phase }) => phases[index]!.push(phase));
    for (let n = 0; n < 300; n++) server.publish({ name: 'status.changed', body: { phase: 'watching' } });
    server.publish({ name: 'status.changed', body: { phase: 'stopping' } });
    await Promise.all([server.close(), ...clients.map((client) => client.closed())]);
    for (const heard of phases) {
      expect(heard).toHaveLength(301);
      expect(heard.at(-1)).toBe('stopping');
    }
  });
});
