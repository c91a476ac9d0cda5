import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import type { Api } from './api.ts';
import { Toasts } from './components/toast.tsx';
import { MachineProvider } from './hooks/machine.tsx';
import { ApiProvider } from './hooks/reeve.tsx';
import { router } from './routes.tsx';

/** Everything a page may use: the collector, its answers, the address, tooltips and messages. */
export function App({ api, queries }: { readonly api: Api; readonly queries: QueryClient }) {
  return (
    <CSPProvider disableStyleElements>
      <ApiProvider api={api}>
        <QueryClientProvider client={queries}>
          <Tooltip.Provider delay={400}>
            <Toasts>
              <MachineProvider>
                <RouterProvider router={router} />
              </MachineProvider>
            </Toasts>
          </Tooltip.Provider>
        </QueryClientProvider>
      </ApiProvider>
    </CSPProvider>
  );
}
