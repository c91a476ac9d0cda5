import {
  METHODS,
  type Method,
  type Notice,
  type Notification,
  NOTIFICATIONS,
  type Params,
  type Result,
} from '../collector/contract/ipc.ts';
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
  const parsed = METHODS[method].result.safeParse(answer);
  const value: unknown = parsed.data;
  if (parsed.success && isResult(method, value)) return value;
  throw new RequestError(
    method,
    -32_603,
    `The collector answered in a way this window does not know (${method}).`,
  );
}

/** Holds because `checked` parsed the value with the schema of this very method. */
function isResult<M extends Method>(_method: M, value: unknown): value is Result<M> {
  return value !== undefined;
}

function toNotice(name: string, body: unknown): Notice | undefined {
  if (!isNotification(name)) return undefined;
  const parsed = NOTIFICATIONS[name].safeParse(body);
  if (!parsed.success) return undefined;
  const notice: unknown = { name, body: parsed.data };
  return isNotice(notice) ? notice : undefined;
}

function isNotification(name: string): name is Notification {
  return Object.hasOwn(NOTIFICATIONS, name);
}

/** Holds because `toNotice` parsed the body with the schema of this very name. */
function isNotice(value: unknown): value is Notice {
  return typeof value === 'object' && value !== null && 'name' in value;
}
