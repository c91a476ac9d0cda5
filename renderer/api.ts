import type { Method, Notice, Notification, Params, Result } from '../collector/contract/ipc.ts';
import { fits } from './contract/shape.ts';
import { SHAPES } from './contract/shapes.ts';
import { type LinkState, RequestError, type Transport } from './transport/transport.ts';

/** The contract, typed, over whichever transport there is. */
export interface Api {
  call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  onNotice(listener: (notice: Notice) => void): () => void;
  onState(listener: (state: LinkState) => void): () => void;
}

/** @param asked what was asked for already, by method and parameters: each of these answers is taken once */
export function createApi(
  transport: Transport,
  asked: ReadonlyMap<string, Promise<unknown>> = new Map(),
): Api {
  const waiting = new Map(asked);
  return {
    call: async (method, params) => {
      const key = `${method} ${JSON.stringify(params)}`;
      const first = waiting.get(key);
      waiting.delete(key);
      const answer = await (first ?? transport.call(method, params));
      return checked(method, answer);
    },
    onNotice: (listener) =>
      transport.onNotice((name, body) => {
        const notice = toNotice(name, body);
        if (notice !== undefined) listener(notice);
      }),
    onState: (listener) => transport.onState(listener),
  };
}

/** What does not fit the contract is told as an error instead of half shown. */
function checked<M extends Method>(method: M, answer: unknown): Result<M> {
  if (isResult(method, answer)) return answer;
  throw new RequestError(
    method,
    -32_603,
    `The collector answered in a way this window does not know (${method}).`,
  );
}

function isResult<M extends Method>(method: M, answer: unknown): answer is Result<M> {
  const shape = SHAPES.results[method];
  return shape !== undefined && fits(shape, answer, SHAPES.shared);
}

function toNotice(name: string, body: unknown): Notice | undefined {
  if (!isNotification(name)) return undefined;
  const notice: unknown = { name, body };
  return isNotice(notice, name, body) ? notice : undefined;
}

function isNotification(name: string): name is Notification {
  return Object.hasOwn(SHAPES.notices, name);
}

function isNotice(notice: unknown, name: Notification, body: unknown): notice is Notice {
  const shape = SHAPES.notices[name];
  return notice !== undefined && shape !== undefined && fits(shape, body, SHAPES.shared);
}
