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
  /**
   * @param early of a question that changes nothing: it may go out with the greeting, before the versions were compared
   * @throws RequestError when the collector says no or the way there is lost.
   */
  call(method: string, params: unknown, early?: boolean): Promise<unknown>;
  /** Told of nothing before the first one listens: what came until then is told as one `resync`. */
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
