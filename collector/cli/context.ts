import { existsSync } from 'node:fs';
import { createReadHandlers, type ReadMethod } from '../api.ts';
import { METHODS, type Params, type Result } from '../contract/ipc.ts';
import { IpcClient, NotRunningError } from '../ipc/client.ts';
import { readToken } from '../lib/token-file.ts';
import { type Paths, pathsOf } from '../paths.ts';
import { createPlatform } from '../platform/index.ts';
import type { Platform } from '../platform/platform.ts';
import { Store } from '../store/store.ts';

/** Exit codes of every command. */
export const EXIT = { fine: 0, findings: 1, usage: 2, failed: 3 } as const;

/** A command that could not do its work, with what to tell the person and the exit code. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

export interface CliContext {
  readonly platform: Platform;
  readonly paths: Paths;
  readonly version: string;
}

export function createContext(version: string, stateDir: string | undefined): CliContext {
  const platform = createPlatform();
  return { platform, paths: pathsOf(platform, stateDir), version };
}

/** Reading access to what Reeve knows: through the running collector, or straight from the store. */
export interface Reader {
  call<M extends ReadMethod>(method: M, params: Params<M>): Promise<Result<M>>;
  readonly client: IpcClient | undefined;
  close(): void;
}

export async function openReader(context: CliContext): Promise<Reader> {
  const client = await connect(context);
  if (client !== undefined) {
    return {
      call: (method, params) => client.call(method, params),
      client,
      close: () => {
        client.close();
      },
    };
  }
  if (!existsSync(context.paths.store)) {
    throw new CommandError(
      'Nothing has been collected yet. Start the collector with `reeve run`, or take one look with `reeve scan`.',
    );
  }
  const store = Store.open({ path: context.paths.store, nowMs: () => Date.now() });
  const handlers = createReadHandlers(store);
  return {
    async call<M extends ReadMethod>(method: M, params: Params<M>): Promise<Result<M>> {
      return callDirectly(handlers, method, params);
    },
    client: undefined,
    close: () => {
      store.close();
    },
  };
}

async function callDirectly<M extends ReadMethod>(
  handlers: ReturnType<typeof createReadHandlers>,
  method: M,
  params: Params<M>,
): Promise<Result<M>>;
async function callDirectly(
  handlers: ReturnType<typeof createReadHandlers>,
  method: ReadMethod,
  params: unknown,
): Promise<unknown> {
  const handler: (params: never) => unknown = handlers[method];
  const answer: unknown = await Reflect.apply(handler, undefined, [METHODS[method].params.parse(params)]);
  return answer;
}

/** @returns `undefined` when no collector runs. */
export async function connect(context: CliContext): Promise<IpcClient | undefined> {
  const token = readToken(context.paths.token);
  if (token === undefined) return undefined;
  try {
    return await IpcClient.connect(context.paths.address, token);
  } catch (error) {
    if (error instanceof NotRunningError) return undefined;
    throw error;
  }
}

/** @throws CommandError when no collector runs. */
export async function connectOrFail(context: CliContext): Promise<IpcClient> {
  const client = await connect(context);
  if (client === undefined)
    throw new CommandError('The collector is not running. Start it with `reeve run`.');
  return client;
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

export function printNdjson(values: Iterable<unknown>): void {
  for (const value of values) print(JSON.stringify(value));
}
