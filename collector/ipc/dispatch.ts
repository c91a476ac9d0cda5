import { ResponseError } from 'vscode-jsonrpc/node';
import { type Handlers, METHODS, type Method, type ParsedParams, type Result } from '../contract/ipc.ts';
import type { Encoded } from './encoded.ts';

export const UNAUTHENTICATED = -32001;
export const BUSY = -32005;
const NO_METHOD = -32601;
const INVALID_PARAMS = -32602;
const INTERNAL = -32603;

/** Handlers as callers reach them: an answer may come as JSON from another thread. */
export type ServedHandlers = {
  readonly [M in Exclude<keyof Handlers, 'hello'>]: (
    params: ParsedParams<M>,
  ) => Result<M> | Encoded | Promise<Result<M> | Encoded>;
};
type AnyHandler = (params: never) => unknown;

/**
 * Answers one request: the method is known, the parameters fit its schema, and what a handler throws becomes an error
 * answer. The same for every way by which callers come.
 * @param onError told of what is our fault, not of refusals
 * @throws ResponseError
 */
export async function dispatch(
  handlers: ServedHandlers,
  method: string,
  params: unknown,
  onError: (error: unknown, method: string) => void,
): Promise<unknown> {
  const served: Readonly<Partial<Record<string, AnyHandler>>> = handlers;
  const handler = Object.hasOwn(handlers, method) ? served[method] : undefined;
  if (handler === undefined || !isMethod(method))
    throw new ResponseError(NO_METHOD, `no such method: ${method.slice(0, 60)}`);
  const parsed = METHODS[method].params.safeParse(params ?? {});
  if (!parsed.success) {
    const reason = parsed.error.issues[0]?.message ?? 'bad parameters';
    throw new ResponseError(INVALID_PARAMS, `${method}: ${reason}`);
  }
  try {
    const answer: unknown = await Reflect.apply(handler, undefined, [parsed.data]);
    return answer;
  } catch (error) {
    if (error instanceof ResponseError) throw error;
    onError(error, method);
    throw new ResponseError(INTERNAL, error instanceof Error ? error.message : 'failed');
  }
}

function isMethod(name: string): name is Method {
  return Object.hasOwn(METHODS, name);
}
