import {
  METHODS,
  type Method,
  type Notice,
  type Notification,
  NOTIFICATIONS,
  type Params,
  type Result,
} from '../collector/contract/ipc.ts';

/**
 * How the window stands to the collector. `refused`: this browser is not let in (no cookie, or an old one).
 * `mismatch`: the collector is of another version than this page.
 */
export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  | { readonly kind: 'lost'; readonly sinceMs: number }
  | { readonly kind: 'refused' }
  | { readonly kind: 'mismatch'; readonly detail: string };

/** Carries requests and notifications; a WebSocket in a browser, the preload bridge in the app. */
export interface Transport {
  /** @throws RequestError when the collector says no or the way there is lost. */
  call(method: string, params: unknown): Promise<unknown>;
  onNotice(listener: (name: string, body: unknown) => void): () => void;
  onState(listener: (state: LinkState) => void): () => void;
}

/** A request that got no result: refused, failed or never answered. `code` is the JSON-RPC one; 0 for a lost way. */
export class RequestError extends Error {
  readonly code: number;
  readonly method: string;

  constructor(method: string, code: number, message: string) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.method = method;
  }
}

/** The contract, typed, over whichever transport there is. */
export interface Api {
  call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  onNotice(listener: (notice: Notice) => void): () => void;
  onState(listener: (state: LinkState) => void): () => void;
}

export function createApi(transport: Transport): Api {
  return {
    call: async (method, params) => {
      const answer = await transport.call(method, params);
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
