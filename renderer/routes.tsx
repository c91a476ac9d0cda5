import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { Frame } from './components/frame.tsx';
import { Page } from './components/page.tsx';
import { Empty, Failure, Loading } from './components/states.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { links, searchText } from './links.ts';

const root = createRootRoute({ component: Frame, validateSearch: texts });

/** Filters are text; what else stands behind the `?` is not ours. */
function texts(search: Readonly<Record<string, unknown>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [key, value] of Object.entries(search)) if (typeof value === 'string') result[key] = value;
  return result;
}

type PageComponent = ReturnType<typeof lazyRouteComponent> | (() => React.ReactNode);

const page = <P extends string>(path: P, component: PageComponent) =>
  createRoute({ getParentRoute: () => root, path, component });

const findings = page(
  '/findings',
  lazyRouteComponent(() => import('./pages/findings.tsx'), 'FindingsPage'),
);
const finding = createRoute({
  getParentRoute: () => findings,
  path: '$id',
  component: lazyRouteComponent(() => import('./pages/finding.tsx'), 'FindingSheet'),
});
const agents = page(
  '/agents',
  lazyRouteComponent(() => import('./pages/agents.tsx'), 'AgentsPage'),
);
const agent = createRoute({
  getParentRoute: () => agents,
  path: '$id',
  component: lazyRouteComponent(() => import('./pages/agent.tsx'), 'AgentSheet'),
});
const asset = createRoute({
  getParentRoute: () => agents,
  path: 'asset/$id',
  component: lazyRouteComponent(() => import('./pages/asset.tsx'), 'AssetSheet'),
});
const connections = page(
  '/connections',
  lazyRouteComponent(() => import('./pages/connections.tsx'), 'ConnectionsPage'),
);
const server = createRoute({
  getParentRoute: () => connections,
  path: 'server/$id',
  component: lazyRouteComponent(() => import('./pages/connection.tsx'), 'ServerSheet'),
});
const credential = createRoute({
  getParentRoute: () => connections,
  path: 'credential/$id',
  component: lazyRouteComponent(() => import('./pages/connection.tsx'), 'CredentialSheet'),
});
const sent = page(
  '/sent',
  lazyRouteComponent(() => import('./pages/sent.tsx'), 'SentPage'),
);
const sentRecord = createRoute({
  getParentRoute: () => sent,
  path: '$id',
  component: lazyRouteComponent(() => import('./pages/sent-record.tsx'), 'SentSheet'),
});

const routeTree = root.addChildren([
  page('/', OverviewPage),
  page(
    '/sessions',
    lazyRouteComponent(() => import('./pages/sessions.tsx'), 'SessionsPage'),
  ),
  page(
    '/sessions/$id',
    lazyRouteComponent(() => import('./pages/session.tsx'), 'SessionPage'),
  ),
  findings.addChildren([finding]),
  page(
    '/approvals',
    lazyRouteComponent(() => import('./pages/approvals.tsx'), 'ApprovalsPage'),
  ),
  agents.addChildren([agent, asset]),
  connections.addChildren([server, credential]),
  page(
    '/privileges',
    lazyRouteComponent(() => import('./pages/privileges.tsx'), 'PrivilegesPage'),
  ),
  page(
    '/baseline',
    lazyRouteComponent(() => import('./pages/baseline.tsx'), 'BaselinePage'),
  ),
  page(
    '/changes',
    lazyRouteComponent(() => import('./pages/changes.tsx'), 'ChangesPage'),
  ),
  page(
    '/activity',
    lazyRouteComponent(() => import('./pages/activity.tsx'), 'ActivityPage'),
  ),
  sent.addChildren([sentRecord]),
  page(
    '/settings',
    lazyRouteComponent(() => import('./pages/settings.tsx'), 'SettingsPage'),
  ),
  page(
    '/health',
    lazyRouteComponent(() => import('./pages/health.tsx'), 'HealthPage'),
  ),
]);

/** Every page of the window; what is not in the first bundle is loaded when it is first looked at. */
export const router = createRouter({
  routeTree,
  history: createHashHistory(),
  scrollRestoration: true,
  defaultPendingComponent: () => <Loading />,
  defaultErrorComponent: ({ error, reset }) => (
    <Failure error={error instanceof Error ? error : new Error(String(error))} retry={reset} />
  ),
  defaultNotFoundComponent: NotFound,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => searchText(texts(search)),
});

function NotFound() {
  return (
    <Page title="Not here">
      <Empty
        icon={Compass}
        title="There is no such page"
        action={<a href={links.overview()}>Go to the overview</a>}
      />
    </Page>
  );
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
