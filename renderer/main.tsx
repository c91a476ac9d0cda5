import { QueryClient } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { createApi, RequestError } from './api.ts';
import { App } from './app.tsx';
import { followChanges } from './live.ts';
import { createBridgeTransport } from './transport/bridge.ts';
import { WebSocketTransport } from './transport/web-socket.ts';

// The policy of the page forbids code made from text, which zod would otherwise try.
z.config({ jitless: true });

// Addresses live behind the `#`; one typed as a path means the same page.
if (location.protocol.startsWith('http') && location.pathname !== '/')
  location.replace(`/#${location.pathname}${location.search}`);

const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
const transport =
  window.reeve === undefined
    ? new WebSocketTransport(`${scheme}//${location.host}/api`)
    : createBridgeTransport(window.reeve);
const api = createApi(transport);

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
