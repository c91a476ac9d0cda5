import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { createReadHandlers } from '../../collector/api.ts';
import { Baselining } from '../../collector/baselining.ts';
import { createControlHandlers } from '../../collector/control.ts';
import { IpcServer, type IpcServerOptions } from '../../collector/ipc/server.ts';
import { systemClock } from '../../collector/lib/clock.ts';
import { LiveProcesses } from '../../collector/live-processes.ts';
import { agentIdOf } from '../../collector/agent-identity.ts';
import { createAttribution } from '../../collector/pipeline/attribution/index.ts';
import { createPlatform } from '../../collector/platform/index.ts';
import { Store } from '../../collector/store/store.ts';
import { Window } from '../../collector/window.ts';
import { Witnessing } from '../../collector/witnessing.ts';
import { tempDir } from './temp.ts';
import { windowOptions } from './window-options.ts';

const closers: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

export interface TestServer {
  readonly server: IpcServer;
  readonly store: Store;
  readonly address: string;
  readonly token: string;
  /** What handlers threw, with the method. */
  readonly errors: { readonly method: string; readonly error: unknown }[];
  stops: number;
}

/** A real local API on a real store, closed after the test. */
export async function serveStore(over: Partial<IpcServerOptions> = {}): Promise<TestServer> {
  const dir = tempDir();
  const store = Store.open({ path: join(dir, 'reeve.db'), nowMs: () => 1_750_000_000_000 });
  const reader = createPlatform().processes;
  const attributor = createAttribution({ agentOf: agentIdOf });
  const processes = new LiveProcesses({
    reader,
    events: false,
    attributor,
    onHealth: () => undefined,
    onChanges: () => undefined,
  });
  const witnessing = new Witnessing({
    fingerprint: (value) => String(value.length),
    store,
    processes,
    attributor,
    reader,
    homes: [],
    ownHome: false,
    actor: { user: 'ana', uid: 1000 },
    clock: systemClock,
    onStored: () => undefined,
    onRunning: () => undefined,
    onRuleFailed: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  const baselining = new Baselining({
    store,
    places: [],
    nowMs: systemClock.nowMs,
    onFindings: () => undefined,
    onError: () => undefined,
  });
  const window = new Window(
    windowOptions(store, dir, {
      version: '1.2.3',
      processes: () => processes.lastSeen().processes,
      witnesses: () => witnessing.state(),
      send: (notice) => {
        server.publish(notice);
      },
      hears: (name) => server.hears(name),
      onError: (error, method) => served.errors.push({ error, method }),
    }),
  );
  const served: { stops: number; errors: TestServer['errors'] } = { stops: 0, errors: [] };
  const address = over.address ?? join(dir, 'api', 'api.sock');
  const server = await IpcServer.listen({
    address,
    token: 'the-token',
    version: '1.2.3',
    handlers: {
      ...createReadHandlers(store),
      'status.get': () => ({
        pid: process.pid,
        version: '1.2.3',
        startedMs: 1,
        phase: 'watching',
        storePath: store.path,
        storeBytes: store.sizeBytes(),
        totals: store.read.totals(),
        files: { known: 0, pending: 0 },
        reporting: { mode: 'off', queued: 0 },
        health: [],
      }),
      'collector.stop': () => {
        served.stops++;
        return {};
      },
      ...window.handlers,
      ...baselining.handlers,
      ...createControlHandlers({
        store,
        processes,
        witnessing,
        clock: systemClock,
        actor: { user: 'ana', uid: 1000 },
        os: process.platform,
        onPerformed: () => undefined,
      }),
    },
    onError: (error, method) => served.errors.push({ error, method }),
    ...over,
  });
  closers.push(() => {
    store.close();
  });
  closers.push(() => server.close());
  closers.push(() => window.close());
  return Object.assign(served, { server, store, address, token: 'the-token' });
}

/** A caller without our client: what it sends is up to the test. */
export class RawClient {
  readonly socket: Socket;
  readonly #closed: Promise<void>;
  received = '';

  private constructor(socket: Socket) {
    this.socket = socket;
    this.#closed = new Promise((resolve) => {
      socket.once('close', () => {
        resolve();
      });
    });
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      this.received += chunk.toString('latin1');
    });
  }

  static async open(address: string): Promise<RawClient> {
    const socket = createConnection(address);
    const client = new RawClient(socket);
    closers.push(() => {
      socket.destroy();
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => {
        resolve();
      });
      socket.once('error', reject);
    });
    return client;
  }

  /** One framed JSON-RPC message. */
  send(message: unknown): void {
    const body = JSON.stringify(message);
    this.socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  request(id: number, method: string, params?: unknown): void {
    this.send({ jsonrpc: '2.0', id, method, ...(params !== undefined && { params }) });
  }

  /** Messages that have arrived whole. */
  messages(): unknown[] {
    const found: unknown[] = [];
    let rest = Buffer.from(this.received, 'latin1');
    for (;;) {
      const header = /^Content-Length: (\d+)\r\n\r\n/.exec(rest.toString('latin1', 0, 60));
      if (header === null) return found;
      const end = header[0].length + Number(header[1]);
      if (rest.length < end) return found;
      found.push(JSON.parse(rest.toString('utf8', header[0].length, end)));
      rest = rest.subarray(end);
    }
  }

  async answer(id: number): Promise<{ result?: unknown; error?: { code: number; message: string } }> {
    for (;;) {
      const message = this.messages().find((one) => (one as { id?: number }).id === id);
      if (message !== undefined) return message as { result?: unknown };
      if (this.socket.destroyed) throw new Error('closed without an answer');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  closed(): Promise<void> {
    return this.#closed;
  }
}
