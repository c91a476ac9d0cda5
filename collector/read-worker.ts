/** Worker thread: answers questions from the store, on a connection of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { ResponseError } from 'vscode-jsonrpc/node';
import { z } from 'zod';
import { createReadHandlers } from './api.ts';
import { callDirectly } from './call-directly.ts';
import type { GraphReader } from './session-graph.ts';
import { readGraph } from './session-blast.ts';
import type { ServedHandlers } from './ipc/dispatch.ts';
import { Store } from './store/store.ts';

const port = parentPort;
if (port === null) throw new Error('read-worker runs as a worker thread only');

const Setup = z.object({
  storePath: z.string(),
  place: z.object({
    os: z.enum(['linux', 'darwin', 'win32']),
    ownHome: z.object({
      platform: z.enum(['linux', 'darwin', 'win32']),
      home: z.string(),
      env: z.record(z.string(), z.string().or(z.undefined())),
    }),
    identity: z.object({
      name: z.string(),
      uid: z.int().exactOptional(),
      fullName: z.string().exactOptional(),
      emails: z.array(z.string()),
    }),
    host: z.object({ hostname: z.string(), osVersion: z.string() }),
  }),
});
const Question = z.object({ id: z.int(), method: z.string(), params: z.unknown() });
const INTERNAL = -32_603;

const { storePath, place } = Setup.parse(workerData);
const store = Store.openSecond({ path: storePath, nowMs: Date.now });
const read = createReadHandlers(store);
const reader: GraphReader = { call: (method, params) => callDirectly(read, method, params) };
const handlers: Readonly<Partial<Record<string, (params: never) => unknown>>> = {
  ...read,
  'graph.get': ({ sessionId }) => readGraph(store, reader, place, sessionId),
} satisfies Partial<ServedHandlers>;

port.on('message', (message: unknown) => {
  const { id, method, params } = Question.parse(message);
  void answer(method, params).then(
    (result) => {
      const bytes = new TextEncoder().encode(JSON.stringify(result ?? null));
      port.postMessage({ id, bytes }, [bytes.buffer]);
    },
    (error: unknown) => {
      const code = error instanceof ResponseError ? error.code : INTERNAL;
      port.postMessage({ id, code, message: error instanceof Error ? error.message : 'failed' });
    },
  );
});
port.postMessage('ready');

async function answer(method: string, params: unknown): Promise<unknown> {
  const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
  if (handler === undefined) throw new Error(`the reading thread does not know ${method}`);
  const result: unknown = await Reflect.apply(handler, undefined, [params]);
  return result;
}
