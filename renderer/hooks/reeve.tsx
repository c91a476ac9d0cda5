import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import type { Api } from '../api.ts';
import type { LinkState } from '../transport/transport.ts';

const ApiContext = createContext<Api | undefined>(undefined);

export function ApiProvider({ api, children }: { readonly api: Api; readonly children: ReactNode }) {
  return <ApiContext value={api}>{children}</ApiContext>;
}

export function useApi(): Api {
  const api = use(ApiContext);
  if (api === undefined) throw new Error('useApi outside of ApiProvider');
  return api;
}

/** How the window stands to the collector, as it changes. */
export function useLinkState(): LinkState {
  const api = useApi();
  const [state, setState] = useState<LinkState>({ kind: 'connecting' });
  useEffect(() => api.onState(setState), [api]);
  return state;
}
