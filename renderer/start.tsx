import { QueryClient } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createApi } from './api.ts';
import { App } from './app.tsx';
import { loadAllLater } from './components/later.ts';
import { followChanges } from './live.ts';
import { router } from './routes.tsx';
import { firstQuestions } from './transport/first.ts';
import { RequestError, type Transport } from './transport/transport.ts';

/**
 * The page shows its frame already. Drawn with what was asked for, everything is laid out once; a collector that takes
 * longer than this is drawn without.
 */
const FIRST_WAIT_MS = 150;

/** Puts the window into the page. @param asked see `createApi` */
export async function start(
  transport: Transport,
  asked: ReadonlyMap<string, Promise<unknown>>,
): Promise<void> {
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
  const answers: Promise<unknown>[] = [];
  firstQuestions(location.hash, (method, params) => {
    answers.push(queries.query({ queryKey: [method, params], queryFn: () => api.call(method, params) }));
  });
  // What went wrong here is told by whoever shows it.
  const settled = Promise.allSettled(answers);
  // Not before: an answer that is still on its way would seem newer than the news that made it old.
  void settled.then(() => followChanges(api, queries));
  const from = router.history.location.href;
  await Promise.race([
    Promise.allSettled([settled, router.load()]),
    new Promise((resolve) => setTimeout(resolve, FIRST_WAIT_MS)),
  ]);
  const root = document.getElementById('root');
  if (root === null) return;
  createRoot(root).render(
    <StrictMode>
      <App api={api} queries={queries} from={from} />
    </StrictMode>,
  );
  loadAllLater();
}
