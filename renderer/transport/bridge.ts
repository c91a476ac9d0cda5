import { type LinkState, RequestError, type Transport } from './transport.ts';

/**
 * What the preload script of the app puts on `window.reeve`: the contract and nothing else. Answers come as values, so
 * that an error keeps its code on its way through the context bridge.
 */
export interface ReeveBridge {
  call(method: string, params: unknown): Promise<BridgeAnswer>;
  /** @returns stops it. */
  onNotice(listener: (name: string, body: unknown) => void): () => void;
  /** Told at once, then at each change: `connecting`, `open`, `lost`, or why the collector cannot be used. */
  onState(listener: (state: LinkState) => void): () => void;
}

export type BridgeAnswer =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly code: number; readonly message: string };

declare global {
  interface Window {
    readonly reeve?: ReeveBridge;
  }
}

/** The app's main process holds the connection and brings it back; here is nothing to keep alive. */
export function createBridgeTransport(bridge: ReeveBridge): Transport {
  return {
    call: async (method, params) => {
      const answer = await bridge.call(method, params);
      if (answer.ok) return answer.result;
      throw new RequestError(method, answer.code, answer.message);
    },
    onNotice: (listener) => bridge.onNotice(listener),
    onState: (listener) => bridge.onState(listener),
  };
}
