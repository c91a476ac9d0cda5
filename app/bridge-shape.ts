/** How the app stands to the collector; what `window.reeve` tells the page. The page knows one more state, of browsers. */
export type BridgeState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  | { readonly kind: 'lost'; readonly sinceMs: number }
  | { readonly kind: 'mismatch'; readonly detail: string };

export type BridgeAnswer =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly code: number; readonly message: string };

/** What the preload script puts on `window.reeve`: the contract and nothing else. */
export interface AppBridge {
  call(method: string, params: unknown): Promise<BridgeAnswer>;
  onNotice(listener: (name: string, body: unknown) => void): () => void;
  onState(listener: (state: BridgeState) => void): () => void;
}

/** Every message between the page and the main process. */
export const CHANNELS = {
  call: 'reeve:call',
  watch: 'reeve:watch',
  state: 'reeve:state',
  notice: 'reeve:notice',
} as const;
