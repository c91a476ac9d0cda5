import { QueryClient } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createApi } from './api.ts';
import { App } from './app.tsx';
import { followChanges } from './live.ts';
import { RequestError, type Transport } from './transport/transport.ts';

/** Puts the window into the page. @param asked see `createApi` */
export function start(transport: Transport, asked: ReadonlyMap<string, Promise<unknown>>): void {
  const api = createApi(transport, asked);
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        // Notifications say when an answer is old; time does not.
        staleTime: Infinity,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        networkMode: 'always',
        // A broken connection is worth one more try; a refusal is an answer.
        retry: (failures, error) => failures < 2 && error instanceof RequestError && error.code === 0,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
  followChanges(api, queries);
  const root = document.getElementById('root');
  if (root !== null)
    createRoot(root).render(
      <StrictMode>
        <App api={api} queries={queries} />
      </StrictMode>,
    );
}
