import { CSPProvider } from '@base-ui/react/csp-provider';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { Api } from './api.ts';
import { Toasts } from './components/toast.tsx';
import { MachineProvider } from './hooks/machine.tsx';
import { ApiProvider } from './hooks/reeve.tsx';
import { router } from './routes.tsx';

/** Everything a page may use: the collector, its answers, the address and messages. */
export function App({
  api,
  queries,
  from,
}: {
  readonly api: Api;
  readonly queries: QueryClient;
  /** The address whose page was loaded. */
  readonly from: string;
}) {
  useEffect(() => {
    // A link of the frame may be followed before anybody listens to the address.
    if (router.history.location.href !== from) void router.load();
  }, [from]);
  return (
    <CSPProvider disableStyleElements>
      <ApiProvider api={api}>
        <QueryClientProvider client={queries}>
          <MachineProvider>
            <RouterProvider router={router} />
          </MachineProvider>
          <Toasts />
        </QueryClientProvider>
      </ApiProvider>
    </CSPProvider>
  );
}
