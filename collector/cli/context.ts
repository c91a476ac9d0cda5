import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ReadMethod } from '../api.ts';
import type { Params, Result } from '../contract/ipc.ts';
import type { IpcClient } from '../ipc/client.ts';
import { readToken } from '../lib/token-file.ts';
import { type Paths, pathsOf } from '../paths.ts';
import { createPlatform } from '../platform/index.ts';
import type { Platform } from '../platform/platform.ts';
import { toStoreError } from '../store/errors.ts';
import type { Store } from '../store/store.ts';

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
  return {
    platform,
    paths: pathsOf(platform, stateDir === undefined ? undefined : resolve(stateDir)),
    version,
  };
}

/** Reading access to what Reeve knows: through the running collector, or straight from the store. */
export interface Reader {
  call<M extends ReadMethod>(method: M, params: Params<M>): Promise<Result<M>>;
  readonly client: IpcClient | undefined;
  close(): void;
}

// What talks to a collector, and what reads a store, is loaded when it is needed: together they are half of the program,
// and no command needs both.

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
  const { createReadHandlers } = await import('../api.ts');
  const { callDirectly } = await import('../call-directly.ts');
  const store = await openForReading(context.paths.store);
  const handlers = createReadHandlers(store);
  return {
    async call<M extends ReadMethod>(method: M, params: Params<M>): Promise<Result<M>> {
      try {
        return await callDirectly(handlers, method, params);
      } catch (error) {
        throw isCode(error, 'SQLITE') ? toStoreError(error, context.paths.store) : error;
      }
    },
    client: undefined,
    close: () => {
      store.release();
    },
  };
}

export async function withReader(context: CliContext, run: (reader: Reader) => Promise<void>): Promise<void> {
  const reader = await openReader(context);
  try {
    await run(reader);
  } finally {
    reader.close();
  }
}

/**
 * The store of a collector that does not run. Reading changes nothing: putting a damaged file aside, migrating, and
 * noting that the store was closed in order are for the holder of the instance lock.
 * @throws StoreError
 */
export async function openForReading(path: string): Promise<Store> {
  const { Store } = await import('../store/store.ts');
  try {
    return Store.openSecond({ path, nowMs: () => Date.now() });
  } catch (error) {
    throw toStoreError(error, path);
  }
}

function isCode(error: unknown, prefix: string): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith(prefix);
}

/** @returns `undefined` when no collector runs. */
export async function connect(context: CliContext): Promise<IpcClient | undefined> {
  const token = readToken(context.paths.token);
  if (token === undefined) return undefined;
  const { IpcClient, NotRunningError } = await import('../ipc/client.ts');
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

/** @throws CommandError when no collector runs. */
export async function withClient(
  context: CliContext,
  run: (client: IpcClient) => Promise<void>,
): Promise<void> {
  const client = await connectOrFail(context);
  try {
    await run(client);
  } finally {
    client.close();
  }
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  for (const piece of jsonPieces(value)) process.stdout.write(piece);
}

export function printNdjson(values: Iterable<unknown>): void {
  for (const value of values) print(toJson(value));
}

const PIECE_CHARS = 64 * 1024;

/** What `toJson(value, 2)` says, and a line's end, in pieces: the whole of a big home would be held several times over. */
export function* jsonPieces(value: unknown): Generator<string> {
  let piece = '';
  for (const part of jsonParts(value)) {
    piece += part;
    if (piece.length < PIECE_CHARS) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}\n`;
}

/** Members of the document one by one, lists among them row by row; all else is small enough in one. */
function* jsonParts(value: unknown): Generator<string> {
  const members =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).filter(([, member]) => member !== undefined)
      : [];
  if (members.length === 0) {
    yield toJson(value, 2);
    return;
  }
  let opening = '{';
  for (const [key, member] of members) {
    yield `${opening}\n  ${toJson(key)}: `;
    if (Array.isArray(member) && member.length > 0) yield* rowsOf(member);
    else yield shifted(toJson(member, 2), 2);
    opening = ',';
  }
  yield '\n}';
}

function* rowsOf(rows: readonly unknown[]): Generator<string> {
  let opening = '[';
  for (const row of rows) {
    yield `${opening}\n    ${shifted(toJson(row ?? null, 2), 4)}`;
    opening = ',';
  }
  yield '\n  ]';
}

/** Line ends inside of texts are escaped: those that are here are the layout's own. */
function shifted(json: string, by: number): string {
  return json.replaceAll('\n', `\n${' '.repeat(by)}`);
}

/** JSON that is harmless in a terminal too: `JSON.stringify` alone leaves DEL, C1 and direction marks as they are. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replaceAll(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
