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
import { PARTS } from './parts.ts';

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

const findings = page('/findings', lazyRouteComponent(PARTS.findings, 'FindingsPage'));
const finding = createRoute({
  getParentRoute: () => findings,
  path: '$id',
  component: lazyRouteComponent(PARTS.finding, 'FindingSheet'),
});
const agents = page('/agents', lazyRouteComponent(PARTS.agents, 'AgentsPage'));
const agent = createRoute({
  getParentRoute: () => agents,
  path: '$id',
  component: lazyRouteComponent(PARTS.agent, 'AgentSheet'),
});
const asset = createRoute({
  getParentRoute: () => agents,
  path: 'asset/$id',
  component: lazyRouteComponent(PARTS.asset, 'AssetSheet'),
});
const connections = page('/connections', lazyRouteComponent(PARTS.connections, 'ConnectionsPage'));
const server = createRoute({
  getParentRoute: () => connections,
  path: 'server/$id',
  component: lazyRouteComponent(PARTS.connection, 'ServerSheet'),
});
const credential = createRoute({
  getParentRoute: () => connections,
  path: 'credential/$id',
  component: lazyRouteComponent(PARTS.connection, 'CredentialSheet'),
});
const sent = page('/sent', lazyRouteComponent(PARTS.sent, 'SentPage'));
const sentRecord = createRoute({
  getParentRoute: () => sent,
  path: '$id',
  component: lazyRouteComponent(PARTS.sentRecord, 'SentSheet'),
});

const routeTree = root.addChildren([
  page('/', OverviewPage),
  page('/sessions', lazyRouteComponent(PARTS.sessions, 'SessionsPage')),
  page('/sessions/$id', lazyRouteComponent(PARTS.session, 'SessionPage')),
  findings.addChildren([finding]),
  page('/approvals', lazyRouteComponent(PARTS.approvals, 'ApprovalsPage')),
  agents.addChildren([agent, asset]),
  connections.addChildren([server, credential]),
  page('/privileges', lazyRouteComponent(PARTS.privileges, 'PrivilegesPage')),
  page('/baseline', lazyRouteComponent(PARTS.baseline, 'BaselinePage')),
  page('/changes', lazyRouteComponent(PARTS.changes, 'ChangesPage')),
  page('/activity', lazyRouteComponent(PARTS.activity, 'ActivityPage')),
  sent.addChildren([sentRecord]),
  page('/settings', lazyRouteComponent(PARTS.settings, 'SettingsPage')),
  page('/health', lazyRouteComponent(PARTS.health, 'HealthPage')),
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
