import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { Frame } from './components/frame.tsx';
import { Failure, Loading } from './components/states.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { searchText } from './links.ts';

const root = createRootRoute({ component: Frame, validateSearch: texts });

/** Filters are text; what else stands behind the `?` is not ours. */
function texts(search: Readonly<Record<string, unknown>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [key, value] of Object.entries(search)) if (typeof value === 'string') result[key] = value;
  return result;
}

const page = <P extends string>(
  path: P,
  component: ReturnType<typeof lazyRouteComponent> | (() => React.ReactNode),
) => createRoute({ getParentRoute: () => root, path, component });

const sessions = page(
  '/sessions',
  lazyRouteComponent(() => import('./pages/sessions.tsx'), 'SessionsPage'),
);
const session = page(
  '/sessions/$id',
  lazyRouteComponent(() => import('./pages/session.tsx'), 'SessionPage'),
);
const findings = page(
  '/findings',
  lazyRouteComponent(() => import('./pages/findings.tsx'), 'FindingsPage'),
);
const finding = createRoute({
  getParentRoute: () => findings,
  path: '$id',
  component: lazyRouteComponent(() => import('./pages/finding.tsx'), 'FindingSheet'),
});

/** Every page of the window; what is not in the first bundle is loaded when it is first looked at. */
export const router = createRouter({
  routeTree: root.addChildren([page('/', OverviewPage), sessions, session, findings.addChildren([finding])]),
  history: createHashHistory(),
  scrollRestoration: true,
  defaultPendingComponent: () => <Loading />,
  defaultErrorComponent: ({ error, reset }) => (
    <Failure error={error instanceof Error ? error : new Error(String(error))} retry={reset} />
  ),
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => searchText(texts(search)),
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
