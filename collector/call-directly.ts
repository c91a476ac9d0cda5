import { type Handlers, METHODS, type Params, type Result } from './contract/ipc.ts';

/** Calls a handler in this process as the local API would: parameters are checked, defaults filled in. @throws ZodError */
export async function callDirectly<M extends keyof Handlers>(
  handlers: Pick<Handlers, M>,
  method: M,
  params: Params<M>,
): Promise<Result<M>>;
export async function callDirectly(
  handlers: Readonly<Record<string, (params: never) => unknown>>,
  method: keyof Handlers,
  params: unknown,
): Promise<unknown> {
  const handler = handlers[method];
  if (handler === undefined) throw new Error(`${method} is not served here`);
  const answer: unknown = await Reflect.apply(handler, undefined, [METHODS[method].params.parse(params)]);
  return answer;
}
